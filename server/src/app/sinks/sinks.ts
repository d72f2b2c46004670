/** The sinks of a running server: made from the configuration, started before the sources, and told about. */
import { randomUUID } from 'node:crypto';
import { createGuardedFetch } from '../../kit/guarded-fetch.ts';
import { parseAllowList } from '../../kit/address-guard.ts';
import { systemClock } from '../../kit/clock.ts';
import { rotatedFile } from '../../kube/reread-file.ts';
import type { Clock, Logger } from '../../model/ports/process.ts';
import type { Tracing } from '../../model/tracing.ts';
import type { RetentionDays } from '../../model/settings.ts';
import { createSinks } from '../../sinks/index.ts';
import type { ConfiguredSink } from '../../sinks/run-options.ts';
import { runSink } from '../../sinks/runner.ts';
import { secretIn } from '../../sinks/secret-files.ts';
import type { SinkContext } from '../../sinks/sink-type.ts';
import type { TattleStore } from '../../store/open-store.ts';
import type { Configuration } from '../config-schema.ts';
import type { PrometheusMetrics } from '../metrics/metrics.ts';
import { every, type Services } from '../services.ts';
import { SinkViews } from './sink-views.ts';

const DAY_MS = 86_400_000;
const STANDINGS_MS = 5_000;

export interface SinkParts {
  readonly configuration: Pick<Configuration, 'sinks' | 'retention'>;
  /** As it is at the moment. */
  readonly settings: { readonly retention: RetentionDays };
  readonly store: Pick<TattleStore, 'sinks' | 'history'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: PrometheusMetrics;
  readonly tracing?: Tracing | undefined;
  readonly services: Services;
}

/** Every problem with its path. Sinks are made to be checked, and thrown away: making one touches nothing. */
export function sinkProblems(sinks: readonly unknown[]): readonly string[] {
  const fetch = () => Promise.reject(new Error('this sink was made to be checked only'));
  return createSinks(sinks, { ...surroundings(), fetch, clock: systemClock }).errors;
}

/** What the process gives to every sink. */
function surroundings(): Pick<SinkContext, 'stdout' | 'secretFile'> {
  return {
    stdout: process.stdout,
    secretFile: (path, where) => {
      const file = rotatedFile(path, where, systemClock);
      return () => file.read();
    },
  };
}

/** Files of secrets that are not there, or empty: no fault yet, as they may come, and until then the sink waits. */
export async function secretFileWarnings(
  sinks: readonly unknown[],
  readFile: (path: string) => Promise<string>,
): Promise<readonly string[]> {
  const fetch = () => Promise.reject(new Error('this sink was made to be checked only'));
  const { secretFiles } = createSinks(sinks, { ...surroundings(), fetch, clock: systemClock });
  const found = secretFiles.map(async ({ path, where }) => {
    const text = await readFile(path).catch(() => null);
    if (text !== null && secretIn(text) !== '') return [];
    return [
      `${where}: ${path} ${text === null ? 'cannot be read' : 'is empty'}; the sink waits until it holds the secret`,
    ];
  });
  return (await Promise.all(found)).flat();
}

export interface SinkService {
  /** For the API. */
  readonly views: SinkViews;
  /** Each is known to the store from here on, so that nothing which comes later passes it by. Throws `StoreUnavailable`. */
  start(): Promise<void>;
}

/** Throws where the configuration makes no sense. Nothing runs yet. */
export function createSinkService(parts: SinkParts): SinkService {
  const { configuration, store, clock } = parts;
  const { allowList } = parseAllowList([]);
  const context = { ...surroundings(), fetch: createGuardedFetch({ allowList }), clock };
  const { sinks, errors } = createSinks(configuration.sinks, context);
  if (errors.length > 0) throw new Error(`the sinks cannot be used: ${errors.join('; ')}`);
  const holder = randomUUID();
  const views = new SinkViews({ configured: sinks.map(({ about }) => about), store: store.sinks, holder, clock });
  return { views, start: () => start(parts, sinks, holder, views) };
}

async function start(
  parts: SinkParts,
  sinks: readonly ConfiguredSink[],
  holder: string,
  views: SinkViews,
): Promise<void> {
  const { configuration, store, clock, logger, metrics, tracing, services } = parts;
  if (sinks.length === 0) return;
  metrics.begin({ sink: sinks.map(({ sink }) => sink.name) });
  for (const { sink, from } of sinks) await store.sinks.begin(sink.name, from, clock.now());
  const keptMs = () => daysKept(configuration, parts.settings) * DAY_MS;
  const options = { store: store.sinks, history: store.history, clock, logger, metrics, tracing, keptMs, holder };
  services.run('sinks', async (signal) => {
    await Promise.all(sinks.map((each) => runSink(each, options, signal)));
  });
  services.run(
    'standings of sinks',
    every(STANDINGS_MS, clock, logger, 'asking where sinks stand', () => tellStandings(metrics, views)),
  );
}

/** The shortest of the classes of retention that events can be in. */
function daysKept({ retention }: SinkParts['configuration'], { retention: days }: SinkParts['settings']): number {
  const classes = new Set([
    'normal' as const,
    ...retention.rules.flatMap(({ keep }) => (keep === 'hold' ? [] : [keep])),
  ]);
  return Math.min(...[...classes].map((name) => days[name]));
}

async function tellStandings(metrics: PrometheusMetrics, views: SinkViews): Promise<void> {
  const standings = (await views.list()).map(({ standing }) => standing);
  const labelled = (pick: (standing: (typeof standings)[number]) => number) =>
    standings.map((standing) => ({ labels: { sink: standing.name }, value: pick(standing) }));
  metrics.gauges(
    'tattle_sink_lag_seconds',
    labelled(({ lagMs }) => lagMs / 1000),
  );
  metrics.gauges(
    'tattle_sink_waiting',
    labelled(({ waiting }) => waiting),
  );
}
