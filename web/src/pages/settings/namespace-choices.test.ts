import { describe, expect, it } from 'vitest';
import { monitoredCount, namespaceItems, namespaceNames } from './namespace-choices.ts';

const at = (clusterName: string, namespace: string, seenLastDay = 0, events = 0) => ({
  cluster: `uid-${clusterName}`,
  clusterName,
  namespace,
  events,
  seenLastDay,
  monitored: false,
});
const NAMES = namespaceNames([
  at('prod', 'kube-system', 900, 9),
  at('prod', 'shop', 10, 2),
  at('staging', 'shop', 5, 1),
  at('prod', 'team-a', 40),
  at('prod', 'team-b'),
]);

describe('the namespaces one can choose', () => {
  it('are one of each name over all clusters, the busiest first and those of Kubernetes last', () => {
    expect(NAMES.map(({ name }) => name)).toEqual(['team-a', 'shop', 'team-b', 'kube-system']);
    expect(NAMES[1]).toEqual({ name: 'shop', clusters: ['prod', 'staging'], seenLastDay: 15, stored: 3 });
  });

  it('begin with what was written by hand, patterns with what they match', () => {
    const items = namespaceItems({ names: NAMES, chosen: ['team-*', 'later', 'shop'], before: ['old-*'] });
    expect(items.slice(0, 3).map(({ value, note }) => [value, note])).toEqual([
      ['old-*', 'pattern, matches 0 namespaces'],
      ['team-*', 'pattern, matches 2 namespaces'],
      ['later', 'there is none of this name yet'],
    ]);
  });

  it('name the pattern that chose them, unless they are chosen by name', () => {
    const items = namespaceItems({ names: NAMES, chosen: ['team-*', 'team-b'], before: [] });
    const by = Object.fromEntries(items.map((item) => [item.value, item.by]));
    expect(by).toMatchObject({ 'team-a': 'team-*', 'team-b': undefined, shop: undefined });
  });

  it('say which are of the system, and in which cluster where there are several', () => {
    const items = namespaceItems({ names: NAMES, chosen: [], before: [] });
    expect(items.at(-1)?.note).toBe('system · in prod');
    const alone = namespaceItems({ names: namespaceNames([at('prod', 'shop')]), chosen: [], before: [] });
    expect(alone[0]?.note).toBeUndefined();
  });

  it('are counted as the server monitors them: what is excluded counts out first', () => {
    expect(monitoredCount(NAMES, 'all', ['kube-*'])).toBe(3);
    expect(monitoredCount(NAMES, ['team-*', 'shop'], ['team-b'])).toBe(2);
    expect(monitoredCount(NAMES, [], [])).toBe(0);
  });
});
