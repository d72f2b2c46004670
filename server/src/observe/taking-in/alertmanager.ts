/**
 * Reads what Alertmanager sends to a webhook, version 4. An alert has two halves, its beginning and its end; `resolved` tells of both,
 * so that it does not matter in which order messages arrive, or whether one is lost.
 */
import { fields, isFields, text } from '../../kit/fields.ts';
import { isMadeByTattle } from '../../model/alert-label.ts';
import type { AlertObservation, Arrival } from '../../model/observation.ts';
import { cutNote, stringMap } from '../normalise-text.ts';
import { alertObject, labelOf, namespaceOf } from './alert-object.ts';
import { digest } from './identity.ts';
import { moment } from './moment.ts';
import { type Around, type Item, MOST_ITEMS, only, placed, type Reading, readEach } from './reading.ts';
import { severityOf } from './severity-words.ts';

const NAME_LIMIT = 253;

export function readAlerts(message: unknown, around: Around): Reading {
  const { alerts, truncatedAlerts } = fields(message);
  if (!Array.isArray(alerts))
    return { kind: 'unreadable', why: 'alerts: expected a list, as a webhook of Alertmanager has it' };
  if (alerts.length > MOST_ITEMS) return { kind: 'too-many', count: alerts.length };
  const truncated =
    typeof truncatedAlerts === 'number' && truncatedAlerts > 0 ? Math.trunc(Math.min(truncatedAlerts, 1e6)) : 0;
  return readEach(placed(alerts, 'alerts'), (alert) => readAlert(alert, around), truncated);
}

function readAlert(raw: unknown, around: Around): Item | string {
  if (!isFields(raw)) return 'expected an object';
  if (!isFields(raw['labels'])) return 'labels: expected an object';
  const labels = stringMap(raw['labels']);
  const cluster = around.clusterOf(text(labels['cluster'], NAME_LIMIT));
  const annotations = stringMap(raw['annotations']);
  if (isMadeByTattle(labels, annotations)) {
    return only({ kind: 'dropped', cluster, reason: 'made-by-tattle', source: 'alert' });
  }
  const startsAt = moment(raw['startsAt']);
  const endsAt = moment(raw['endsAt']);
  const isOver = raw['status'] === 'resolved' || (endsAt !== undefined && endsAt <= around.now);
  const base = baseOf(raw['fingerprint'], { labels, annotations }, cluster, around);
  const began = Math.min(startsAt ?? around.now, around.now);
  const uid = `alert/${base.series}/${startsAt ?? 'unknown'}`;
  if (!isOver) return only(raised(base, uid, began, around.now));
  // An end that comes with its beginning is still behind it.
  const ended = Math.max(Math.min(endsAt ?? around.now, around.now), began + 1);
  return only(raised(base, uid, began, ended), cleared(base, uid, ended));
}

type Base = ReturnType<typeof baseOf>;

function baseOf(
  fingerprint: unknown,
  { labels, annotations }: Pick<AlertObservation, 'labels' | 'annotations'>,
  cluster: AlertObservation['cluster'],
  around: Around,
) {
  const name = text(labels['alertname'], NAME_LIMIT) || 'Alert';
  return {
    source: 'alert',
    cluster,
    object: alertObject(labels, name, cluster, around),
    related: null,
    reason: name,
    condition: name,
    container: text(labelOf(labels, 'container'), NAME_LIMIT),
    count: 1,
    component: 'alertmanager',
    host: '',
    labels,
    annotations,
    said: wordsOf(annotations, name),
    series: seriesOf(fingerprint, labels),
    severity: severityOf(labels['severity'] ?? '') ?? 'medium',
  } as const;
}

/** By its fingerprint, which is made of its labels, and its namespace, which decides who may report it. */
function seriesOf(fingerprint: unknown, labels: Readonly<Record<string, string>>): string {
  const given = typeof fingerprint === 'string' && /^[0-9a-f]{1,64}$/i.test(fingerprint) ? fingerprint : null;
  return digest(
    namespaceOf(labels),
    given ?? JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
}

function wordsOf(annotations: Readonly<Record<string, string>>, name: string): string {
  const { summary = '', description = annotations['message'] ?? '', runbook_url: runbook = '' } = annotations;
  const said = [...new Set([summary.trim(), description.trim()])].filter((words) => words !== '').join(': ');
  return cutNote(`${said || `${name} fires`}${runbook === '' ? '' : ` (runbook: ${runbook})`}`);
}

function raised({ said, ...base }: Base, uid: string, firstSeen: number, lastSeen: number): Arrival {
  const type = base.severity === 'info' ? 'Normal' : 'Warning';
  const observation: AlertObservation = {
    ...base,
    uid,
    type,
    message: said,
    transition: 'raised',
    firstSeen,
    lastSeen,
  };
  return { kind: 'observation', observation };
}

function cleared({ said: _, ...base }: Base, uid: string, at: number): Arrival {
  const message = `${base.condition} is over: it was resolved`;
  const times = { firstSeen: at, lastSeen: at };
  const observation: AlertObservation = {
    ...base,
    ...times,
    uid: `${uid}/cleared`,
    type: 'Normal',
    message,
    transition: 'cleared',
  };
  return { kind: 'observation', observation };
}
