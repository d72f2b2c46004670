/** Events as rows of a table, in the columns that `kubectl events` has. */
import type { WireEvent } from '@tattle/contract';
import { shortDuration } from './durations.ts';
import { printable } from './printable.ts';

export interface Columns {
  /** Leave it out where every row would say the same. */
  readonly namespace: boolean;
  readonly wide: boolean;
}

const WIDE = ['SEVERITY', 'CONDITION', 'SOURCE', 'NODE', 'CLUSTER'];

export function eventHeader({ namespace, wide }: Columns): readonly string[] {
  return [
    ...(namespace ? ['NAMESPACE'] : []),
    'LAST SEEN',
    'TYPE',
    'REASON',
    'OBJECT',
    ...(wide ? WIDE : []),
    'MESSAGE',
  ];
}

export function eventRow(event: WireEvent, { namespace, wide }: Columns, now: number): readonly string[] {
  const { object } = event;
  const cells = [
    ...(namespace ? [object.namespace] : []),
    lastSeen(event, now),
    event.type,
    event.reason,
    `${object.kind}/${object.name}`,
    ...(wide ? [event.severity, event.condition ?? '', event.source, event.node, event.clusterName] : []),
    event.message.trim(),
  ];
  return cells.map(printable);
}

/** `3m (x12 over 40m)`: the last time, how often, and since when. */
function lastSeen(
  { lastSeen: last, firstSeen, count }: Pick<WireEvent, 'lastSeen' | 'firstSeen' | 'count'>,
  now: number,
): string {
  const ago = shortDuration(now - Date.parse(last));
  return count > 1 ? `${ago} (x${count} over ${shortDuration(now - Date.parse(firstSeen))})` : ago;
}
