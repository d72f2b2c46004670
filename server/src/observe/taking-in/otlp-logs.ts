/** Reads OTLP logs, in their JSON: Kubernetes Events of a Collector's receivers, events of applications, lines of logs. */
import { count, type Fields, fields, isFields, objects, text } from '../../kit/fields.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import { readShippedEvent, shippedEvent } from './kubernetes-event.ts';
import { ofNanoseconds } from './moment.ts';
import { plainAttributes, plainValue } from './otlp-values.ts';
import { type Around, type Item, MOST_ITEMS, only, type Placed, type Reading, readEach } from './reading.ts';
import { objectOf, reportOf } from './report.ts';
import { logLevel } from './severity-words.ts';

/** An attribute of the record, else of its resource. Looked up, not merged: a thousand records may share one large resource. */
type Attribute = (name: string) => unknown;

interface LogRecord {
  readonly resource: Fields;
  readonly record: Fields;
}

export function readOtlpLogs(message: unknown, around: Around): Reading {
  const { resourceLogs } = fields(message);
  // A success, as the protocol has it.
  if (isFields(message) && Object.keys(message).length === 0) return readEach([], () => '');
  if (!Array.isArray(resourceLogs)) return { kind: 'unreadable', why: 'resourceLogs: expected a list' };
  const sent = recordsIn(resourceLogs);
  if (sent > MOST_ITEMS) return { kind: 'too-many', count: sent };
  return readEach(records(resourceLogs), (value) => readRecord(value as LogRecord, around));
}

function recordsIn(resourceLogs: readonly unknown[]): number {
  const scopes = resourceLogs.flatMap((each) => objects(fields(each)['scopeLogs']));
  return scopes.reduce((sum, { logRecords }) => sum + objects(logRecords).length, 0);
}

function records(resourceLogs: readonly unknown[]): readonly Placed[] {
  const found: Placed[] = [];
  resourceLogs.forEach((each, i) => {
    const resource = plainAttributes(fields(fields(each)['resource'])['attributes']);
    objects(fields(each)['scopeLogs']).forEach((scope, j) => {
      objects(scope['logRecords']).forEach((record, k) => {
        found.push({ at: `resourceLogs[${i}].scopeLogs[${j}].logRecords[${k}]`, value: { resource, record } });
      });
    });
  });
  return found;
}

function readRecord({ resource, record }: LogRecord, around: Around): Item | string {
  const own = plainAttributes(record['attributes']);
  const attribute: Attribute = (name) => own[name] ?? resource[name];
  const cluster = around.clusterOf(text(attribute('k8s.cluster.uid') ?? attribute('k8s.cluster.name'), 253));
  // From its own sink, by way of a Collector: taken for an event, it would change the incident, which would be sent again.
  if (record['eventName'] === 'tattle.incident' && typeof own['tattle.incident.id'] === 'string') {
    return only({ kind: 'dropped', cluster, reason: 'made-by-tattle', source: 'report' });
  }
  const body = plainValue(record['body']);
  const at = ofNanoseconds(record['timeUnixNano']) ?? ofNanoseconds(record['observedTimeUnixNano']);
  if (typeof attribute('k8s.event.uid') === 'string') {
    return readShippedEvent({ event: eventOf(attribute, record, body, at), isDeleted: false }, cluster, around);
  }
  const shipped = isFields(body) ? shippedEvent(body) : null;
  if (shipped !== null) return readShippedEvent(shipped, cluster, around);
  return readLog({ attribute, record }, body, at, cluster, around);
}

/** As the Collector's receiver of Kubernetes events takes them apart. */
function eventOf(attribute: Attribute, record: Fields, body: unknown, at: number | undefined): Fields {
  const namespace = attribute('k8s.namespace.name');
  const time = at === undefined ? undefined : new Date(at).toISOString();
  return {
    metadata: { uid: attribute('k8s.event.uid'), name: attribute('k8s.event.name'), namespace },
    involvedObject: {
      kind: attribute('k8s.object.kind'),
      namespace: attribute('k8s.object.kind') === 'Node' ? '' : namespace,
      name: attribute('k8s.object.name'),
      uid: attribute('k8s.object.uid'),
    },
    reason: attribute('k8s.event.reason'),
    message: body,
    type: record['severityText'],
    count: count(attribute('k8s.event.count'), 1),
    lastTimestamp: time,
    source: { host: attribute('k8s.node.name') },
  };
}

function readLog(
  { attribute, record }: { readonly attribute: Attribute; readonly record: Fields },
  body: unknown,
  time: number | undefined,
  cluster: ClusterRef,
  around: Around,
): Item | string {
  const namespace = text(attribute('k8s.namespace.name'));
  const ref = namedObject(attribute);
  if (namespace === '' && ref.kind !== 'Node')
    return 'k8s.namespace.name: expected as an attribute of the resource or the record';
  const message = typeof body === 'string' ? body : body === null ? '' : JSON.stringify(body);
  const named = text(record['eventName'] ?? attribute('event.name') ?? attribute('exception.type'), 512);
  if (message === '' && named === '') return 'body: expected text';
  const level = logLevel(count(record['severityNumber']));
  const observation = reportOf(
    {
      cluster,
      object: objectOf(cluster, { ...ref, namespace: ref.kind === 'Node' ? '' : namespace }, around),
      reason: named || level.reason,
      message: message || named,
      component: text(attribute('k8s.container.name')) || text(attribute('service.name')) || 'log',
      type: level.severity === 'info' ? 'Normal' : 'Warning',
      severity: level.severity,
      time,
      id: [],
    },
    around,
  );
  return only({ kind: 'observation', observation });
}

const NAMED: readonly (readonly [name: string, kind: string])[] = [
  ['k8s.pod.name', 'Pod'],
  ['k8s.deployment.name', 'Deployment'],
  ['k8s.statefulset.name', 'StatefulSet'],
  ['k8s.daemonset.name', 'DaemonSet'],
  ['k8s.job.name', 'Job'],
  ['k8s.cronjob.name', 'CronJob'],
  ['k8s.node.name', 'Node'],
];

/** Else the service that says so. */
function namedObject(attribute: Attribute): { readonly kind: string; readonly name: string } {
  const found = NAMED.find(([name]) => text(attribute(name)) !== '');
  if (found === undefined) return { kind: 'Source', name: text(attribute('service.name')) || 'unknown' };
  return { kind: found[1], name: text(attribute(found[0])) };
}
