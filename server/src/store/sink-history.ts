/** What a sink reads when the feed does not reach back to where it stands: stored occurrences and incidents, by time of storing. */
import type { CatchUp, EventOccurrence, OccurrencePage } from '../model/sink.ts';
import type { Connections, Queryable } from './connections.ts';
import { clusterEventOf, EVENT_JOINS, EVENT_SELECT } from './event-rows.ts';
import type { EventRow } from './event-rows.ts';
import { ingestedSince, ITS_EVENT, literal } from './scans.ts';
import { plainArray, storable } from './text.ts';

const READING_MS = 30_000;

interface Spot {
  readonly at: number;
  readonly seq: number;
}

interface OccurrenceRow extends EventRow, Spot {
  readonly delta: number;
  readonly last_ingest: number;
  /** By how much the event's count grew with occurrences that were stored later. */
  readonly later: number;
}

/**
 * Counts are worked out backwards from the event's own, in one snapshot, so that an occurrence has the count that the feed told
 * of it. An occurrence's number tells the day that it was stored, its event when it was last seen: that leaves out what is older,
 * but for what else happened to the same event on that day.
 */
export async function occurrencesSince(
  connections: Connections,
  catchUp: CatchUp & { stage: 'events' },
  limit: number,
): Promise<OccurrencePage> {
  const { since, until, at, seq } = catchUp;
  const { spots, rows } = await connections.reading(READING_MS, async (queryable) => {
    const found = await queryable.query<Spot>(
      `SELECT o.at, o.seq FROM occurrences o
       WHERE (o.at, o.seq) > (${literal(at)}, ${literal(seq)}) AND o.at <= ${literal(until)} AND ${ingestedSince(since)}
       ORDER BY o.at, o.seq LIMIT ${String(limit)}`,
    );
    return { spots: found, rows: found.length === 0 ? [] : await occurrencesAt(queryable, found) };
  });
  const last = spots.at(-1);
  // At the end of what there is: what comes later is in the feed.
  const next = last === undefined || spots.length < limit ? null : { at: last.at, seq: last.seq };
  return { occurrences: rows.flatMap((row) => occurrenceOf(row, since)), next };
}

/** Those whose event retention took meanwhile are missing. */
function occurrencesAt(queryable: Queryable, spots: readonly Spot[]): Promise<readonly OccurrenceRow[]> {
  return queryable.query<OccurrenceRow>(
    `SELECT o.at, o.seq, o.delta, e.last_ingest, l.later, ${EVENT_SELECT}
     FROM unnest($1::bigint[], $2::bigint[]) AS u (at, seq)
     CROSS JOIN LATERAL (SELECT * FROM occurrences x WHERE x.at = u.at AND x.seq = u.seq OFFSET 0) o
     ${ITS_EVENT} ${EVENT_JOINS}
     CROSS JOIN LATERAL (SELECT COALESCE(sum(x.delta), 0)::bigint AS later FROM occurrences x
       WHERE x.event_id = o.event_id AND x.seq > o.seq) l
     ORDER BY o.at, o.seq`,
    [plainArray(spots.map((spot) => spot.at)), plainArray(spots.map((spot) => spot.seq))],
  );
}

function occurrenceOf(row: OccurrenceRow, since: number): readonly EventOccurrence[] {
  const count = row.count - row.later;
  if (row.delta <= 0 || count <= 0 || row.last_ingest < since) return [];
  return [{ event: clusterEventOf(row), at: row.at, count, delta: row.delta }];
}

export async function incidentsSince(
  connections: Connections,
  since: number,
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const from = literal(since);
  const rows = await connections.query<{ id: string }>(
    `SELECT i.id FROM incidents i WHERE i.id COLLATE "C" > $1 AND (i.state <> 'resolved' OR i.opened_at >= ${from} OR i.resolved_at >= ${from}
       OR EXISTS (SELECT 1 FROM strands s WHERE s.incident_id = i.id AND s.last_seen >= ${from})
       OR EXISTS (SELECT 1 FROM incident_log l WHERE l.incident_id = i.id AND l.at >= ${from})
       OR EXISTS (SELECT 1 FROM diagnoses d WHERE d.incident_id = i.id AND d.at >= ${from}))
     ORDER BY i.id COLLATE "C" LIMIT ${String(limit)}`,
    [storable(after)],
  );
  return rows.map(({ id }) => id);
}
