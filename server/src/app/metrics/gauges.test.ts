import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createRedactor } from '../../kit/redaction.ts';
import { quiet } from '../../kit/testing/quiet.ts';
import type { Arrival, Observation } from '../../model/observation.ts';
import type { StreamStatus } from '../../model/ports/source.ts';
import { DEFAULT_FILTER } from '../../model/settings.ts';
import { SlimCache } from '../../observe/cache.ts';
import { type OpenTestStore, testStores } from '../../store/testing/open-test-store.ts';
import { startTestServer, type TestServer } from '../../store/testing/servers.ts';
import { event, ref, state } from '../../triage/testing/observations.ts';
import { beginMetrics, setBacklog, setGauges } from './gauges.ts';
import { createHotPath } from '../hot-path.ts';
import { PrometheusMetrics } from './metrics.ts';
import { faultyStore } from '../testing/faulty-store.ts';
import { samplesOf } from '../testing/samples.ts';

const T0 = Date.UTC(2026, 10, 20, 12);
const EAST = { uid: 'east-uid', name: 'east' };
const WEST = { uid: 'west-uid', name: 'constructor' };
const CLUSTERS = [EAST, WEST];

let server: TestServer;
let openTestStore: OpenTestStore;
beforeAll(async () => {
  server = await startTestServer();
  openTestStore = testStores(() => server);
});
afterAll(() => server.close());

function crash(cluster: typeof EAST, uid: string, more: Partial<Observation> = {}): Arrival {
  const message = 'Back-off restarting failed container web in pod web-1_shop(1)';
  const at = { firstSeen: T0, lastSeen: T0, object: ref('Pod', 'shop', `web-${uid}`) };
  const told = { cluster, uid, reason: 'BackOff', type: 'Warning', message, ...at, ...(more as object) };
  return { kind: 'observation', observation: event(told) };
}

async function running() {
  const opened = await openTestStore({ now: T0 });
  const made = createRedactor();
  if (!made.ok) throw new Error('no redactor');
  const metrics = new PrometheusMetrics();
  const store = faultyStore(opened.store);
  const { logger } = quiet();
  const hotPath = createHotPath({
    cache: new SlimCache(),
    store,
    spool: null,
    filter: { ...DEFAULT_FILTER, namespaces: ['shop'] },
    redactor: made.redactor,
    deduplicationMs: 300_000,
    clock: opened.clock,
    logger,
    metrics,
    onJobs: () => undefined,
    onTurn: () => undefined,
  });
  for (const { uid } of CLUSTERS) hotPath.pipeline.follow(uid);
  const stopping = new AbortController();
  const ended = hotPath.pipeline.run(stopping.signal);
  onTestFinished(async () => {
    stopping.abort(new Error('stopping'));
    hotPath.intake.close();
    await ended;
  });
  const streams: StreamStatus[] = [];
  const names = CLUSTERS.map(({ name }) => name);
  beginMetrics(metrics, names, ['ops']);
  const read = async () => {
    const outbox = { health: () => [{ name: 'ops', type: 'webhook', state: 'failing' as const }] };
    setGauges({ metrics, clusters: names, hotPath, watching: { status: () => streams }, outbox });
    const samples = await samplesOf(metrics);
    return (name: string) => samples.get(name);
  };
  return { hotPath, opened, store, streams, metrics, read };
}

it('accounts for each cluster: what was received is stored, a repeat or dropped', async () => {
  const { hotPath, read } = await running();
  const { intake, pipeline } = hotPath;
  const elsewhere = { object: ref('Pod', 'other', 'x') };
  const gone: Arrival = { kind: 'dropped', cluster: WEST, reason: 'ttl-expired' };
  const filtered: Arrival = {
    kind: 'observation',
    observation: state('OOMKilled', 'raised', { cluster: WEST, ...elsewhere }),
  };
  await intake.offer([crash(EAST, 'a', { count: 3 }), crash(EAST, 'b'), crash(EAST, 'a', { count: 5 })]);
  await intake.offer([crash(WEST, 'a'), gone, crash(WEST, 'c', elsewhere), filtered], {
    observed: { cluster: WEST.name, items: 7 },
  });
  await pipeline.settle();
  await intake.offer([crash(EAST, 'b', { count: 2 })], { observed: { cluster: EAST.name, items: 1 } });
  await pipeline.settle();
  const sample = await read();
  const of = (metric: string) => CLUSTERS.map(({ name }) => sample(`${metric}{cluster="${name}"}`));
  expect(of('tattle_events_received_total')).toEqual([4, 3]);
  expect(of('tattle_events_stored_total')).toEqual([2, 1]);
  expect(of('tattle_events_repeats_total')).toEqual([2, 0]);
  expect(of('tattle_occurrences_total')).toEqual([7, 1]);
  expect(of('tattle_objects_observed_total')).toEqual([1, 7]);
  const dropped = (reason: string, source: string) =>
    sample(`tattle_dropped_total{cluster="${WEST.name}",reason="${reason}",source="${source}"}`);
  expect(dropped('ttl-expired', 'event')).toBe(1);
  expect(dropped('namespace-not-monitored', 'event')).toBe(1);
  expect(dropped('namespace-not-monitored', 'state')).toBe(1);
  expect(pipeline.tally).toEqual({
    received: 7,
    stored: 3,
    repeats: 2,
    dropped: { 'ttl-expired': 1, 'namespace-not-monitored': 1 },
    observed: 8,
    occurrences: 8,
  });
});

it('counts incidents that open and are resolved, by hand, too, once each, and those that are open', async () => {
  const { hotPath, read } = await running();
  const { intake, pipeline, correlator } = hotPath;
  await intake.offer([crash(EAST, 'a'), crash(EAST, 'b'), crash(WEST, 'a')]);
  await pipeline.settle();
  const [incident] = correlator.openIncidents().filter(({ cluster }) => cluster.uid === EAST.uid);
  const severity = incident?.severity ?? '';
  const counts = async () => {
    const sample = await read();
    const turns = ['opened', 'resolved'].map((turn) =>
      sample(`tattle_incident_turns_total{cluster="east",severity="${severity}",turn="${turn}"}`),
    );
    return [sample(`tattle_incidents_open{cluster="east",severity="${severity}"}`), ...turns];
  };
  expect(await counts()).toEqual([2, 2, 0]);
  const command = { kind: 'resolve', id: incident?.id ?? '', by: 'someone', text: 'mended' } as const;
  expect(await pipeline.act(command)).toMatchObject({ refusal: null });
  expect(await counts()).toEqual([1, 2, 1]);
  expect((await read())('tattle_incidents_open{cluster="constructor",severity="info"}')).toBe(0);
});

it('shows each stream as it is, and nothing of those that went away', async () => {
  const { streams, read } = await running();
  const events = { cluster: EAST, stream: 'v1/events@shop', since: T0, detail: '' };
  const pods = { cluster: WEST, stream: 'v1/pods', since: T0, detail: '' };
  streams.push({ ...events, health: 'stale', lastHeard: T0 }, { ...pods, health: 'watching', lastHeard: null });
  const sample = await read();
  const of = (metric: string) =>
    [events, pods].map(({ cluster, stream }) => sample(`${metric}{cluster="${cluster.name}",stream="${stream}"}`));
  expect(of('tattle_watch_healthy')).toEqual([0, 1]);
  expect(of('tattle_watch_last_heard_timestamp_seconds')).toEqual([T0 / 1000, undefined]);
  expect(of('tattle_watch_missed_total')).toEqual([0, undefined]);
  expect(sample('tattle_channel_ready{channel="ops"}')).toBe(0);
  streams.pop();
  expect((await read())('tattle_watch_healthy{cluster="constructor",stream="v1/pods"}')).toBeUndefined();
});

it('says that the store is down as soon as a commit fails, and when it is back', async () => {
  const { hotPath, opened, store, read } = await running();
  await hotPath.pipeline.tick(new AbortController().signal);
  expect((await read())('tattle_store_up')).toBe(1);
  store.down = true;
  await hotPath.intake.offer([crash(EAST, 'a')]);
  await expect.poll(async () => (await read())('tattle_store_up')).toBe(0);
  expect((await read())('tattle_batch_retries_total{cause="store-unavailable"}')).toBeGreaterThan(0);
  store.down = false;
  await expect
    .poll(async () => {
      opened.clock.advanceTo(opened.clock.now() + 1000);
      return (await read())('tattle_store_up');
    })
    .toBe(1);
});

it('counts what waits in the store and what was given up', async () => {
  const { hotPath, opened, metrics, read } = await running();
  setBacklog(metrics, await opened.backlog(), ['ops']);
  const none = await read();
  expect(none('tattle_jobs_pending{kind="notice"}')).toBe(0);
  expect(none('tattle_deliveries_unsent{channel="ops",status="dead"}')).toBe(0);

  await hotPath.intake.offer([crash(EAST, 'a'), crash(WEST, 'a')]);
  await hotPath.pipeline.settle();
  const incidents = hotPath.correlator.openIncidents();
  for (const { id } of incidents) {
    const incident = await opened.history.incident(id);
    if (incident === null) throw new Error('it is not stored');
    const notice = {
      id: `n-${id}`,
      kind: 'opened',
      incident,
      event: null,
      evidence: [],
      diagnosis: null,
      partial: false,
      also: [],
      at: T0,
    } as const;
    await opened.outbox.addDeliveries(notice, ['ops', 'old'], 'pending', T0);
  }
  const [claimed] = await opened.outbox.claimDeliveries(1, T0, 1000, ['old']);
  if (claimed === undefined) throw new Error('nothing is due');
  await opened.outbox.finishDelivery(claimed, { kind: 'failed', error: 'no', statusCode: 400 }, { status: 'dead' }, T0);
  setBacklog(metrics, await opened.backlog(), ['ops']);
  const some = await read();
  expect(some('tattle_jobs_pending{kind="notice"}')).toBe(2);
  expect(some('tattle_deliveries_unsent{channel="ops",status="pending"}')).toBe(1);
  expect(some('tattle_deliveries_unsent{channel="ops",status="dead"}')).toBe(1);
  expect(some('tattle_deliveries_unsent{channel="old",status="pending"}')).toBe(2);
});
