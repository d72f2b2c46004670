/** Every metric that Tattle exports beside those of its process: name, type, labels and meaning; docs/OPERATIONS.md shows the same. */
import { BUTTON_ACTS } from '../../model/button.ts';
import { SEVERITIES } from '../../model/cluster-event.ts';
import type { DeliveryOutcome, DeliveryStatus } from '../../model/delivery.ts';
import type { JobKind } from '../../model/incident.ts';
import type { DropReason, ObservationSource } from '../../model/observation.ts';
import type { SinkOutcome } from '../../model/sink.ts';
import type { Turn } from '../committing/incident-turns.ts';

export interface MetricDeclaration {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Of labels with a closed set of values: each has a series from the start, so that its first increment is an increase. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
}

/** Exhaustive, where the type is all that the model has of them. */
function all<Value extends string>(values: Readonly<Record<Value, true>>): readonly string[] {
  return Object.keys(values);
}

/** Without what can only happen to what is handed in: its series begin with the first. */
const DROP_REASONS = all<Exclude<DropReason, 'made-by-tattle' | 'outside-scope' | 'truncated'>>({
  'ttl-expired': true,
  poison: true,
  'namespace-not-monitored': true,
  'namespace-excluded': true,
  'cluster-scoped-off': true,
  'event-type': true,
  reason: true,
  kind: true,
  component: true,
  'label-selector': true,
  'annotation-selector': true,
  'minimum-count': true,
  'ignored-by-annotation': true,
});
const WATCHED = all<Extract<ObservationSource, 'event' | 'state'>>({ event: true, state: true });
const HANDED_IN = all<Exclude<ObservationSource, 'event' | 'state'>>({ alert: true, report: true });
const TURNS = all<Turn>({ opened: true, regressed: true, resolved: true });
export const JOB_KINDS = all<JobKind>({
  evidence: true,
  diagnosis: true,
  notice: true,
  'notice-group': true,
  'test-end': true,
});
const ATTEMPTS = all<DeliveryOutcome['kind']>({ delivered: true, retry: true, failed: true, gone: true });
const ENDS = all<Exclude<DeliveryStatus, 'pending' | 'suppressed'>>({ delivered: true, dead: true, disabled: true });
const LOOPS = [...JOB_KINDS, 'outbox'];

const watch = ['cluster', 'stream'];

export const METRICS: Readonly<Record<string, MetricDeclaration>> = {
  tattle_build_info: {
    type: 'gauge',
    help: 'Always 1: which version runs, on which Node.',
    labels: ['version', 'node'],
  },

  tattle_watch_healthy: { type: 'gauge', help: '1 while the stream is watched, else 0.', labels: watch },
  tattle_watch_last_heard_timestamp_seconds: {
    type: 'gauge',
    help: 'Last sign of life of the stream; no series before the first.',
    labels: watch,
  },
  tattle_watch_missed_total: {
    type: 'counter',
    help: 'Events that the audit found and a watch had missed.',
    labels: watch,
  },
  tattle_watch_ended_total: { type: 'counter', help: 'Watches that ended, by how.', labels: [...watch, 'how'] },
  tattle_watch_relists_total: {
    type: 'counter',
    help: 'Lists that were made anew, by reason.',
    labels: [...watch, 'reason'],
  },
  tattle_watch_gaps_total: {
    type: 'counter',
    help: 'Stretches of time in which an event stream was not watched, by reason; counted when they are over.',
    labels: [...watch, 'reason'],
  },
  tattle_watch_gap_seconds_total: { type: 'counter', help: 'How long those stretches were.', labels: watch },

  tattle_events_received_total: {
    type: 'counter',
    help: 'Event stream items received (LIST, ADDED, MODIFIED, DELETED): stored + repeats + dropped of source event.',
    labels: ['cluster'],
  },
  tattle_events_stored_total: { type: 'counter', help: 'Events stored for the first time.', labels: ['cluster'] },
  tattle_events_repeats_total: {
    type: 'counter',
    help: 'Items about events that were already stored.',
    labels: ['cluster'],
  },
  tattle_occurrences_total: {
    type: 'counter',
    help: 'Sum of the stored count deltas of the event stream.',
    labels: ['cluster'],
  },
  tattle_dropped_total: {
    type: 'counter',
    help: 'Items that were not kept, by reason; source is event, state, alert or report.',
    labels: ['cluster', 'source', 'reason'],
    values: { source: WATCHED, reason: DROP_REASONS },
  },
  tattle_objects_observed_total: { type: 'counter', help: 'Object-state items received.', labels: ['cluster'] },
  tattle_state_observations_total: {
    type: 'counter',
    help: 'What detectors said of object state, and was kept.',
    labels: ['cluster'],
  },
  tattle_reported_total: {
    type: 'counter',
    help: 'What others handed in, and was kept, as often as it came; source is alert or report.',
    labels: ['cluster', 'source'],
    values: { source: HANDED_IN },
  },
  tattle_ingest_lag_seconds: {
    type: 'histogram',
    help: 'From an event, by its reporter’s clock, to its commit; one event in sixteen.',
    labels: [],
  },
  tattle_detector_failures_total: {
    type: 'counter',
    help: 'Exceptions contained in a detector.',
    labels: ['detector'],
  },

  tattle_incidents_open: {
    type: 'gauge',
    help: 'Incidents that are not resolved.',
    labels: ['cluster', 'severity'],
  },
  tattle_incident_turns_total: {
    type: 'counter',
    help: 'Incidents that opened, came back (regressed) or were resolved, with the severity they had then.',
    labels: ['cluster', 'turn', 'severity'],
    values: { turn: TURNS, severity: SEVERITIES },
  },
  tattle_analyzer_failures_total: {
    type: 'counter',
    help: 'Exceptions contained in an analyzer.',
    labels: ['analyzer'],
  },

  tattle_rule_faults_total: {
    type: 'counter',
    help: 'Times that a rule could not be answered and counted as no.',
    labels: ['rule'],
  },
  tattle_rule_overflows_total: {
    type: 'counter',
    help: 'Times that an event rule forgot the counts of a key, having too many, or did not fire, doing so for too many things.',
    labels: ['rule', 'what'],
    values: { what: ['keys', 'firings'] },
  },
  tattle_deliveries_total: {
    type: 'counter',
    help: 'Delivery attempts, by outcome.',
    labels: ['channel', 'outcome'],
    values: { outcome: ATTEMPTS },
  },
  tattle_deliveries_ended_total: {
    type: 'counter',
    help: 'Deliveries after their last attempt: delivered, dead (given up) or disabled (the channel was switched off).',
    labels: ['channel', 'status'],
    values: { status: ENDS },
  },
  tattle_deliveries_unsent: {
    type: 'gauge',
    help: 'Deliveries that are pending, dead or disabled; read every 15 s while the store answers.',
    labels: ['channel', 'status'],
  },
  tattle_delivery_seconds: {
    type: 'histogram',
    help: 'Time of one delivery attempt, by type of channel.',
    labels: ['type'],
  },
  tattle_channel_ready: {
    type: 'gauge',
    help: '1 while the channel is sent to; 0 while its failures hold it back, or it is switched off.',
    labels: ['channel'],
  },
  tattle_keep_alive_pushes_total: {
    type: 'counter',
    help: 'Times that a channel whose ends forget was told again what goes on; failed where one of its ends did not take it.',
    labels: ['channel', 'result'],
    values: { result: ['taken', 'failed'] },
  },
  tattle_button_presses_total: {
    type: 'counter',
    help: 'Presses on buttons in chats; refused will not be done, failed may be when it is pressed again, busy was not looked at.',
    labels: ['act', 'outcome'],
    values: { act: BUTTON_ACTS, outcome: ['done', 'refused', 'failed', 'busy'] },
  },

  tattle_sink_records_total: {
    type: 'counter',
    help: 'Records that a sink took, or refused for good.',
    labels: ['sink', 'outcome'],
    values: { outcome: ['taken', 'refused'] },
  },
  tattle_sink_attempts_total: {
    type: 'counter',
    help: 'Batches sent to a sink, by outcome.',
    labels: ['sink', 'outcome'],
    values: { outcome: all<SinkOutcome['kind']>({ taken: true, retry: true, refused: true }) },
  },
  tattle_sink_send_seconds: { type: 'histogram', help: 'Time of one batch, by type of sink.', labels: ['type'] },
  tattle_sink_ready: {
    type: 'gauge',
    help: '1 while the sink takes what it is sent; told by the replica that runs it.',
    labels: ['sink'],
  },
  tattle_sink_lag_seconds: {
    type: 'gauge',
    help: 'Age of the oldest thing that the sink has not taken; read every 15 s.',
    labels: ['sink'],
  },
  tattle_sink_waiting: {
    type: 'gauge',
    help: 'Committed batches that the sink has not taken; read every 15 s.',
    labels: ['sink'],
  },
  tattle_sink_catch_ups_total: {
    type: 'counter',
    help: 'Times that a sink was away for longer than the feed is kept, and read stored history.',
    labels: ['sink'],
  },
  tattle_sink_missed_seconds_total: {
    type: 'counter',
    help: 'How long a sink was away beyond what retention keeps: what was deleted meanwhile never reaches it.',
    labels: ['sink'],
  },

  tattle_store_up: { type: 'gauge', help: '1 while commits succeed and are answered within 5 s.', labels: [] },
  tattle_store_identities_kept: {
    type: 'gauge',
    help: 'Identities of recent events held in memory.',
    labels: [],
  },
  tattle_commit_seconds: { type: 'histogram', help: 'Time to identify and commit one batch.', labels: [] },
  tattle_batch_retries_total: {
    type: 'counter',
    help: 'Commits tried again, by cause.',
    labels: ['cause'],
    values: { cause: ['conflict', 'store-unavailable'] },
  },
  tattle_spool_bytes: { type: 'gauge', help: 'Bytes waiting on disk while the store is down.', labels: [] },
  tattle_spool_capacity_bytes: { type: 'gauge', help: 'Bytes that may wait on disk; then watches pause.', labels: [] },
  tattle_intake_queued: { type: 'gauge', help: 'Arrivals waiting for the pipeline.', labels: [] },
  tattle_intake_capacity: { type: 'gauge', help: 'Arrivals that may wait; then watches pause.', labels: [] },
  tattle_jobs_pending: {
    type: 'gauge',
    help: 'Jobs that are not finished, due or not; read every 15 s while the store answers.',
    labels: ['kind'],
  },
  tattle_jobs_total: {
    type: 'counter',
    help: 'Attempts of jobs, by outcome; failed is for good.',
    labels: ['kind', 'outcome'],
    values: { kind: JOB_KINDS, outcome: ['done', 'retry', 'failed', 'put-off'] },
  },
  tattle_job_seconds: { type: 'histogram', help: 'Time of one attempt of a job.', labels: ['kind'] },
  tattle_claims_failed_total: {
    type: 'counter',
    help: 'Times that due work could not be asked for.',
    labels: ['loop'],
    values: { loop: LOOPS },
  },
  tattle_work_errors_total: {
    type: 'counter',
    help: 'Exceptions contained in a job or a delivery.',
    labels: ['loop'],
    values: { loop: LOOPS },
  },
  tattle_telemetry_exports_total: {
    type: 'counter',
    help: 'Exports of Tattle’s own traces and metrics to a collector; partly is one of which some was refused.',
    labels: ['signal', 'outcome'],
    values: { signal: ['traces', 'metrics'], outcome: ['taken', 'partly', 'failed'] },
  },
  tattle_telemetry_spans_dropped_total: {
    type: 'counter',
    help: 'Spans that no collector has: the queue was full, it did not take them, or refused them.',
    labels: ['reason'],
    values: { reason: ['queue-full', 'not-taken', 'refused'] },
  },
  tattle_kubernetes_tokens_total: {
    type: 'counter',
    help: 'Reviews of tokens of a cluster, by verdict.',
    labels: ['verdict'],
  },
};
