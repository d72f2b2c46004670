/** Pages of events, most recent activity first: newest occurrences in time order, or an index where a name or id leads. */
import { CursorError } from '../model/ports/store.ts';
import type { EventFilter, EventPage } from '../model/query.ts';
import type { Connections, Queryable } from './connections.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { allOccurrences, matchingOccurrences } from './density.ts';
import { ranOutOfTime } from './errors.ts';
import { clusterEventOf, EVENT_JOINS, EVENT_SELECT } from './event-rows.ts';
import type { EventRow } from './event-rows.ts';
import { allowedDims, dimsConditions, indexedEvents, restrictedFields, rowConditions, timeRange } from './filter.ts';
import type { RowConditions, TimeRange } from './filter.ts';
import { inRange, literal } from './scans.ts';
import { plainArray } from './text.ts';
import { Values } from './values.ts';

/** Past this a page is handed out as it is, marked partial, with the cursor to go on. */
const BUDGET_MS = 900;
const FIRST_CHUNK = 256;
const LARGEST_CHUNK = 8_192;
/** Where more occurrences than this would be passed over for one chunk, each dimension's own index is read instead of all. */
const PASSED_OVER = 20_000;
/** What matches may lie far back in one lump: then reading all from the newest on is given up after this. */
const DENSE_MS = 150;
const MANY_DIMS = 500;

/** Where a scan stands: the occurrence that was looked at last. */
interface Spot {
  readonly at: number;
  readonly seq: number;
}

const NEWEST: Spot = { at: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER };

export async function listEvents(
  connections: Connections,
  filter: EventFilter,
  page: { readonly limit: number; readonly cursor?: string },
  now: number,
): Promise<EventPage> {
  const start = startOf(page.cursor);
  const range = timeRange(filter);
  const rows = rowConditions(filter);
  const dims = await allowedDims(connections, filter);
  if (dims?.length === 0) return { items: [], nextCursor: null, partial: false };
  const ids = await indexedEvents(connections, rows);
  if (ids !== null) {
    return byIndex(connections, ids, { range, rows, dims, limit: page.limit, start, sifted: null });
  }
  const request = { range, rows, dims, limit: page.limit, start, sifted: sifting(filter, dims) };
  return byTime(connections, request, dims !== null && (await isSparse(connections, filter, page.limit, now)));
}

/**
 * Where most of all is allowed, and only by place: planning a scan with thousands of dimensions takes longer than reading past the
 * rest. Other dimensions may change with an event's next occurrence, its place does not: the row tells it as well.
 */
function sifting(filter: EventFilter, dims: readonly number[] | null): ListRequest['sifted'] {
  const onlyByPlace = restrictedFields(filter).every((field) => field === 'namespace' || field === 'cluster');
  if (dims === null || dims.length <= MANY_DIMS || !onlyByPlace) return null;
  return (values) => dimsConditions(filter, values).join(' AND ');
}

async function isSparse(connections: Connections, filter: EventFilter, limit: number, now: number): Promise<boolean> {
  const matching = await matchingOccurrences(connections, filter, now);
  const all = await allOccurrences(connections, filter, now);
  return chunkFor(limit) * all > PASSED_OVER * matching;
}

function chunkFor(limit: number): number {
  return Math.max(FIRST_CHUNK, Math.min(LARGEST_CHUNK, limit * 2));
}

interface ListRequest {
  readonly range: TimeRange;
  readonly rows: RowConditions;
  readonly dims: readonly number[] | null;
  readonly limit: number;
  readonly start: Spot;
  /** Set where a scan reads all dimensions and the rows themselves are asked. */
  readonly sifted: ((values: Values) => string) | null;
}

/** All rows that the index leads to, sorted: exact for any range. */
async function byIndex(connections: Connections, ids: readonly number[], request: ListRequest): Promise<EventPage> {
  const { range, rows, dims, limit, start } = request;
  const values = new Values();
  const conditions = [`e.id = ANY (${values.add(plainArray(ids))}::bigint[])`, rows.sql(values)];
  if (dims !== null) conditions.push(`e.dims_id = ANY (${values.add(plainArray(dims))}::int[])`);
  if (range.from !== null) conditions.push(`e.last_at >= ${literal(range.from)}`);
  // The newest occurrence inside a range that ended is looked up; in one open to now it is the event's last.
  const newest =
    range.to === null
      ? 'CROSS JOIN LATERAL (SELECT e.last_at AS at, e.last_seq AS seq) o'
      : `CROSS JOIN LATERAL (SELECT o.at, o.seq FROM occurrences o WHERE o.event_id = e.id AND ${inRange(range)} ORDER BY o.at DESC, o.seq DESC LIMIT 1) o`;
  const found = await connections.query<EventRow & Spot>(
    `SELECT o.at, o.seq, ${EVENT_SELECT} FROM events e ${EVENT_JOINS} ${newest}
     WHERE ${conditions.join(' AND ')} AND (o.at, o.seq) < (${literal(start.at)}, ${literal(start.seq)})
     ORDER BY o.at DESC, o.seq DESC LIMIT ${String(limit + 1)}`,
    values.list,
  );
  return pageOf(found, limit, null, false);
}

async function byTime(connections: Connections, request: ListRequest, startsSparse: boolean): Promise<EventPage> {
  const { limit } = request;
  const began = performance.now();
  const until = began + BUDGET_MS;
  const items: (EventRow & Spot)[] = [];
  let spot = request.start;
  let size = chunkFor(limit);
  let sparse = startsSparse;
  const answered = new Set<number>();
  for (;;) {
    const left = until - performance.now();
    if (left <= 0) return pageOf(items, limit, spot, true);
    let chunk: readonly (Spot & { event_id: number })[];
    try {
      const mayTurn = request.dims !== null && !sparse;
      const step = await connections.reading(mayTurn ? Math.min(left, DENSE_MS) : left, async (queryable) => {
        const scanned = await scan(queryable, request, sparse, spot, size);
        return { scanned, passed: await passing(queryable, request, scanned, answered) };
      });
      chunk = step.scanned;
      for (const row of step.passed) {
        answered.add(row.id);
        items.push(row);
      }
    } catch (error) {
      if (!ranOutOfTime(error)) throw error;
      if (sparse || request.dims === null) return pageOf(items, limit, spot, true);
      sparse = true;
      continue;
    }
    if (items.length > limit) return pageOf(items, limit, null, false);
    const last = chunk.at(-1);
    if (last === undefined || chunk.length < size) return pageOf(items, limit, null, false);
    spot = { at: last.at, seq: last.seq };
    if (request.sifted !== null && performance.now() - began > DENSE_MS) sparse = true;
    size = Math.min(LARGEST_CHUNK, size * 2);
  }
}

async function scan(
  queryable: Queryable,
  request: ListRequest,
  sparse: boolean,
  spot: Spot,
  size: number,
): Promise<readonly (Spot & { event_id: number })[]> {
  const before = spot.at === NEWEST.at ? 'true' : `(o.at, o.seq) < (${literal(spot.at)}, ${literal(spot.seq)})`;
  const where = `${inRange(request.range)} AND ${before}`;
  const order = `ORDER BY at DESC, seq DESC LIMIT ${String(size)}`;
  if (request.dims === null || (request.sifted !== null && !sparse)) {
    return queryable.query(`SELECT o.at, o.seq, o.event_id FROM occurrences o WHERE ${where} ${order}`);
  }
  const values = [plainArray(request.dims)];
  if (!sparse) {
    return queryable.query(
      `SELECT o.at, o.seq, o.event_id FROM occurrences o WHERE ${where} AND o.dims_id = ANY ($1::int[]) ${order}`,
      values,
    );
  }
  return queryable.query(
    `SELECT o.at, o.seq, o.event_id FROM unnest($1::int[]) AS d (id)
     CROSS JOIN LATERAL (SELECT o.at, o.seq, o.event_id FROM occurrences o WHERE o.dims_id = d.id AND ${where} ${order}) o ${order}`,
    values,
  );
}

/** Of the scanned occurrences those that are their event's newest in the range and whose rows pass, in the order of the scan. */
async function passing(
  queryable: Queryable,
  request: ListRequest,
  scanned: readonly (Spot & { event_id: number })[],
  answered: ReadonlySet<number>,
): Promise<readonly (EventRow & Spot)[]> {
  const spots = new Map<number, Spot>();
  for (const { event_id: id, at, seq } of scanned) if (!answered.has(id) && !spots.has(id)) spots.set(id, { at, seq });
  if (spots.size === 0) return [];
  const values = new Values();
  const ids = values.add(plainArray([...spots.keys()]));
  const sifted = request.sifted?.(values) ?? 'true';
  const found = await queryable.query<EventRow>(
    `SELECT ${EVENT_SELECT} FROM events e ${EVENT_JOINS}
     WHERE e.id = ANY (${ids}::bigint[]) AND ${request.rows.sql(values)} AND ${sifted}`,
    values.list,
  );
  const rows = found.map((row) => ({ ...row, ...(spots.get(row.id) ?? NEWEST) }));
  const { to } = request.range;
  const doubtful = to === null ? [] : rows.filter((row) => row.seq !== row.last_seq && row.last_at >= to);
  const newest = doubtful.length === 0 ? null : await newestInRange(queryable, doubtful, request.range);
  return rows
    .filter((row) => row.seq === row.last_seq || newest?.has(row.seq) === true)
    .sort((a, b) => b.at - a.at || b.seq - a.seq);
}

async function newestInRange(
  queryable: Queryable,
  rows: readonly (EventRow & Spot)[],
  range: TimeRange,
): Promise<ReadonlySet<number>> {
  const kept = await queryable.query<{ seq: number }>(
    `SELECT u.seq FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS u (id, at, seq)
     WHERE NOT EXISTS (SELECT 1 FROM occurrences o WHERE o.event_id = u.id AND ${inRange(range)} AND o.at >= u.at AND (o.at, o.seq) > (u.at, u.seq))`,
    [
      plainArray(rows.map((row) => row.id)),
      plainArray(rows.map((row) => row.at)),
      plainArray(rows.map((row) => row.seq)),
    ],
  );
  return new Set(kept.map((row) => row.seq));
}

function pageOf(rows: readonly (EventRow & Spot)[], limit: number, spot: Spot | null, partial: boolean): EventPage {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined ? { at: last.at, seq: last.seq } : spot;
  return {
    items: items.map(clusterEventOf),
    nextCursor: more === null ? null : writeCursor('events', more.at, more.seq),
    partial: partial && rows.length <= limit,
  };
}

function startOf(cursor: string | undefined): Spot {
  if (cursor === undefined) return NEWEST;
  const [at, seq] = readCursor('events', cursor).map(Number);
  if (at === undefined || seq === undefined || !Number.isSafeInteger(at) || !Number.isSafeInteger(seq)) {
    throw new CursorError('this cursor is not one of a list of events: start again without one');
  }
  return { at, seq };
}
