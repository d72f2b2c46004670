import { expect, test } from 'vitest';
import { clusterEvent, memoryHistory } from '../../api/testing/memory-history.ts';
import { ManualClock } from '../../kit/clock.ts';
import { createRedactor } from '../../kit/redaction.ts';
import type { Scope } from '../../model/access.ts';
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { EventObservation } from '../../model/observation.ts';
import { DEFAULT_FILTER, type FilterSettings } from '../../model/settings.ts';
import { event, recorded, ref } from '../../triage/testing/observations.ts';
import { createTriage } from '../../triage/triage.ts';
import { SlimCache } from '../../observe/cache.ts';
import { seenEvents } from './seen-events.ts';
import { SeenLately } from './seen-lately.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;

interface World {
  readonly arrivals?: readonly EventObservation[];
  readonly stored?: readonly ClusterEvent[];
  readonly filter?: Partial<FilterSettings>;
}

function world({ arrivals = [], stored = [], filter = {} }: World) {
  const clock = new ManualClock(NOON);
  const seen = new SeenLately(NOON - HOUR);
  seen.count(arrivals, NOON);
  const settings = { filter: { ...DEFAULT_FILTER, ...filter } };
  const events = seenEvents({ seen, history: memoryHistory({ events: stored }), settings, clock });
  const preview = async (patch: Partial<FilterSettings>, hours = 24, scope: Scope = 'everything') => {
    const outcome = await events.preview(patch, hours, scope);
    if (outcome.kind !== 'judged') throw new Error(JSON.stringify(outcome));
    return outcome.outlook;
  };
  return { events, preview };
}

const arrived = (namespace: string, times: number, changes: Partial<EventObservation> = {}) =>
  Array.from({ length: times }, () =>
    event({ object: ref(namespace === '' ? 'Node' : 'Pod', namespace, 'x'), ...changes }),
  );
const stored = (uid: string, changes: Partial<ClusterEvent> = {}) =>
  clusterEvent({ uid, firstSeen: NOON - 2000, lastSeen: NOON - 1000, ...changes });

test('nothing is monitored: what choosing a namespace would keep is told, of all that arrived', async () => {
  const { preview } = world({ arrivals: [...arrived('shop', 5), ...arrived('web', 3), ...arrived('', 2)] });
  const outlook = await preview({ namespaces: ['shop'] });
  expect(outlook).toMatchObject({
    from: NOON - 24 * HOUR,
    to: NOON,
    since: NOON - HOUR,
    now: { kept: 2, dropped: 8 },
    then: { kept: 7, dropped: 3 },
    byReason: [{ reason: 'namespace-not-monitored', count: 3 }],
    ungrouped: 0,
  });
  expect(
    outlook.byNamespace.map(({ namespace, seen, keptNow, keptThen }) => [namespace, seen, keptNow, keptThen]),
  ).toEqual([
    ['shop', 5, 0, 5],
    ['web', 3, 0, 0],
    ['', 2, 2, 2],
  ]);
});

test('what is not named stays as it is in force', async () => {
  const { preview } = world({ arrivals: arrived('shop', 4), filter: { namespaces: 'all', excludeKinds: ['Pod'] } });
  expect(await preview({ eventTypes: ['Normal'] })).toMatchObject({
    now: { kept: 0, dropped: 4 },
    then: { kept: 0, dropped: 4 },
    byReason: [{ reason: 'kind', count: 4 }],
  });
});

test.each(['states', 'story'] as const)(
  'the verdict over the groups of "%s" is that of triage over its events',
  async (name) => {
    const arrivals = recorded(name);
    const rules: Partial<FilterSettings>[] = [
      { namespaces: 'all' },
      { namespaces: ['*e*'], excludedNamespaces: ['media'], clusterScoped: false },
      { namespaces: 'all', eventTypes: ['Warning'], excludeComponents: ['kubelet'] },
      { namespaces: 'all', includeReasons: ['CrashLoopBackOff', 'ErrImagePull', 'Failed*'] },
      { namespaces: 'all', excludeReasons: ['BackOff', 'oomkilled'], includeKinds: ['pod'] },
    ];
    const { preview } = world({ arrivals });
    for (const filter of rules) {
      const cache = new SlimCache();
      const made = createRedactor();
      if (!made.ok) throw new Error('the built-in patterns do not compile');
      const { redactor } = made;
      const triage = createTriage({ objects: cache, filter: { ...DEFAULT_FILTER, ...filter }, redactor });
      const { kept, dropped } = triage.triage(arrivals);
      const outlook = await preview(filter);
      expect(outlook.then, JSON.stringify(filter)).toEqual({ kept: kept.length, dropped: dropped.length });
      for (const { reason, count } of outlook.byReason) {
        expect(dropped.filter((each) => each.reason === reason)).toHaveLength(count);
      }
    }
  },
);

test('examples are stored events of the window that the rules would drop, the newest first, fifty at the most', async () => {
  const events = Array.from({ length: 70 }, (_, i) => stored(`e${i}`, { lastSeen: NOON - i }));
  const kept = stored('kept', { object: ref('Pod', 'web', 'x') });
  const { preview } = world({ stored: [...events, kept], filter: { namespaces: 'all' } });
  const { examples, partial, onStored } = await preview({ excludedNamespaces: ['shop'] });
  expect(examples.map(({ event: { uid } }) => uid)).toEqual(events.slice(0, 50).map(({ uid }) => uid));
  expect(examples[0]?.reason).toBe('namespace-excluded');
  expect({ partial, onStored }).toEqual({ partial: false, onStored: null });
});

test('examples go back as far as is asked, also beyond what is counted', async () => {
  const old = stored('old', { firstSeen: NOON - 30 * HOUR, lastSeen: NOON - 26 * HOUR });
  const { preview } = world({ stored: [old], filter: { namespaces: 'all' } });
  expect((await preview({ namespaces: [] }, 24)).examples).toEqual([]);
  const outlook = await preview({ namespaces: [] }, 48);
  expect(outlook.examples.map(({ event: { uid } }) => uid)).toEqual(['old']);
  expect([outlook.from, outlook.since]).toEqual([NOON - 48 * HOUR, NOON - HOUR]);
});

test('selectors and counts are judged on stored events that pass the rest, and change no count of arrivals', async () => {
  const events = [
    stored('a', { labels: { app: 'web' }, count: 9 }),
    stored('b', { labels: { app: 'db' }, count: 9 }),
    stored('c', { labels: { app: 'web' }, count: 1 }),
    stored('d', { object: ref('Pod', 'other', 'x') }),
  ];
  const { preview } = world({ arrivals: arrived('shop', 4), stored: events, filter: { namespaces: 'all' } });
  const outlook = await preview({ namespaces: ['shop'], labelSelector: 'app=web', minimumCount: 3 });
  expect(outlook.then).toEqual({ kept: 4, dropped: 0 });
  expect(outlook.onStored).toEqual({ rules: ['labelSelector', 'minimumCount'], events: 3, dropped: 2 });
  expect(outlook.examples.map(({ event: { uid }, reason }) => [uid, reason])).toEqual([
    ['b', 'label-selector'],
    ['c', 'minimum-count'],
    ['d', 'namespace-not-monitored'],
  ]);
});

test('what nothing can judge is said', async () => {
  const { preview } = world({ arrivals: arrived('shop', 1), stored: [stored('a')], filter: { namespaces: 'all' } });
  expect(await preview({ annotationSelector: 'team=a' })).toMatchObject({
    notJudged: ['annotationSelector'],
    then: { kept: 1, dropped: 0 },
    examples: [],
  });
  expect((await preview({})).notJudged).toEqual([]);
});

test('the end of a condition passes the rules by type and reason, as it does when it arrives', async () => {
  const ended = stored('end', { origin: 'state', severity: 'info', type: 'Normal', reason: 'Unhealthy' });
  const began = stored('begin', { origin: 'state', severity: 'high', type: 'Warning', reason: 'Unhealthy' });
  const { preview } = world({ stored: [ended, began], filter: { namespaces: 'all' } });
  const { examples } = await preview({ excludeReasons: ['Unhealthy'] });
  expect(examples.map(({ event: { uid } }) => uid)).toEqual(['begin']);
});

test('many stored events are looked at in part, and that is said', async () => {
  const events = Array.from({ length: 6001 }, (_, i) => stored(`e${i}`, { lastSeen: NOON - i }));
  const { preview } = world({ stored: events, filter: { namespaces: 'all' } });
  const outlook = await preview({ minimumCount: 2 });
  expect(outlook).toMatchObject({ partial: true, onStored: { events: 5000, dropped: 5000 } });
  expect((await preview({ excludedNamespaces: ['shop'] })).partial).toBe(false);
  expect((await preview({})).partial).toBe(true);
});

test('a scope leaves the rest out of every number and example', async () => {
  const { preview } = world({
    arrivals: [...arrived('shop', 2), ...arrived('web', 5)],
    stored: [stored('a'), stored('b', { object: ref('Pod', 'web', 'x') })],
  });
  const outlook = await preview({}, 24, [{ cluster: null, namespaces: ['shop'] }]);
  expect(outlook.now).toEqual({ kept: 0, dropped: 2 });
  expect(outlook.byNamespace.map(({ namespace }) => namespace)).toEqual(['shop']);
  expect(outlook.examples.map(({ event: { uid } }) => uid)).toEqual(['a']);
});

test('rules that mean nothing are refused as the settings refuse them', async () => {
  const { events } = world({});
  expect(await events.preview({ labelSelector: '((' }, 24, 'everything')).toMatchObject({
    kind: 'invalid',
    problems: [{ path: 'filter.labelSelector', message: expect.stringContaining('app=web') }],
  });
});

test('arrivals of a namespace are summed over its groups, of each cluster apart', () => {
  const east = { uid: 'east', name: 'east' };
  const { events } = world({
    arrivals: [
      ...arrived('shop', 2),
      ...arrived('shop', 1, { reason: 'Killing' }),
      ...arrived('shop', 4, { cluster: east }),
    ],
  });
  expect(events.byNamespace().map(({ cluster, namespace, arrivals }) => [cluster.name, namespace, arrivals])).toEqual([
    ['test', 'shop', 3],
    ['east', 'shop', 4],
  ]);
});

test('previews that are asked for at once are made one after another', async () => {
  const { clock, settings } = { clock: new ManualClock(NOON), settings: { filter: DEFAULT_FILTER } };
  let [under, most] = [0, 0];
  const history = {
    events: async () => {
      under += 1;
      most = Math.max(most, under);
      await new Promise((resolve) => setTimeout(resolve, 5));
      under -= 1;
      return { items: [], nextCursor: null, partial: false };
    },
  };
  const events = seenEvents({ seen: new SeenLately(NOON), history, settings, clock });
  await Promise.all(Array.from({ length: 5 }, () => events.preview({}, 1, 'everything')));
  expect(most).toBe(1);
});
