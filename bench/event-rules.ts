/**
 * What rules over events cost the hot path: events through triage, correlation and the embedded store, in turns without rules and with
 * fifty that are asked of each; and what a thousand events a second take of a core. Prints both and their ratio.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEventRules } from '../server/src/app/event-rules/event-rule-service.ts';
import { createHotPath } from '../server/src/app/hot-path.ts';
import { PrometheusMetrics } from '../server/src/app/metrics/metrics.ts';
import { systemClock } from '../server/src/kit/clock.ts';
import { createRedactor } from '../server/src/kit/redaction.ts';
import type { Arrival } from '../server/src/model/observation.ts';
import { DEFAULT_FILTER } from '../server/src/model/settings.ts';
import { compilePolicy } from '../server/src/notify/policy/policy.ts';
import { notifySettings } from '../server/src/notify/policy/settings.ts';
import { SlimCache } from '../server/src/observe/cache.ts';
import { openStore } from '../server/src/store/open-store.ts';

const { values } = parseArgs({
  options: {
    rules: { type: 'string', default: '50' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
  },
});
const RATE = Number(values.rate);
const OFFERS_A_SECOND = 20;
const CLUSTER = { uid: 'bench', name: 'bench' };
const LOGGER = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const common = { clock: systemClock, logger: LOGGER, metrics: new PrometheusMetrics() };

const home = await mkdtemp(join(tmpdir(), 'tattle-bench-rules-'));
const store = await openStore({ ...common, target: { kind: 'embedded', dataDir: join(home, 'data') } });
try {
  await measure();
} finally {
  await store.close();
  await rm(home, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const made = createRedactor({});
  if (!made.ok) throw new Error('the redactor of the bench does not compile');
  let isAsked = false;
  const { pipeline, intake, correlator } = createHotPath({
    ...common,
    cache: new SlimCache(),
    store: store.store,
    spool: null,
    filter: { ...DEFAULT_FILTER, namespaces: 'all' },
    redactor: made.redactor,
    deduplicationMs: 300_000,
    onJobs: () => undefined,
    onTurn: () => undefined,
    onStored: (change) => {
      if (isAsked) rules.see(change);
    },
  });
  const rules = createEventRules({
    ...common,
    rules: fiftyRules(),
    intake,
    openAlerts: () => correlator.openAlerts(),
    follow: (clusterUid) => pipeline.follow(clusterUid),
  });
  pipeline.follow(CLUSTER.uid);
  const running = pipeline.run(new AbortController().signal);
  /** Microseconds of this process for an event. */
  const pass = async (withRules: boolean, round: number): Promise<number> => {
    isAsked = withRules;
    const before = process.cpuUsage();
    const began = performance.now();
    const offers = Number(values.seconds) * OFFERS_A_SECOND;
    const each = RATE / OFFERS_A_SECOND;
    for (let offer = 0; offer < offers; offer += 1) {
      const id = (n: number) => `${round}-${String(withRules)}-${offer * each + n}`;
      await intake.offer(Array.from({ length: each }, (_, n) => arrival(id(n), offer * each + n)));
      if (withRules && offer % OFFERS_A_SECOND === 0) await rules.tick();
      const early = began + ((offer + 1) * 1000) / OFFERS_A_SECOND - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    }
    await pipeline.settle();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / (offers * each);
  };
  // Both are compiled before either is measured.
  await pass(false, 0);
  await pass(true, 0);
  const ratios: number[] = [];
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    const without = await pass(false, round);
    const withThem = await pass(true, round);
    ratios.push(withThem / without);
    console.log(
      `  round ${round}: ${without.toFixed(0)} µs of CPU an event without rules, ${withThem.toFixed(0)} with ${values.rules}, ratio ${(withThem / without).toFixed(2)}; ${((withThem * RATE) / 1e4).toFixed(0)} % of a core at ${RATE} events/s`,
    );
  }
  intake.close();
  await running;
  const median = ratios.sort((a, b) => a - b)[ratios.length >> 1] ?? 0;
  console.log(`median ratio ${median.toFixed(2)}`);
}

/** Of each five, one matches every event; each counts by workload. */
function fiftyRules() {
  const compiled = compilePolicy(
    notifySettings.parse({
      rules: Array.from({ length: Number(values.rules) }, (_, n) => ({
        name: `rule-${n}`,
        on: 'event',
        when:
          n % 5 === 0
            ? 'event.reason == "Pulled"'
            : `event.reason == "BackOff" && event.message.matches("failed .*${n}")`,
        count: { atLeast: 100_000, withinSeconds: 600, by: ['namespace', 'name'] },
      })),
    }),
    () => null,
  );
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.policy.eventRules;
}

function arrival(uid: string, n: number): Arrival {
  const now = Date.now();
  return {
    kind: 'observation',
    observation: {
      ...{ source: 'event', cluster: CLUSTER, uid, related: null, reason: 'Pulled', type: 'Normal', count: 1 },
      ...{ firstSeen: now, lastSeen: now, component: 'kubelet', host: 'node-1', labels: {}, annotations: {} },
      object: { kind: 'Pod', namespace: 'shop', name: `cart-${n % 1000}`, uid: `pod-${n % 1000}` },
      message: `Container image "registry.example/cart:2" already present on machine for cart-${n % 1000}`,
    },
  };
}
