import { setTimeout as sleep } from 'node:timers/promises';
import {
  config,
  deliveryPage,
  incidentDetail,
  incidentPage,
  namespaces,
  readiness,
  status as statusShape,
} from '@tattle/contract';
import { expect, test } from 'vitest';
import type { Incident } from '../model/incident.ts';
import type { ListedDelivery } from '../model/ports/telling.ts';
import type { StreamStatus } from '../model/ports/source.ts';
import type { LiveSettings } from './ports.ts';
import { assessReadiness } from './readiness.ts';
import { clusterEvent } from './testing/memory-history.ts';
import { healthyStatus, NOON, startApi } from './testing/start-api.ts';

const cluster = { uid: 'c1', name: 'lab' };
const pod = { kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'p1' };

function stream(name: string, health: StreamStatus['health'], clusterName = 'lab'): StreamStatus {
  return {
    cluster: { uid: clusterName, name: clusterName },
    stream: name,
    health,
    since: NOON,
    lastHeard: null,
    detail: 'why',
  };
}

test('settings can be read, changed and sent back whole', async () => {
  const { get, send, settings } = await startApi();
  const before = config.parse((await get('/api/v1/config')).json);
  before.filter.minimumCount = 3;
  const changed = await send('PUT', '/api/v1/config', before);
  expect(changed.status).toBe(200);
  expect(config.parse(changed.json).filter).toMatchObject({ minimumCount: 3, namespaces: ['shop'] });
  expect(
    (await send('PUT', '/api/v1/config/namespaces', { namespaces: 'all', excludedNamespaces: ['kube-system'] })).status,
  ).toBe(200);
  expect((await send('PUT', '/api/v1/config/event-types', { eventTypes: ['Warning'] })).status).toBe(200);
  expect(settings.view().filter).toMatchObject({
    namespaces: 'all',
    excludedNamespaces: ['kube-system'],
    eventTypes: ['Warning'],
    minimumCount: 3,
  });
  expect(settings.actors).toEqual(['process', 'process', 'process']);
});

test('what configuration owns is shown as locked and refused, naming its owner', async () => {
  const { get, send, settings } = await startApi({ locked: [{ path: 'filter.namespaces', by: 'TATTLE_NAMESPACES' }] });
  expect((await get('/api/v1/config')).json.locked).toEqual([{ path: 'filter.namespaces', by: 'TATTLE_NAMESPACES' }]);
  const refused = await send('PUT', '/api/v1/config/namespaces', { namespaces: 'all' });
  expect(refused.status).toBe(409);
  expect(refused.json.detail).toContain('TATTLE_NAMESPACES');
  expect(settings.view().filter.namespaces).toEqual(['shop']);
});

test('a wrong setting is refused where it is wrong, with the name that was meant', async () => {
  const { send } = await startApi();
  const misspelt = await send('PUT', '/api/v1/config', { filter: { namespcaes: [], minimumCount: 0 } });
  expect(misspelt.status).toBe(400);
  expect(misspelt.json.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
    'filter.minimumCount',
    'filter.namespcaes',
  ]);
  expect(misspelt.json.detail).toContain('did you mean namespaces?');
  const meaningless = await send('PUT', '/api/v1/config', { filter: { labelSelector: '((' } });
  expect(meaningless.json).toMatchObject({ status: 400, errors: [{ path: 'filter.labelSelector' }] });
  expect((await send('PUT', '/api/v1/config/event-types', {})).status).toBe(400);
});

test('a change that was made to older settings is refused', async () => {
  const { get, send } = await startApi();
  const etag = String((await get('/api/v1/config')).headers.etag);
  expect(
    (await send('PUT', '/api/v1/config/event-types', { eventTypes: ['Normal'] }, { 'if-match': etag })).status,
  ).toBe(200);
  expect((await send('PUT', '/api/v1/config/event-types', { eventTypes: [] }, { 'if-match': etag })).status).toBe(412);
});

test('namespaces are those stored, those known and those that Events arrived from, with whether they are monitored', async () => {
  const { get } = await startApi({
    events: [clusterEvent(), clusterEvent({ uid: 'n', object: { kind: 'Node', namespace: '', name: 'n', uid: '' } })],
  });
  expect(namespaces.parse((await get('/api/v1/namespaces')).json).items).toEqual([
    { cluster: 'c1', clusterName: 'lab', namespace: 'loud', events: 0, seenLastDay: 3, monitored: false },
    { cluster: 'c1', clusterName: 'lab', namespace: 'quiet', events: 0, seenLastDay: 0, monitored: false },
    { cluster: 'c1', clusterName: 'lab', namespace: 'shop', events: 1, seenLastDay: 0, monitored: true },
  ]);
});

test('deliveries are listed page by page', async () => {
  const deliveries = ['d1', 'd2', 'd3'].map((id) => delivery(id, 'dead'));
  const { get } = await startApi({ deliveries });
  const page = deliveryPage.parse((await get('/api/v1/deliveries?limit=2&status=dead')).json);
  expect(page).toMatchObject({
    items: [{ id: 'd1', incidentTitle: 'web does not start' }, { id: 'd2' }],
    partial: false,
  });
  const next = deliveryPage.parse((await get(`/api/v1/deliveries?limit=2&status=dead&cursor=${page.nextCursor}`)).json);
  expect(next).toMatchObject({ items: [{ id: 'd3' }], nextCursor: null });
});

test('deliveries are sent again by id or by range; a range takes only those that failed', async () => {
  const { send, outbox } = await startApi({
    deliveries: [delivery('d1', 'dead'), delivery('d2', 'delivered'), delivery('d3', 'suppressed')],
  });
  expect((await send('POST', '/api/v1/deliveries/replay', { ids: ['d1', 'd2', 'd3'] })).json).toEqual({ replayed: 2 });
  expect((await send('POST', '/api/v1/deliveries/replay', { from: 'now-1h', to: 'now' })).json).toEqual({
    replayed: 1,
  });
  expect(outbox.asked[1]).toMatchObject({ from: NOON - 3_600_000, to: NOON, statuses: ['dead', 'disabled'] });
  for (const order of [
    {},
    { ids: [] },
    { from: 'now' },
    { from: 'now', to: 'now-1h' },
    { from: 'now-1h', to: 'now', status: ['suppressed'] },
  ]) {
    expect((await send('POST', '/api/v1/deliveries/replay', order)).status).toBe(400);
  }
});

test('an incident comes with its evidence', async () => {
  const { get } = await startApi({
    incidents: [incident],
    evidence: [
      {
        id: 'x1',
        incidentId: 'i1',
        kind: 'log',
        object: pod,
        container: 'web',
        capturedAt: NOON,
        body: 'boom',
        truncated: false,
        error: null,
      },
    ],
  });
  expect(incidentPage.parse((await get('/api/v1/incidents?state=open')).json).items).toHaveLength(1);
  expect(incidentPage.parse((await get('/api/v1/incidents?state=resolved')).json).items).toHaveLength(0);
  expect(incidentDetail.parse((await get('/api/v1/incidents/i1')).json).evidence).toMatchObject([
    { kind: 'log', body: 'boom' },
  ]);
  expect((await get('/api/v1/incidents/nope')).status).toBe(404);
});

test('the status keeps to the contract', async () => {
  const status = () =>
    healthyStatus({ streams: [stream('v1/events', 'watching')], notices: ['No namespace is monitored.'] });
  const { get } = await startApi({ ports: { status } });
  expect(statusShape.parse((await get('/api/v1/status')).json)).toMatchObject({
    ready: true,
    streams: [{ clusterName: 'lab' }],
  });
});

test('unready names the store that is down and the watch that is stale', async () => {
  const status = () =>
    healthyStatus({
      store: { available: false, detail: 'connection refused' },
      streams: [stream('events.k8s.io/v1/events', 'stale')],
    });
  const { get } = await startApi({ ports: { status } });
  const answer = await get('/readyz');
  expect(answer.status).toBe(503);
  expect(readiness.parse(answer.json).checks).toContainEqual({
    name: 'store',
    state: 'failing',
    detail: 'connection refused',
  });
  expect(answer.json.checks).toContainEqual({
    name: 'watch lab events.k8s.io/v1/events',
    state: 'failing',
    detail: 'stale: why',
  });
});

test.each([
  ['nothing watched yet', [], true],
  ['objects are listed, events not yet', [stream('v1/pods', 'watching')], false],
  ['no cluster reached', [stream('connection', 'unreachable')], false],
  ['one cluster down of two', [stream('v1/events', 'watching', 'a'), stream('v1/events', 'unreachable', 'b')], true],
  ['every cluster down', [stream('v1/events', 'stale', 'a'), stream('v1/events', 'unreachable', 'b')], false],
  ['one resource denied', [stream('v1/events', 'watching'), stream('v1/pods', 'denied')], true],
  ['only resources other than events watched', [stream('v1/events', 'denied'), stream('v1/pods', 'watching')], false],
  ['one namespace of two denied', [stream('v1/events@a', 'watching'), stream('v1/events@b', 'denied')], true],
])('%s: ready is %j', (_name, streams, ready) => {
  expect(assessReadiness(healthyStatus({ streams })).ready).toBe(ready);
});

test('stopping is unready', () => {
  expect(assessReadiness(healthyStatus({ stopping: true })).ready).toBe(false);
});

const incident: Incident = {
  id: 'i1',
  cluster,
  state: 'open',
  severity: 'high',
  category: 'Crash',
  condition: 'CrashLoopBackOff',
  root: pod,
  subject: pod,
  title: 'web crashes',
  openedAt: NOON,
  lastSeen: NOON,
  clearedAt: null,
  resolvedAt: null,
  eventCount: 4,
  openedBy: 'e1',
  regressions: 0,
  resolvedBy: null,
  mergedInto: null,
  resolution: null,
};

function delivery(id: string, status: ListedDelivery['status']): ListedDelivery {
  return {
    id,
    noticeId: `msg_${id}`,
    channel: 'webhook',
    incidentId: 'i1',
    incidentTitle: 'web does not start',
    noticeKind: 'opened',
    status,
    attempts: 1,
    createdAt: NOON - 1000,
    nextAttemptAt: null,
    deliveredAt: null,
    lastError: null,
    lastStatusCode: null,
  };
}

test('of several changes at once that name the same settings, one is made and the others are told', async () => {
  const { settings } = await startApi();
  const slow: LiveSettings = {
    ...settings,
    async change(...asked) {
      await sleep(5);
      return settings.change(...asked);
    },
  };
  const { get, send } = await startApi({ ports: { settings: slow } });
  const etag = String((await get('/api/v1/config')).headers.etag);
  const changes = ['a', 'b', 'c', 'd'].map((name) =>
    send('PUT', '/api/v1/config/namespaces', { namespaces: [name] }, { 'if-match': etag }),
  );
  const statuses = (await Promise.all(changes)).map(({ status }) => status);
  expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 412, 412, 412]);
});
