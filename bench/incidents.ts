/**
 * What a large incident costs the hot path: fifty thousand events of a thousand pods, once as one open incident, once as progress that
 * is no problem, through triage, correlation and the embedded store. Prints both rates of the same run and their ratio.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createHotPath } from '../server/src/app/hot-path.ts';
import { PrometheusMetrics } from '../server/src/app/metrics/metrics.ts';
import { systemClock } from '../server/src/kit/clock.ts';
import { createRedactor } from '../server/src/kit/redaction.ts';
import type { Arrival } from '../server/src/model/observation.ts';
import { DEFAULT_FILTER } from '../server/src/model/settings.ts';
import { SlimCache } from '../server/src/observe/cache.ts';
import { openStore } from '../server/src/store/open-store.ts';

const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '1000' },
    events: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '3' },
  },
});
const PODS = Number(values.pods);
const EVENTS = Number(values.events);
const OFFER = 500;
const CLUSTER = { uid: 'bench', name: 'bench' };
const LOGGER = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const home = await mkdtemp(join(tmpdir(), 'tattle-bench-incidents-'));
const metrics = new PrometheusMetrics();
const store = await openStore({
  target: { kind: 'embedded', dataDir: join(home, 'data') },
  clock: systemClock,
  logger: LOGGER,
  metrics,
});
try {
  await measure();
} finally {
  await store.close();
  await rm(home, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const cache = crowdedCache();
  const made = createRedactor({});
  if (!made.ok) throw new Error('the redactor of the bench does not compile');
  const hotPath = createHotPath({
    cache,
    store: store.store,
    spool: null,
    filter: { ...DEFAULT_FILTER, namespaces: 'all' },
    redactor: made.redactor,
    deduplicationMs: 300_000,
    clock: systemClock,
    logger: LOGGER,
    metrics,
    onJobs: () => undefined,
    onTurn: () => undefined,
  });
  const { pipeline, intake } = hotPath;
  const running = pipeline.run(new AbortController().signal);
  const pass = async (what: 'trouble' | 'progress', round: number): Promise<number> => {
    const began = performance.now();
    for (let i = 0; i < EVENTS; i += OFFER) {
      await intake.offer(Array.from({ length: OFFER }, (_, j) => arrival(what, round, i + j)));
    }
    await pipeline.settle();
    return EVENTS / ((performance.now() - began) / 1000);
  };
  // Both are compiled before either is measured.
  await pass('progress', 0);
  await pass('trouble', 0);
  const ratios: number[] = [];
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    const progress = await pass('progress', round);
    const trouble = await pass('trouble', round);
    ratios.push(trouble / progress);
    console.log(
      `  round ${round}: ${trouble.toFixed(0)} events/s of one incident, ${progress.toFixed(0)} events/s of progress, ratio ${(trouble / progress).toFixed(2)}`,
    );
  }
  intake.close();
  await running;
  const { items } = await store.history.incidents({ fields: {} }, { limit: 10 });
  const median = ratios.sort((a, b) => a - b)[ratios.length >> 1] ?? 0;
  console.log(
    `incidents open: ${items.length}, of ${items.map(({ eventCount }) => eventCount).join(', ')} events; median ratio ${median.toFixed(2)}`,
  );
}

/** Half are new events, half repeats of them, as in the bench of ingest. */
function arrival(what: 'trouble' | 'progress', round: number, i: number): Arrival {
  const isTrouble = what === 'trouble';
  const pod = podRef(i % PODS);
  const now = Date.now();
  return {
    kind: 'observation',
    observation: {
      source: 'event',
      cluster: CLUSTER,
      uid: `${what}-${round}-${i >> 1}`,
      object: pod,
      related: null,
      reason: isTrouble ? 'BackOff' : 'Pulled',
      type: isTrouble ? 'Warning' : 'Normal',
      message: isTrouble
        ? `Back-off restarting failed container cart in pod ${pod.name}_shop(${pod.uid})`
        : `Container image "registry.example/cart:2" already present on machine for ${pod.name}`,
      count: 1 + (i % 2),
      firstSeen: now,
      lastSeen: now,
      component: 'kubelet',
      host: 'node-1',
      labels: {},
      annotations: {},
    },
  };
}

function podRef(i: number) {
  return { kind: 'Pod', namespace: 'shop', name: `cart-7d9c5-${i}`, uid: `pod-${i}` };
}

/** A Deployment with its ReplicaSet and a thousand pods, none of them ready. */
function crowdedCache(): SlimCache {
  const cache = new SlimCache();
  const cluster = cache.of(CLUSTER.uid);
  const base = { resourceVersion: '1', labels: {}, annotations: {}, createdAt: 0, deletingSince: null, generation: 1 };
  const deployment = { kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'deployment' };
  const replicaSet = { kind: 'ReplicaSet', namespace: 'shop', name: 'cart-7d9c5', uid: 'replica-set' };
  cluster.put({ ...base, ref: deployment, owners: [], spec: { replicas: PODS }, status: {} });
  cluster.put({ ...base, ref: replicaSet, owners: [deployment], spec: {}, status: {} });
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] };
  for (let i = 0; i < PODS; i += 1) cluster.put({ ...base, ref: podRef(i), owners: [replicaSet], spec: {}, status });
  for (const kind of ['Pod', 'ReplicaSet', 'Deployment']) cluster.mark(kind, 'synced');
  return cache;
}
