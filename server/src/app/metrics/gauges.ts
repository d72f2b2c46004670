/** What a running server is at, as `/metrics` shows it: read anew every second, and what has to be counted in the store less often. */
import { SEVERITIES } from '../../model/cluster-event.ts';
import { ANALYZERS } from '../../diagnose/analyzers/index.ts';
import { isEventStream } from '../../kit/event-stream.ts';
import type { StreamStatus } from '../../model/ports/source.ts';
import { DETECTORS } from '../../observe/detectors/catalogue.ts';
import type { OutboxRunner } from '../../notify/outbox-runner.ts';
import type { Backlog } from '../../store/backlog.ts';
import { type HotPath, INTAKE_BOUND, SPOOL_BYTES } from '../hot-path.ts';
import { JOB_KINDS } from './metric-declarations.ts';
import type { PrometheusMetrics, Reading } from './metrics.ts';
import { VERSION } from '../version.ts';
import type { Watching } from '../watching.ts';

export interface GaugeSources {
  readonly metrics: PrometheusMetrics;
  /** Display names of those that are configured, whether they could be reached or not. */
  readonly clusters: readonly string[];
  readonly hotPath: Pick<HotPath, 'intake' | 'correlator' | 'pipeline'>;
  readonly watching: Pick<Watching, 'status'>;
  readonly outbox: Pick<OutboxRunner, 'health'>;
}

const UNSENT = ['pending', 'dead', 'disabled'];

/** What is known at the start and stays: so that an alert on an increase, or on what is full, has something to compare with. */
export function beginMetrics(
  metrics: PrometheusMetrics,
  clusters: readonly string[],
  channels: readonly string[],
): void {
  metrics.begin({
    cluster: clusters,
    channel: channels,
    analyzer: ANALYZERS.map(({ name }) => name),
    detector: DETECTORS.map(({ name }) => name),
  });
  metrics.gauge('tattle_build_info', { version: VERSION, node: process.version }, 1);
  metrics.gauge('tattle_intake_capacity', {}, INTAKE_BOUND);
  metrics.gauge('tattle_spool_capacity_bytes', {}, SPOOL_BYTES);
}

export function setGauges({ metrics, clusters, hotPath, watching, outbox }: GaugeSources): void {
  metrics.gauge('tattle_store_up', {}, hotPath.pipeline.health.up ? 1 : 0);
  metrics.gauge('tattle_intake_queued', {}, hotPath.intake.size);
  metrics.gauges('tattle_incidents_open', openIncidents(clusters, hotPath.correlator.openIncidents()));
  const streams = watching.status();
  metrics.gauges(
    'tattle_watch_healthy',
    streams.map((stream) => ({ labels: labelsOf(stream), value: stream.health === 'watching' ? 1 : 0 })),
  );
  metrics.gauges(
    'tattle_watch_last_heard_timestamp_seconds',
    streams.flatMap((stream) =>
      stream.lastHeard === null ? [] : { labels: labelsOf(stream), value: stream.lastHeard / 1000 },
    ),
  );
  // Those that are audited, and whose gaps are recorded.
  for (const stream of streams.filter((each) => isEventStream(each.stream))) {
    // Known only once a cluster answers, and an alert on the first increase needs a 0 before it.
    metrics.count('tattle_watch_missed_total', labelsOf(stream), 0);
    metrics.count('tattle_watch_gap_seconds_total', labelsOf(stream), 0);
  }
  metrics.gauges(
    'tattle_channel_ready',
    outbox.health().map(({ name, state }) => ({ labels: { channel: name }, value: state === 'ready' ? 1 : 0 })),
  );
}

/** Of channels that are configured or still have deliveries. */
export function setBacklog(
  metrics: PrometheusMetrics,
  { jobs, deliveries }: Backlog,
  channels: readonly string[],
): void {
  metrics.gauges('tattle_jobs_pending', [
    ...JOB_KINDS.map((kind) => ({ labels: { kind }, value: 0 })),
    ...jobs.map(({ kind, count }) => ({ labels: { kind }, value: count })),
  ]);
  metrics.gauges('tattle_deliveries_unsent', [
    ...channels.flatMap((channel) => UNSENT.map((status) => ({ labels: { channel, status }, value: 0 }))),
    ...deliveries.map(({ channel, status, count }) => ({ labels: { channel, status }, value: count })),
  ]);
}

type OpenIncidents = ReturnType<HotPath['correlator']['openIncidents']>;

function openIncidents(clusters: readonly string[], incidents: OpenIncidents): Reading[] {
  const counts = new Map<string, Map<string, number>>();
  const ofCluster = (cluster: string) => {
    let found = counts.get(cluster);
    if (found === undefined) {
      found = new Map(SEVERITIES.map((severity) => [severity, 0]));
      counts.set(cluster, found);
    }
    return found;
  };
  for (const cluster of clusters) ofCluster(cluster);
  for (const { cluster, severity } of incidents) {
    const bySeverity = ofCluster(cluster.name);
    bySeverity.set(severity, (bySeverity.get(severity) ?? 0) + 1);
  }
  return [...counts].flatMap(([cluster, bySeverity]) =>
    [...bySeverity].map(([severity, value]) => ({ labels: { cluster, severity }, value })),
  );
}

function labelsOf({ cluster, stream }: StreamStatus): { readonly cluster: string; readonly stream: string } {
  return { cluster: cluster.name, stream };
}
