/**
 * Bytes of a watch stream → rows committed in PostgreSQL: a load generator, a whole Tattle and its PostgreSQL share the machine.
 * Half of the events are new, half are repeats. `--store URL` uses a PostgreSQL of one's own; `--pods`, `--nodes` size the cache.
 * References of the same run: JSON.parse of the same bytes, COPY of as many bare rows.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cpuSeconds, nextLine, postmasterPid, residentBytes, run, treeCpuSeconds } from './processes.ts';
import { copyRowsPerSecond, parseEventsPerSecond } from './references.ts';
import { type Metrics, startTattle, type TattleProcess } from './tattle-process.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '25000' },
    pods: { type: 'string', default: '500' },
    nodes: { type: 'string', default: '20' },
    store: { type: 'string' },
    /** pid of the postmaster behind `--store`, for its CPU. */
    postmaster: { type: 'string' },
    /** Folder for a CPU profile of Tattle. */
    profile: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
/** Compiling the hot code, and working off what queued up meanwhile. */
const WARM_UP_MS = 20_000;

interface Sample {
  readonly at: number;
  readonly metrics: Metrics;
  readonly cpu: Readonly<Record<'tattle' | 'postgres' | 'generator', number>>;
}

const home = await mkdtemp(join(tmpdir(), 'tattle-bench-'));
const generator = run(join(import.meta.dirname, 'load-process.ts'), [
  ...['--rate', values.rate, '--pods', values.pods, '--nodes', values.nodes],
]);
let tattle: TattleProcess | null = null;
try {
  const { url } = JSON.parse(await nextLine(generator)) as { url: string };
  const env: Record<string, string> = values.store === undefined ? {} : { TATTLE_STORE_URL: values.store };
  const flags = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
  tattle = await startTattle(url, home, env, flags);
  await measure(tattle);
} finally {
  await tattle?.stop();
  await generator.stop();
  await rm(home, { recursive: true, force: true });
}

async function measure(running: TattleProcess): Promise<void> {
  const postmaster = values.store === undefined ? postmasterPid(join(home, 'data')) : Number(values.postmaster ?? 0);
  const sample = async (): Promise<Sample> => ({
    at: performance.now(),
    metrics: await running.metrics(),
    cpu: {
      tattle: cpuSeconds(running.pid),
      postgres: postmaster === 0 ? Number.NaN : treeCpuSeconds(postmaster),
      generator: cpuSeconds(generator.pid),
    },
  });
  await sleep(WARM_UP_MS);
  const before = await sample();
  const rss: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    await sleep(1000);
    rss.push(residentBytes(running.pid));
  }
  const after = await sample();
  await generator.stop();
  const last = await running.metrics();
  report(before, after, rss, last);
}

function report(before: Sample, after: Sample, rss: readonly number[], last: Metrics): void {
  const elapsed = (after.at - before.at) / 1000;
  const gained = (name: string) => after.metrics.total(name) - before.metrics.total(name);
  const rate = gained('tattle_events_received_total') / elapsed;
  const lag = (quantile: number) =>
    after.metrics.quantileMs('tattle_ingest_lag_seconds', quantile, before.metrics).toFixed(0);
  const commit = (quantile: number) =>
    after.metrics.quantileMs('tattle_commit_seconds', quantile, before.metrics).toFixed(0);
  const share = (part: keyof Sample['cpu']) => (100 * (after.cpu[part] - before.cpu[part])) / elapsed;
  const mb = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);
  const sorted = [...rss].sort((a, b) => a - b);
  console.log(
    `${values.store === undefined ? 'embedded PostgreSQL' : 'external PostgreSQL'}, offered ${values.rate} events/s for ${elapsed.toFixed(0)} s`,
  );
  console.log(
    `  committed        ${rate.toFixed(0)} events/s (${gained('tattle_events_stored_total')} new, ${gained('tattle_events_repeats_total')} repeats)`,
  );
  console.log(
    `  event → commit   p50 ${lag(0.5)} ms, p95 ${lag(0.95)} ms, p99 ${lag(0.99)} ms; a commit p50 ${commit(0.5)} ms, p95 ${commit(0.95)} ms`,
  );
  console.log(
    `  CPU              Tattle ${share('tattle').toFixed(0)} %, PostgreSQL ${share('postgres').toFixed(0)} %, generator ${share('generator').toFixed(0)} % of one core`,
  );
  console.log(
    `  RSS of Tattle    first ${mb(rss[0] ?? 0)} MB, median ${mb(sorted[sorted.length >> 1] ?? 0)} MB, highest ${mb(sorted.at(-1) ?? 0)} MB, last ${mb(rss.at(-1) ?? 0)} MB`,
  );
  const heap = (name: string) => mb(after.metrics.total(name));
  console.log(
    `  of which         heap in use ${heap('nodejs_heap_size_used_bytes')} MB of ${heap('nodejs_heap_size_total_bytes')} MB, buffers ${heap('nodejs_external_memory_bytes')} MB`,
  );
  console.log(`  dropped ${last.total('tattle_dropped_total')}, missed ${last.total('tattle_watch_missed_total')}`);
}

const parse = parseEventsPerSecond();
const copy = await copyRowsPerSecond(200_000);
console.log('references of this run, alone on the machine:');
console.log(`  JSON.parse of the same bytes   ${parse.toFixed(0)} events/s`);
console.log(`  COPY of bare rows, fsync on    ${copy.toFixed(0)} rows/s`);
