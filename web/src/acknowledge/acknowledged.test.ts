import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../api/problem.ts';
import { anIncident } from '../design/testing/incidents.ts';
import { acknowledgedWords, isWaiting } from './acknowledged.ts';

const one = anIncident();

describe('what was acknowledged, in words', () => {
  it('names the one, counts the many', () => {
    expect(acknowledgedWords({ done: [one], refused: [] })).toBe(
      'Acknowledged “Keeps crashing” of web. It stays open until it is resolved.',
    );
    expect(acknowledgedWords({ done: [one, one], refused: [] })).toContain('Acknowledged 2 incidents.');
  });

  it('says what was refused and why, beside what was done', () => {
    const problem = new ApiProblem(403, { detail: 'You may read here only.' });
    const said = acknowledgedWords({ done: [one], refused: [{ incident: one, problem }] });
    expect(said).toContain('Acknowledged “Keeps crashing”');
    expect(said).toMatch(/Could not acknowledge .*: You may read here only\.$/);
    expect(acknowledgedWords({ done: [], refused: [{ incident: one, problem }] })).toMatch(/^Could not/);
  });
});

it('waits for somebody until it is acknowledged or resolved, and again when it comes back', () => {
  expect((['open', 'acknowledged', 'resolved', 'regressed'] as const).filter((state) => isWaiting({ state }))).toEqual([
    'open',
    'regressed',
  ]);
});
