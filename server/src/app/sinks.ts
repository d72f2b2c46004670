/** The sinks of a running server: made from the configuration, started before the sources, and told about in metrics. */
import { createGuardedFetch } from '../kit/guarded-fetch.ts';
import { parseAllowList } from '../kit/address-guard.ts';
import { systemClock } from '../kit/clock.ts';
import type { Clock, Logger } from '../model/ports.ts';
import type { RetentionDays } from '../model/settings.ts';
import { createSinks } from '../sinks/index.ts';
import type { ConfiguredSink } from '../sinks/run-options.ts';
import { runSink } from '../sinks/runner.ts';
import type { TattleStore } from '../store/open-store.ts';
import type { Configuration } from './config-schema.ts';
import type { PrometheusMetrics } from './metrics.ts';
import { every, type Services } from './services.ts';

const DAY_MS = 86_400_000;
const STANDINGS_MS = 15_000;

export interface SinkParts {
  readonly configuration: Pick<Configuration, 'sinks' | 'retention'>;
  /** As it is at the moment. */
  readonly settings: { readonly retention: RetentionDays };
  readonly store: Pick<TattleStore, 'sinks' | 'history'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: PrometheusMetrics;
  readonly services: Services;
}

/** Every problem with its path. Sinks are made to be checked, and thrown away: making one touches nothing. */
export function sinkProblems(sinks: readonly unknown[]): readonly string[] {
  const fetch = () => Promise.reject(new Error('this sink was made to be checked only'));
  return createSinks(sinks, { fetch, clock: systemClock, stdout: process.stdout }).errors;
}

/** Each is known to the store from here on, so that nothing which comes later passes it by. Throws `StoreUnavailable`. */
export async function startSinks(parts: SinkParts): Promise<void> {
  const { configuration, store, clock, logger, metrics, services } = parts;
  const { allowList } = parseAllowList([]);
  const context = { fetch: createGuardedFetch({ allowList }), clock, stdout: process.stdout };
  const { sinks, errors } = createSinks(configuration.sinks, context);
  if (errors.length > 0) throw new Error(`the sinks cannot be used: ${errors.join('; ')}`);
  if (sinks.length === 0) return;
  metrics.begin({ sink: sinks.map(({ sink }) => sink.name) });
  for (const { sink, from } of sinks) await store.sinks.begin(sink.name, from, clock.now());
  const keptMs = () => daysKept(configuration, parts.settings) * DAY_MS;
  const options = { store: store.sinks, history: store.history, clock, logger, metrics, keptMs };
  services.run('sinks', async (signal) => {
    await Promise.all(sinks.map((each) => runSink(each, options, signal)));
  });
  services.run(
    'standings of sinks',
    every(STANDINGS_MS, clock, logger, 'asking where sinks stand', () => tellStandings(parts, sinks)),
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

async function tellStandings({ store, metrics }: SinkParts, sinks: readonly ConfiguredSink[]): Promise<void> {
  const standings = await store.sinks.standings(sinks.map(({ sink }) => sink.name));
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
