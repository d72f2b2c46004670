/** A line of a container's log, as Vector, Fluent Bit or a Collector ships it, with what it knows of the pod. */
import { type Fields, fields, isFields, text } from '../../kit/fields.ts';
import { moment } from './moment.ts';
import { type Around, type Item, only } from './reading.ts';
import { objectOf, reportOf } from './report.ts';
import { levelNumber, logLevel } from './severity-words.ts';

export function isLogLine(value: Fields): boolean {
  return isFields(value['kubernetes']);
}

export function readLogLine(value: Fields, around: Around): Item | string {
  const pod = fields(value['kubernetes']);
  const namespace = text(pod['namespace_name']) || text(pod['pod_namespace']);
  const name = text(pod['pod_name']);
  if (namespace === '' || name === '') return 'kubernetes: expected the names of a namespace and a pod';
  const message = value['message'] ?? value['log'] ?? value['MESSAGE'];
  if (typeof message !== 'string' || message.trim() === '') return 'message or log: expected text';
  const { reason, severity } = logLevel(levelNumber(text(value['level'] ?? value['severity'])));
  const cluster = around.clusterOf(text(value['cluster'] ?? pod['cluster_name'], 253));
  return only({
    kind: 'observation',
    observation: reportOf(
      {
        cluster,
        object: objectOf(cluster, { kind: 'Pod', namespace, name }, around),
        reason: text(value['reason'], 512) || reason,
        message,
        component: text(pod['container_name']) || 'log',
        type: severity === 'info' ? 'Normal' : 'Warning',
        severity,
        time: moment(value['timestamp'] ?? value['time'] ?? value['date'] ?? value['@timestamp']),
        labels: pod['labels'] ?? pod['pod_labels'],
        id: [],
      },
      around,
    ),
  });
}
