/** Records as OTLP logs in its JSON encoding: one resource for each object, named as the OpenTelemetry conventions name Kubernetes. */
import type { Severity } from '../../model/cluster-event.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import { nanoseconds } from '../nanoseconds.ts';
import type { EventRecord, IncidentRecord, SinkRecord } from '../../model/sink.ts';

interface AnyValue {
  readonly stringValue?: string;
  /** 64 bits are text in this encoding. */
  readonly intValue?: string;
  readonly doubleValue?: number;
}

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

interface LogRecord {
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: AnyValue;
  readonly attributes: readonly KeyValue[];
  readonly eventName: string;
}

/** INFO, DEBUG and so on have four numbers each: FATAL, ERROR, WARN, INFO2 and INFO. */
const NUMBERS: Readonly<Record<Severity, number>> = { critical: 21, high: 17, medium: 13, low: 10, info: 9 };

/** The request's body. Records of one resource keep their order. */
export function exportLogsRequest(batch: readonly SinkRecord[], version: string) {
  const resources = new Map<string, { attributes: readonly KeyValue[]; records: LogRecord[] }>();
  for (const record of batch) {
    const object = record.kind === 'event' ? record.document.object : record.document.root;
    const key = JSON.stringify([record.document.cluster.uid, object]);
    const found = resources.get(key) ?? { attributes: resourceOf(record, object), records: [] };
    resources.set(key, found);
    found.records.push(record.kind === 'event' ? eventLog(record) : incidentLog(record));
  }
  return {
    resourceLogs: [...resources.values()].map(({ attributes, records }) => ({
      resource: { attributes },
      scopeLogs: [{ scope: { name: 'tattle', version }, logRecords: records }],
    })),
  };
}

/** Kinds that have attributes of their own in the conventions. */
const NAMED_KINDS = new Set(['Pod', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Node']);

function resourceOf({ document }: SinkRecord, object: ObjectRef): readonly KeyValue[] {
  const own = `k8s.${object.kind.toLowerCase()}`;
  return strings({
    'service.name': 'tattle',
    'k8s.cluster.name': document.cluster.name,
    'k8s.cluster.uid': document.cluster.uid,
    'k8s.namespace.name': object.namespace,
    'k8s.object.kind': object.kind,
    'k8s.object.name': object.name,
    'k8s.object.uid': object.uid,
    ...(NAMED_KINDS.has(object.kind) && { [`${own}.name`]: object.name, [`${own}.uid`]: object.uid }),
    ...('node' in document && object.kind !== 'Node' && { 'k8s.node.name': document.node }),
  });
}

function eventLog({ document, at }: EventRecord): LogRecord {
  return {
    timeUnixNano: nanoseconds(at),
    observedTimeUnixNano: nanoseconds(Date.parse(document.ingested_at)),
    severityNumber: NUMBERS[document.severity],
    severityText: document.severity,
    body: { stringValue: document.message },
    eventName: 'k8s.event',
    attributes: [
      ...strings({
        'k8s.event.uid': document.event_uid,
        'k8s.event.reason': document.reason,
        'k8s.event.type': document.type,
        'k8s.event.start_time': document.first_seen,
        'tattle.record.id': document.id,
        'tattle.origin': document.origin,
        'tattle.category': document.category,
        'tattle.condition': document.condition ?? '',
        'tattle.incident.id': document.incident_id ?? '',
        'tattle.source': document.source,
        'tattle.root.kind': document.root_owner.kind,
        'tattle.root.name': document.root_owner.name,
        'tattle.fingerprint': document.fingerprint,
      }),
      { key: 'k8s.event.count', value: { intValue: String(document.count) } },
      { key: 'tattle.event.delta', value: { intValue: String(document.delta) } },
    ],
  };
}

function incidentLog({ document, at }: IncidentRecord): LogRecord {
  const { diagnosis } = document;
  return {
    timeUnixNano: nanoseconds(at),
    observedTimeUnixNano: nanoseconds(at),
    severityNumber: NUMBERS[document.severity],
    severityText: document.severity,
    body: { stringValue: document.title },
    eventName: 'tattle.incident',
    attributes: [
      ...strings({
        'tattle.record.id': document.id,
        'tattle.incident.id': document.incident_id,
        'tattle.incident.state': document.state,
        'tattle.category': document.category,
        'tattle.condition': document.condition,
        'tattle.incident.opened_at': document.opened_at,
        'tattle.incident.resolved_at': document.resolved_at ?? '',
        'tattle.incident.resolved_by': document.resolved_by ?? '',
        'tattle.incident.merged_into': document.merged_into ?? '',
        'tattle.diagnosis.cause': diagnosis?.cause ?? '',
        'tattle.diagnosis.explanation': diagnosis?.explanation ?? '',
      }),
      { key: 'tattle.incident.event_count', value: { intValue: String(document.event_count) } },
      ...(diagnosis === null
        ? []
        : [{ key: 'tattle.diagnosis.confidence', value: { doubleValue: diagnosis.confidence } }]),
    ],
  };
}

/** What is empty is left out. */
function strings(values: Readonly<Record<string, string>>): readonly KeyValue[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === '' ? [] : [{ key, value: { stringValue: value } }],
  );
}
