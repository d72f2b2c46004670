import type { WireEvidence } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { evidenceGroups } from './evidence-groups.ts';

function piece(id: string, kind: WireEvidence['kind'], name: string, error: string | null = null): WireEvidence {
  const object = { kind: 'Pod', namespace: 'shop', name, uid: name };
  const capturedAt = '2026-01-31T14:00:00.000Z';
  return { id, kind, object, container: '', capturedAt, body: error === null ? '{}' : '', truncated: false, error };
}

const read = (evidence: readonly WireEvidence[], cited: readonly string[] = []) =>
  evidenceGroups(evidence, new Set(cited)).map(({ pieces }) => pieces.map(({ id }) => id).join(' '));

describe('evidence', () => {
  it('stands together by object, logs before specs, and what could not be had at the end', () => {
    const evidence = [piece('a', 'spec', 'web'), piece('b', 'previous-log', 'web', 'gone'), piece('c', 'log', 'web')];
    expect(read(evidence)).toEqual(['c a b']);
  });

  it('begins with the object that the diagnosis quotes', () => {
    const evidence = [piece('a', 'log', 'a-pod'), piece('b', 'status', 'the-pod'), piece('c', 'spec', 'z-pod')];
    expect(read(evidence, ['b'])).toEqual(['b', 'a', 'c']);
  });

  it('keeps its order whatever the order it came in', () => {
    const evidence = [piece('a', 'log', 'x'), piece('b', 'log', 'x'), piece('c', 'log', 'y')];
    expect(read([...evidence].reverse())).toEqual(read(evidence));
  });

  it('has what was captured before apart, unless it is cited or all that there is', () => {
    const at = (id: string, capturedAt: string, error: string | null = null) => ({
      ...piece(id, 'status', 'web', error),
      capturedAt,
    });
    const evidence = [
      at('first', '2026-01-01'),
      at('cited', '2026-01-02'),
      at('newest', '2026-01-03'),
      at('failed', '2026-01-04', 'gone'),
    ];
    const [group] = evidenceGroups(evidence, new Set(['cited']));
    expect(group?.pieces.map(({ id }) => id)).toEqual(['newest', 'cited']);
    expect(group?.older.map(({ id }) => id)).toEqual(['first', 'failed']);
  });
});
