/**
 * The labels of an incident's alert. They are what Alertmanager knows it by, so that a receipt keeps those that were told: another
 * set is another alert, and the former one must be ended.
 */
import { TATTLE_MARK } from '../../../model/alert-label.ts';
import type { CauseCode } from '../../../model/diagnosis.ts';
import type { Incident } from '../../../model/incident.ts';
import { oneLine } from '../../message/plain-text.ts';

export type Labels = Readonly<Record<string, string>>;

/** As Prometheus has them before its version 3, and everything beside it still. */
export const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Whatever an incident is about. */
const ALWAYS = ['alertname', 'severity', 'cluster', 'namespace', 'cause', TATTLE_MARK];

const MOST_RECEIPT = 1000;

export function isOwnLabel(name: string): boolean {
  return ALWAYS.includes(name);
}

/** Values without what Alertmanager's other ends would stumble over; what is empty is left out, as Alertmanager would. */
export function labelsOf(incident: Incident, cause: CauseCode | null): Labels {
  const { condition, severity, cluster, root, id } = incident;
  const entries = [
    ['alertname', oneLine(condition, 120) || 'TattleIncident'],
    ['severity', severity],
    ['cluster', oneLine(cluster.name, 150)],
    ['namespace', oneLine(root.namespace, 80)],
    [kindLabel(root.kind), oneLine(root.name, 253)],
    ['cause', cause ?? ''],
    [TATTLE_MARK, oneLine(id, 100)],
  ] as const;
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

/** As kube-state-metrics calls objects: `pod`, `persistentvolumeclaim`, and `job_name`, since `job` is a scrape job. */
function kindLabel(kind: string): string {
  const plain = kind
    .toLowerCase()
    .replace(/[^a-z0-9_]/g, '_')
    .slice(0, 60);
  // A Namespace is named by the label that says in which one things are: the two mean the same.
  if (plain === 'namespace') return plain;
  if (plain === 'job' || ALWAYS.includes(plain)) return `${plain}_name`;
  return LABEL_NAME.test(plain) ? plain : `object_${plain}`;
}

/**
 * The labels to tell now, when `told` were told before. A cause that is found later, or another one, is no news to Alertmanager:
 * it would be another alert, and people would hear of it twice. It stands in the annotations; the label comes with the next set.
 */
export function labelsToTell(now: Labels, told: Labels | null): Labels {
  return told !== null && same(withoutCause(now), withoutCause(told)) ? told : now;
}

export function same(a: Labels, b: Labels): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function withoutCause(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== 'cause'));
}

/** Names none where they are too long to be kept: what they named then ends by not being said again. */
export function receiptOf(labels: Labels): string {
  const text = JSON.stringify(labels);
  return text.length > MOST_RECEIPT ? '{}' : text;
}

/** Null where it names none, and for what is no receipt of this channel. */
export function readReceipt(text: string | null): Labels | null {
  if (text === null) return null;
  try {
    const read: unknown = JSON.parse(text);
    return isLabels(read) ? read : null;
  } catch {
    return null;
  }
}

function isLabels(value: unknown): value is Labels {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return 'alertname' in value && entries.every(([name, text]) => LABEL_NAME.test(name) && typeof text === 'string');
}
