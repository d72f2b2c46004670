/** The events that entries of the feed name, as they are stored now. */
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { Queryable } from './connections.ts';
import { partitionBounds, partitionKeyOf, partitionNumber } from './event-id.ts';
import { clusterEventOf, EVENT_JOINS, EVENT_SELECT } from './event-rows.ts';
import type { EventRow } from './event-rows.ts';
import { plainArray } from './text.ts';

/** By row number. What retention deleted meanwhile is missing. */
export async function readEvents(
  queryable: Queryable,
  ids: Iterable<number>,
): Promise<ReadonlyMap<number, ClusterEvent>> {
  const events = new Map<number, ClusterEvent>();
  for (const members of Map.groupBy(new Set(ids), partitionNumber).values()) {
    // The bounds leave one partition to plan for, and to read; one that was dropped is no error then.
    const [from, to] = partitionBounds(partitionKeyOf(members[0] ?? 0));
    const rows = await queryable.query<EventRow>(
      `SELECT ${EVENT_SELECT} FROM events e ${EVENT_JOINS}
       WHERE e.id >= ${String(from)} AND e.id < ${String(to)} AND e.id = ANY ($1::bigint[])`,
      [plainArray(members)],
    );
    for (const row of rows) events.set(row.id, clusterEventOf(row));
  }
  return events;
}
