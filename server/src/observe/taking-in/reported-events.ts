/** Reads what an application says, and what log shippers send as JSON lines. */
import { count, type Fields, isFields, text } from '../../kit/fields.ts';
import { readShippedEvent, shippedEvent } from './kubernetes-event.ts';
import { isLogLine, readLogLine } from './log-line.ts';
import { moment } from './moment.ts';
import { IN_NO_NAMESPACE } from './place.ts';
import { type Around, type Item, only, type Placed, type Reading, readEach } from './reading.ts';
import { objectOf, reportOf } from './report.ts';
import { severityOf } from './severity-words.ts';

const NAME_LIMIT = 253;

export function readReportedEvents(lines: readonly Placed[], around: Around): Reading {
  return readEach(lines, (value) => readEvent(value, around));
}

function readEvent(value: unknown, around: Around): Item | string {
  if (!isFields(value)) return 'expected an object';
  const shipped = shippedEvent(value);
  if (shipped !== null) return readShippedEvent(shipped, around.clusterOf(text(value['cluster'], NAME_LIMIT)), around);
  return isLogLine(value) ? readLogLine(value, around) : readOwn(value, around);
}

function readOwn(value: Fields, around: Around): Item | string {
  const fault = faultOf(value);
  if (fault !== null) return fault;
  const cluster = around.clusterOf(text(value['cluster'], NAME_LIMIT));
  const { id, kind, namespace, name, type } = value;
  const observation = reportOf(
    {
      cluster,
      object: objectOf(cluster, { kind, namespace, name }, around),
      reason: text(value['reason'], 512),
      message: value['message'],
      component: text(value['component']) || 'report',
      type: type === 'Normal' || type === 'Warning' ? type : undefined,
      severity: severityOf(text(value['severity'])),
      time: moment(value['time']),
      count: Math.max(1, count(value['count'], 1)),
      labels: value['labels'],
      id: text(id, 1024) === '' ? [] : ['id', text(id, 1024)],
    },
    around,
  );
  return only({ kind: 'observation', observation });
}

/** What it cannot do without, and what cannot be meant as it is written. */
function faultOf({ reason, message, namespace, kind, type, severity, time }: Fields): string | null {
  if (text(reason).trim() === '') return 'reason: expected what happened, in a word such as CacheLost';
  if (typeof message !== 'string') return 'message: expected text';
  if (text(namespace) === '' && !IN_NO_NAMESPACE.has(text(kind))) {
    return 'namespace: expected the namespace of the object that it is about';
  }
  if (type !== undefined && type !== 'Normal' && type !== 'Warning') return 'type: expected Normal or Warning';
  if (severity !== undefined && severityOf(text(severity)) === undefined) {
    return 'severity: expected critical, high, medium, low or info';
  }
  if (time !== undefined && moment(time) === undefined) return 'time: expected RFC 3339, as 2026-01-31T14:00:00Z';
  return null;
}
