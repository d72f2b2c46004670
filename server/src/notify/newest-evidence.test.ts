import { expect, it } from 'vitest';
import { newestEvidence } from './newest-evidence.ts';
import { someEvidence } from './testing/notices.ts';

it('prefers the newest capture of each thing, and one that worked over one that did not', () => {
  const newest = newestEvidence([
    someEvidence('log', 'old', { capturedAt: 1 }),
    someEvidence('log', 'new', { capturedAt: 2 }),
    someEvidence('previous-log', 'kept', { capturedAt: 1 }),
    someEvidence('previous-log', '', { capturedAt: 2, error: 'gone' }),
    someEvidence('log', 'another container', { capturedAt: 1, container: 'sidecar' }),
  ]);
  expect(newest.map((item) => item.body)).toEqual(['new', 'kept', 'another container']);
});
