/** What events take on disk, and how many come in a day: from PostgreSQL's own sizes and the rollups, without reading events. */
import type { EventSizes } from '../model/ports/history.ts';
import type { Queryable } from './connections.ts';
import { VIEWS } from './dims.ts';
import { DAY_MS, RETENTION_CLASSES, rowNumber } from './event-id.ts';

/** Today and the six days before it. */
const LATELY_DAYS = 7;
/** What grows and goes with the events, beside their own partitions. */
const BESIDE = `'event_identity', 'event_dims', 'rollup_sums', 'rollup_changes'`;

export async function eventSizes(queryable: Queryable, now: number): Promise<EventSizes> {
  const today = Math.floor(now / DAY_MS);
  const counts = await countsByClass(queryable, today - LATELY_DAYS + 1);
  const lately = (name: (typeof RETENTION_CLASSES)[number]) =>
    counts.find(({ retention }) => RETENTION_CLASSES[retention] === name)?.lately ?? 0;
  const began = await firstIngest(queryable);
  return {
    bytes: await bytesOnDisk(queryable),
    events: counts.reduce((sum, { events }) => sum + events, 0),
    oldest: await first(queryable, 'SELECT min(at) AS at FROM occurrences'),
    latelySince: began === null ? null : Math.max(began, (today - LATELY_DAYS + 1) * DAY_MS),
    lately: { short: lately('short'), normal: lately('normal'), long: lately('long') },
  };
}

/** A partition that is dropped meanwhile has no size. */
async function bytesOnDisk(queryable: Queryable): Promise<number> {
  const rows = await queryable.query<{ bytes: number | null }>(
    `SELECT sum(pg_total_relation_size(t.id))::bigint AS bytes FROM (
       SELECT inhrelid AS id FROM pg_inherits WHERE inhparent IN ('events'::regclass, 'occurrences'::regclass)
       UNION ALL SELECT name::regclass FROM unnest(ARRAY[${BESIDE}]) AS name) t`,
  );
  return rows[0]?.bytes ?? 0;
}

interface ClassCounts {
  readonly retention: number;
  readonly events: number;
  readonly lately: number;
}

/** Rollups of days by place alone: a few rows for each namespace and day. */
async function countsByClass(queryable: Queryable, sinceDay: number): Promise<readonly ClassCounts[]> {
  return queryable.query<ClassCounts & Record<string, unknown>>(
    `SELECT d.retention, sum(r.born)::bigint AS events, COALESCE(sum(r.born) FILTER (WHERE r.bucket >= ${String(sinceDay)}), 0)::bigint AS lately
     FROM rollups r JOIN event_dims d ON d.id = r.dims_id
     WHERE r.level = 2 AND d.view = ${String(VIEWS.place)} GROUP BY 1`,
  );
}

/**
 * Of the lowest row number of each class, which is of its oldest day and among the first of that. By when it was stored: an event
 * may be dated years ago.
 */
async function firstIngest(queryable: Queryable): Promise<number | null> {
  const lowest = (retention: number) => {
    const [from, to] = [rowNumber(retention, 0, 0), rowNumber(retention + 1, 0, 0)];
    return `(SELECT ingested_at FROM events WHERE id >= ${String(from)} AND id < ${String(to)} ORDER BY id LIMIT 1)`;
  };
  const each = RETENTION_CLASSES.map((_, retention) => lowest(retention)).join(' UNION ALL ');
  return first(queryable, `SELECT min(ingested_at) AS at FROM (${each}) t`);
}

async function first(queryable: Queryable, statement: string): Promise<number | null> {
  const rows = await queryable.query<{ at: number | null }>(statement);
  return rows[0]?.at ?? null;
}
