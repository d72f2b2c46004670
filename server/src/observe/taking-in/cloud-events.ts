/** Reads CloudEvents 1.0, in structured form: deploys, and what applications tell. */
import { type Fields, fields, isFields, text } from '../../kit/fields.ts';
import type { ClusterRef, ObjectRef } from '../../model/object-ref.ts';
import { deployChange } from './deploy-change.ts';
import { moment } from './moment.ts';
import { type Around, type Item, type Placed, type Reading, readEach } from './reading.ts';
import { objectOf, reportOf } from './report.ts';
import { severityOf } from './severity-words.ts';

const LIMIT = 1024;

export function readCloudEvents(events: readonly Placed[], around: Around): Reading {
  return readEach(events, (value) => readCloudEvent(value, around));
}

function readCloudEvent(value: unknown, around: Around): Item | string {
  if (!isFields(value)) return 'expected an object';
  const { specversion, id, source, type } = value;
  if (specversion !== '1.0') return 'specversion: expected 1.0';
  for (const [name, attribute] of Object.entries({ id, source, type })) {
    if (typeof attribute !== 'string' || attribute === '') return `${name}: expected text`;
  }
  const data = fields(value['data']);
  const cluster = around.clusterOf(text(value['k8scluster'] ?? data['cluster'], 253));
  const object = subjectOf(value, data, cluster, around);
  const severity = severityOf(text(value['severity'] ?? data['severity']));
  const at = moment(value['time']);
  const own = ['cloudevent', text(source, LIMIT), text(id, LIMIT)];
  const observation = reportOf(
    {
      cluster,
      object,
      reason: text(type, 512),
      message: messageOf(value, data),
      component: text(source, 512),
      severity,
      time: at,
      labels: data['labels'],
      id: own,
    },
    around,
  );
  const change = deployChange(text(type, LIMIT), data, observation, own);
  return { arrivals: [{ kind: 'observation', observation }], changes: change === null ? [] : [change] };
}

/** By extension attributes, else by the data, else by a subject such as `shop/deployment/cart`; else its source. */
function subjectOf(value: Fields, data: Fields, cluster: ClusterRef, around: Around): ObjectRef {
  const subject = text(value['subject'], LIMIT);
  const [namespace = '', kind = '', name = ''] = subject.split('/').length === 3 ? subject.split('/') : [];
  const found = {
    namespace: text(value['k8snamespace'] ?? data['namespace']) || namespace,
    kind: properKind(text(value['k8skind'] ?? data['kind']) || kind),
    name: text(value['k8sname'] ?? data['name']) || name,
  };
  if (found.name !== '') return objectOf(cluster, { ...found, kind: found.kind || 'Deployment' }, around);
  return { kind: 'Source', namespace: text(found.namespace, 253), name: text(value['source'], 253), uid: '' };
}

const KINDS: ReadonlyMap<string, string> = new Map(
  'Pod Deployment StatefulSet DaemonSet ReplicaSet Job CronJob Service Node Namespace ConfigMap Ingress PersistentVolumeClaim HorizontalPodAutoscaler'
    .split(' ')
    .flatMap((kind) => [
      [kind.toLowerCase(), kind],
      [`${kind.toLowerCase()}s`, kind],
    ]),
);

function properKind(kind: string): string {
  return KINDS.get(kind.toLowerCase()) ?? kind;
}

function messageOf({ type, subject, data }: Fields, { message, summary, description }: Fields): string {
  const said = [message, summary, description].find((words) => typeof words === 'string' && words !== '');
  if (typeof said === 'string') return said;
  const about = typeof subject === 'string' && subject !== '' ? `${text(type)}: ${text(subject)}` : text(type);
  if (data === undefined || data === null) return about;
  return `${about} ${typeof data === 'string' ? data : JSON.stringify(data)}`;
}
