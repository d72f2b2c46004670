import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import {
  type Call,
  clientTo,
  json,
  list,
  object,
  openWatch,
  ScriptedServer,
  type Script,
  status,
} from '../kube/testing/scripted-server.ts';
import type { Arrival } from '../model/observation.ts';
import type { Progress } from '../model/ports/source.ts';
import type { Position } from '../model/position.ts';
import { ClusterSource, type ClusterSourceOptions, DEFAULT_SOURCE_SETTINGS } from './cluster-source.ts';
import { createEventNormaliser } from './normalise.ts';
import type { ObjectTracker } from './ports.ts';

const CORE = ['pods', 'nodes', 'namespaces', 'services', 'persistentvolumeclaims', 'events'];
const soon = { timeout: 10_000, interval: 10 };

/** A server with the core group and events.k8s.io, whose collections a test fills or denies. */
function cluster(collections: (call: Call, response: Parameters<Script>[1]) => boolean): Script {
  return (call, response) => {
    if (call.path === '/version') return json(response, { major: '1', minor: '30', gitVersion: 'v1.30.0' });
    if (call.path === '/api/v1/namespaces/kube-system') return json(response, { metadata: { uid: 'cluster-uid' } });
    if (call.path === '/api/v1')
      return json(response, { resources: CORE.map((name) => ({ name, kind: name, namespaced: true })) });
    if (call.path === '/apis/events.k8s.io/v1')
      return json(response, { resources: [{ name: 'events', kind: 'Event', namespaced: true }] });
    if (collections(call, response)) return;
    if (call.path.startsWith('/apis/') && !call.path.startsWith('/apis/events'))
      return status(response, 404, 'NotFound');
    return call.isWatch ? openWatch(response) : list(response, [], '10');
  };
}

const event = (name: string, version: string, count = 1) =>
  object(name, version, {
    regarding: { kind: 'Pod', name: 'web', namespace: 'default' },
    reason: 'BackOff',
    note: name,
    type: 'Warning',
    deprecatedCount: count,
  });

async function start(script: Script, more: Partial<ClusterSourceOptions> = {}) {
  const server = await ScriptedServer.start(script);
  const client = clientTo(server.url);
  const log: string[] = [];
  const arrivals: Arrival[] = [];
  const progress: Progress[] = [];
  let missed = 0;
  const tracker: ObjectTracker = {
    replace: (_cluster, resource, items, complete) => (
      log.push(`${resource.resource} ${items.length} ${complete}`), []
    ),
    change: (_cluster, resource, type) => (log.push(`${type} ${resource.resource}`), []),
    markKnowledge: (_cluster, kind, knowledge) => void log.push(`${kind} ${knowledge}`),
    tick: () => [],
    takeChanges: () => [],
  };
  const source = new ClusterSource({
    name: 'test',
    client,
    clock: systemClock,
    random: Math.random,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    metrics: {
      count: (name, _labels, by = 1) => {
        if (name === 'tattle_watch_missed_total') missed += by;
      },
      gauge() {},
      observe() {},
    },
    intake: {
      offer: async (offered, made = {}) => {
        log.push(
          ...offered.map((arrival) =>
            arrival.kind === 'observation' ? `event ${arrival.observation.message}` : arrival.kind,
          ),
        );
        arrivals.push(...offered);
        progress.push(made);
      },
    },
    normalise: createEventNormaliser(systemClock),
    tracker,
    position: async () => null,
    identify: async (keys) => keys.map(() => null),
    wanted: () => true,
    onIdentified: (found) => void log.push(`identified ${found.uid}`),
    settings: { ...DEFAULT_SOURCE_SETTINGS, auditMs: 0 },
    timings: { backoff: { baseMs: 5, capMs: 20 } },
    ...more,
  });
  const stop = new AbortController();
  const running = source.run(stop.signal);
  onTestFinished(async () => {
    stop.abort(new Error('test over'));
    await running;
    client.close();
    await server[Symbol.asyncDispose]();
  });
  return { server, source, log, arrivals, progress, missed: () => missed };
}

const isEvents = (call: Call) => call.path.endsWith('/events');

describe('a cluster as a source', () => {
  it('learns of the objects before it hears of the events', async () => {
    const { log, source, progress } = await start(
      cluster((call, response) => {
        if (isEvents(call) && !call.isWatch) list(response, [event('pulled', '5')], '10');
        else if (isEvents(call))
          openWatch(
            response,
            { type: 'MODIFIED', object: event('again', '12', 2) },
            { type: 'DELETED', object: event('old', '13') },
          );
        else if (call.path === '/api/v1/pods' && !call.isWatch) list(response, [object('web', '3')], '10');
        else return false;
        return true;
      }),
    );
    await expect.poll(() => log, soon).toContain('event again');
    expect(log[0]).toBe('identified cluster-uid');
    expect(log.indexOf('pods 1 true')).toBeLessThan(log.indexOf('event pulled'));
    expect(log.indexOf('Pod synced')).toBeLessThan(log.indexOf('event pulled'));
    expect(log).toContain('Deployment not-watched');
    expect(log).toContain('dropped');
    const position = progress.map((one) => one.position).findLast((one) => one !== undefined);
    expect(position).toMatchObject({
      clusterUid: 'cluster-uid',
      stream: 'events.k8s.io/v1/events',
      resourceVersion: '13',
      epoch: 0,
    });
    expect(source.status().every((stream) => stream.health === 'watching')).toBe(true);
  });

  it('starts the events also when one kind of objects hangs, once the wait is over', async () => {
    const { log } = await start(
      cluster((call, response) => {
        if (call.path === '/api/v1/nodes') return true;
        if (!isEvents(call) || call.isWatch) return false;
        list(response, [event('pulled', '5')], '10');
        return true;
      }),
      { settings: { ...DEFAULT_SOURCE_SETTINGS, auditMs: 0, syncWaitMs: 100 } },
    );
    await expect.poll(() => log, soon).toContain('event pulled');
    expect(log).not.toContain('Node synced');
  });

  it('waits for a cluster that is away at the start, and says so', async () => {
    let away = true;
    const inside = cluster(() => false);
    const { source, log } = await start((call, response) =>
      away ? status(response, 503, 'ServiceUnavailable') : inside(call, response),
    );
    await expect.poll(() => source.status()[0]?.health, soon).toBe('unreachable');
    expect(source.status()[0]?.stream).toBe('connection');
    away = false;
    await expect.poll(() => log, soon).toContain('identified cluster-uid');
  });

  it('pushes selectors to the server, and keeps their position apart', async () => {
    const settings = { ...DEFAULT_SOURCE_SETTINGS, auditMs: 0, eventSelectors: { fieldSelector: 'type=Warning' } };
    const { server, progress } = await start(
      cluster(() => false),
      { settings },
    );
    await expect.poll(() => server.watches.some(isEvents), soon).toBe(true);
    for (const call of server.calls.filter(isEvents)) expect(call.query.get('fieldSelector')).toBe('type=Warning');
    expect(progress.find((one) => one.position !== undefined)?.position?.stream).toBe(
      'events.k8s.io/v1/events?fieldSelector=type%3DWarning',
    );
  });

  it('is restored: the positions that follow are of the next epoch', async () => {
    const saved: Position = { clusterUid: 'cluster-uid', stream: '', resourceVersion: '100', epoch: 3, at: 1000 };
    const { progress } = await start(
      cluster(() => false),
      { position: async () => saved },
    );
    await expect
      .poll(() => progress.find((one) => one.gap !== undefined)?.gap, soon)
      .toMatchObject({ reason: 'restored', from: 1000 });
    const positions = progress.flatMap((one) => (one.position === undefined ? [] : [one.position]));
    expect(positions.every((position) => position.epoch === 4)).toBe(true);
  });
});

describe('poll mode', () => {
  it('hands on objects every time, and only the events that are new', async () => {
    let version = 10;
    const { log } = await start(
      cluster((call, response) => {
        if (!isEvents(call)) return false;
        version += 1;
        list(response, [event('first', '5'), ...(version >= 12 ? [event('second', '12')] : [])], String(version));
        return true;
      }),
      { settings: { ...DEFAULT_SOURCE_SETTINGS, auditMs: 0, mode: 'poll', pollMs: 20 } },
    );
    await expect.poll(() => log.filter((line) => line === 'pods 0 true').length, soon).toBeGreaterThan(4);
    await expect.poll(() => log, soon).toContain('event second');
    expect(log.filter((line) => line === 'event first')).toHaveLength(1);
    expect(log.filter((line) => line === 'event second')).toHaveLength(1);
  });
});

describe('the audit', () => {
  it('repairs what the position claims to cover and the store lacks, and nothing that is still on its way', async () => {
    const position: Position = { clusterUid: 'cluster-uid', stream: '', resourceVersion: '20', epoch: 0, at: 1 };
    const stored = new Map([
      ['uid-stored', 1],
      ['uid-behind', 2],
    ]);
    const { arrivals, missed } = await start(
      cluster((call, response) => {
        if (!isEvents(call) || call.isWatch) return false;
        if (call.query.get('limit') === '1') {
          list(response, [], '30');
          return true;
        }
        list(
          response,
          [
            event('stored', '5'),
            event('behind', '6', 7),
            event('lost', '7'),
            event('filtered', '8'),
            event('coming', '21'),
          ],
          '30',
        );
        return true;
      }),
      {
        settings: { ...DEFAULT_SOURCE_SETTINGS, auditMs: 50 },
        position: async () => position,
        identify: async (keys) =>
          keys.map(({ uid }) => {
            const count = stored.get(uid);
            return count === undefined ? null : { eventId: 1, count, lastSeen: 1, incidentId: null };
          }),
        wanted: (observation) => observation.message !== 'filtered',
      },
    );
    await expect.poll(missed, soon).toBeGreaterThan(1);
    const fed = arrivals.flatMap((arrival) => (arrival.kind === 'observation' ? [arrival.observation.message] : []));
    expect([...new Set(fed)].sort()).toEqual(['behind', 'lost']);
  });
});
