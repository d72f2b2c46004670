/** What happened at a place, like a log: the oldest first, a day’s under its date, each line with a word for what it is. */
import type { WirePlaceTimeline } from '@tattle/contract';
import { clockOf, dayOf, wrapped } from './incident-lines.ts';

type Item = WirePlaceTimeline['items'][number];

/** In capitals what one looks for among many events. */
const MARKS: Readonly<Record<Item['kind'], string>> = {
  event: 'event',
  change: 'CHANGE',
  incident: 'INCIDENT',
  resolved: 'RESOLVED',
  gap: 'GAP',
};
/** As wide as the widest. */
const MARK_WIDTH = 8;
/** As lists of incidents show it: enough to tell them apart, and every command takes it. */
const SHORT_ID = 8;

export function placeTimelineText({ items, partial }: WirePlaceTimeline, width: number): string {
  if (items.length === 0) return '';
  const lines: string[] = [];
  // Above the first, because that is where they are missing.
  if (partial)
    lines.push(
      ...wrapped(
        '',
        `There is more: the newest ${items.length} are shown. --limit, --since and --until show others.`,
        width,
      ),
    );
  const names = clusterNames(items);
  let day = '';
  for (const item of items) {
    if (dayOf(item.at) !== day) {
      day = dayOf(item.at);
      lines.push(`${day} (UTC)`);
    }
    const cluster = names.size > 1 ? `${names.get(item.cluster) ?? item.cluster}: ` : '';
    lines.push(
      ...wrapped(`${clockOf(item.at)}  ${MARKS[item.kind].padEnd(MARK_WIDTH)}  `, cluster + words(item), width),
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** By uid. Not every item carries the name. */
function clusterNames(items: readonly Item[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { cluster, clusterName } of items) {
    if (clusterName !== '' || !names.has(cluster)) names.set(cluster, clusterName === '' ? cluster : clusterName);
  }
  return names;
}

function words({ at, kind, since, severity, object, text, incidentId }: Item): string {
  const incident = incidentId === null ? '' : ` [${incidentId.slice(0, SHORT_ID)}]`;
  const band = severity === null ? '' : `${severity} `;
  // The title of an incident names its object.
  const about = object === null || kind === 'incident' || kind === 'resolved' ? '' : `${nameOf(object)}: `;
  // It stands where the range begins: that is not when it opened.
  const open = kind === 'incident' && since !== null && since < at ? `, since ${dayOf(since)} ${clockOf(since)}` : '';
  return `${band}${about}${text.trim()}${open}${incident}`;
}

function nameOf({ kind, namespace, name }: NonNullable<Item['object']>): string {
  return `${namespace === '' ? '' : `${namespace}/`}${kind.toLowerCase()}/${name}`;
}
