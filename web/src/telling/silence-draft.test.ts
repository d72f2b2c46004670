import { describe, expect, it } from 'vitest';
import {
  buildSilence,
  emptyRow,
  endOf,
  matchersOf,
  nextMorning,
  proposalFor,
  type SilenceDraft,
} from './silence-draft.ts';

const NOW = Date.parse('2026-02-01T03:10:00.000Z');
const root = { uid: 'u', kind: 'Deployment', name: 'web', namespace: 'shop', cluster: 'c1' };
const INCIDENT = { clusterName: 'prod', root, condition: 'OOMKilled', severity: 'high', diagnosis: null } as const;
const DRAFT: SilenceDraft = {
  rows: proposalFor(INCIDENT),
  ending: 'hour',
  endsAt: '',
  startsAt: '',
  comment: ' a deploy ',
};
const built = (change: Partial<SilenceDraft>) => buildSilence({ ...DRAFT, ...change }, NOW, 'utc');
const faultsOf = (change: Partial<SilenceDraft>) => {
  const result = built(change);
  return result.ok ? {} : result.faults;
};

describe('what is proposed for an incident', () => {
  it('names this problem at this place, and offers what it is about', () => {
    expect(matchersOf(DRAFT.rows)).toEqual([
      'cluster="prod"',
      'namespace="shop"',
      'kind="Deployment"',
      'name="web"',
      'condition="OOMKilled"',
    ]);
    expect(DRAFT.rows.filter(({ on }) => !on).map(({ matcher }) => matcher.name)).toEqual(['severity']);
  });

  it('leaves out the namespace of what has none, and a cause that is not known', () => {
    const node = proposalFor({ ...INCIDENT, root: { ...root, kind: 'Node', namespace: '' } });
    expect(node.some(({ matcher }) => matcher.name === 'namespace')).toBe(false);
  });
});

describe('how long it lasts', () => {
  it('is until eight in the morning: today’s at night, else tomorrow’s', () => {
    expect(new Date(nextMorning(NOW, 'utc')).toISOString()).toBe('2026-02-01T08:00:00.000Z');
    const late = Date.parse('2026-02-01T07:30:00.000Z');
    expect(new Date(nextMorning(late, 'utc')).toISOString()).toBe('2026-02-02T08:00:00.000Z');
    expect(new Date(nextMorning(NOW, 'local')).getHours()).toBe(8);
  });

  it('counts from when it begins', () => {
    expect(endOf({ ...DRAFT, startsAt: '2026-02-03T10:00' }, NOW, 'utc')).toBe(Date.parse('2026-02-03T11:00:00Z'));
    expect(endOf({ ...DRAFT, ending: 'custom', endsAt: '' }, NOW, 'utc')).toBeNull();
  });
});

describe('what is sent', () => {
  it('says which, until when and why', () => {
    expect(built({ rows: DRAFT.rows.slice(1, 2) })).toEqual({
      ok: true,
      body: { matchers: ['namespace="shop"'], endsAt: '2026-02-01T04:10:00.000Z', comment: 'a deploy' },
    });
    expect(built({ startsAt: '2026-02-03T10:00' })).toMatchObject({ body: { startsAt: '2026-02-03T10:00:00.000Z' } });
  });

  it('is nothing without a condition, an end that is to come, and a reason', () => {
    expect(Object.keys(faultsOf({ rows: [], comment: ' ' }))).toEqual(['rows', 'comment']);
    expect(faultsOf({ rows: [emptyRow(1)] }).rows).toMatch(/at least one/);
    expect(faultsOf({ rows: [...DRAFT.rows, emptyRow(9)] }).rows).toMatch(/no value yet/);
    expect(faultsOf({ ending: 'custom', endsAt: '2026-01-31T10:00' }).endsAt).toMatch(/past/);
    expect(faultsOf({ ending: 'custom', endsAt: '2026-02-02T10:00', startsAt: '2026-02-03T10:00' }).endsAt).toMatch(
      /after it begins/,
    );
    expect(faultsOf({ ending: 'custom', endsAt: '2028-02-02T10:00' }).endsAt).toMatch(/year/);
  });
});
