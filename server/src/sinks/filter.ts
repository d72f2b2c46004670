/** Which records a sink is sent. */
import { SEVERITIES } from '../model/cluster-event.ts';
import type { SinkRecord } from '../model/sink.ts';
import type { CommonSettings } from './settings.ts';

export type RecordFilter = (record: SinkRecord) => boolean;

/** The same, as it is set. */
export type RecordChoice = Pick<CommonSettings, 'include' | 'minimumSeverity' | 'namespaces'>;

export function recordFilter(settings: RecordChoice): RecordFilter {
  const { include, namespaces } = settings;
  const lowest = SEVERITIES.indexOf(settings.minimumSeverity);
  return (record) => {
    if (include !== 'both' && include !== `${record.kind}s`) return false;
    if (SEVERITIES.indexOf(record.document.severity) > lowest) return false;
    if (namespaces === undefined) return true;
    return placesOf(record).some((place) => namespaces.some((pattern) => isLike(pattern, place)));
  };
}

/** An incident lies where its root does, and where what it was noticed on does. */
function placesOf(record: SinkRecord): readonly string[] {
  if (record.kind === 'event') return [record.document.object.namespace];
  return [record.document.root.namespace, record.document.subject.namespace];
}

/** `*` is any run of characters, of a name that is one: `""` alone means what lies in no namespace. */
function isLike(pattern: string, name: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return pattern === name;
  if (name === '' || !name.startsWith(head) || !name.endsWith(tail)) return false;
  let at = head.length;
  const end = name.length - tail.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return at <= end;
}
