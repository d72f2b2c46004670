/** What happened lately, the newest first, as it was stored before this process began: what rules over events count on after a restart. */
import type {
  OccurrencePage,
  OccurrenceReader,
  PastOccurrence,
  RecentOccurrences,
  StoredAlert,
} from '../model/ports/recent.ts';
import type { Connections, Queryable } from './connections.ts';
import { clusterEventOf, EVENT_SELECT, type EventRow } from './event-rows.ts';
import { DAY_SPAN } from './event-id.ts';
import { ingestedSince, ITS_EVENT, literal } from './scans.ts';

/** Of one page; a page has some hundreds of rows. */
const PAGE_MS = 5_000;

/** Numbers of rows come in blocks of this, and begin again at the end of their sequence (migration 1). */
const BLOCK = 4_096;
const NUMBERS = 68_719_472_640 + BLOCK;

/** Dimensions as they were at that occurrence: a later one of the event may be more severe. */
const JOINS = `JOIN event_dims d ON d.id = o.dims_id JOIN clusters c ON c.id = d.cluster_id
  LEFT JOIN incident_numbers n ON n.no = e.incident_no`;

interface OccurrenceRow {
  readonly at: number;
  readonly seq: number;
  readonly delta: number;
  readonly event_id: number;
  readonly dims_id: number;
}

/** To be called before this process writes anything: what it writes itself is told by its commits. Throws `StoreUnavailable`. */
export async function recentOccurrences(connections: Connections): Promise<RecentOccurrences> {
  const [row] = await connections.query<{ last_value: number; is_called: boolean }>(
    'SELECT last_value, is_called FROM row_numbers',
  );
  const first = row === undefined ? 0 : row.last_value + (row.is_called ? BLOCK : 0);
  return {
    since: (from) => new Backwards(connections, first, from),
    alertsOf: (component, from, limit) => alertsOf(connections, component, from, limit),
  };
}

class Backwards implements OccurrenceReader {
  readonly #connections: Connections;
  readonly #first: number;
  readonly #from: number;
  #behind: OccurrenceRow | null = null;
  #atEnd = false;
  /** By row: the count that an event had before the occurrences that were read; only of those that have older ones. */
  readonly #counts = new Map<number, number>();

  constructor(connections: Connections, first: number, from: number) {
    this.#connections = connections;
    this.#first = first;
    this.#from = from;
  }

  async next(limit: number): Promise<OccurrencePage> {
    if (this.#atEnd) return { items: [], read: 0, reached: this.#from };
    const { scanned, events } = await this.#connections.reading(PAGE_MS, async (queryable) => {
      const rows = await scan(queryable, this.#from, this.#behind, limit);
      return { scanned: rows, events: await eventsAt(queryable, rows) };
    });
    this.#behind = scanned.at(-1) ?? this.#behind;
    this.#atEnd = scanned.length < limit;
    return {
      items: scanned.flatMap((row) => this.#asItWas(row, events.get(row.seq))),
      read: scanned.length,
      reached: this.#atEnd ? this.#from : (this.#behind?.at ?? this.#from),
    };
  }

  /** Nothing where retention took the event, or where a commit of this process told of it. */
  #asItWas({ at, seq, delta, event_id: id }: OccurrenceRow, row: EventRow | undefined): readonly PastOccurrence[] {
    if (row === undefined) return [];
    const count = this.#counts.get(id) ?? row.count;
    if (count > delta) this.#counts.set(id, count - delta);
    else this.#counts.delete(id);
    if (delta === 0 || isLater(seq, this.#first)) return [];
    return [{ event: { ...clusterEventOf(row), count }, at, delta }];
  }
}

/** Whether a row was numbered at `first` or after it, on a circle of numbers. */
function isLater(seq: number, first: number): boolean {
  return ((seq % DAY_SPAN) - first + NUMBERS) % NUMBERS < NUMBERS / 2;
}

async function scan(
  queryable: Queryable,
  from: number,
  behind: OccurrenceRow | null,
  limit: number,
): Promise<readonly OccurrenceRow[]> {
  const before = behind === null ? 'true' : `(o.at, o.seq) < (${literal(behind.at)}, ${literal(behind.seq)})`;
  return queryable.query<OccurrenceRow>(
    `SELECT o.at, o.seq, o.delta, o.event_id, o.dims_id FROM occurrences o
     WHERE o.at >= ${literal(from)} AND ${ingestedSince(from)} AND ${before} ORDER BY o.at DESC, o.seq DESC LIMIT ${literal(limit)}`,
  );
}

/** By the number of the occurrence. */
async function eventsAt(
  queryable: Queryable,
  scanned: readonly OccurrenceRow[],
): Promise<ReadonlyMap<number, EventRow>> {
  if (scanned.length === 0) return new Map();
  const column = (pick: (row: OccurrenceRow) => number) => `{${scanned.map(pick).join(',')}}`;
  const rows = await queryable.query<EventRow & { seq: number }>(
    `SELECT o.seq, ${EVENT_SELECT} FROM unnest($1::bigint[], $2::bigint[], $3::int[]) AS o (seq, event_id, dims_id) ${ITS_EVENT} ${JOINS}`,
    [column(({ seq }) => seq), column(({ event_id }) => event_id), column(({ dims_id }) => dims_id)],
  );
  return new Map(rows.map((row) => [row.seq, row]));
}

type AlertRow = Pick<StoredAlert, 'cluster' | 'uid' | 'condition' | 'at'>;

async function alertsOf(
  connections: Connections,
  component: string,
  from: number,
  limit: number,
): Promise<readonly StoredAlert[]> {
  return connections.reading(PAGE_MS, (queryable) =>
    queryable.query<AlertRow>(
      `SELECT c.uid AS cluster, COALESCE(e.uid_text, e.uid::text) AS uid, e.condition, e.last_at AS at
       FROM event_dims d JOIN clusters c ON c.id = d.cluster_id
       CROSS JOIN LATERAL (SELECT DISTINCT o.event_id FROM occurrences o
         WHERE o.dims_id = d.id AND o.at >= ${literal(from)} AND ${ingestedSince(from)}) o
       ${ITS_EVENT}
       WHERE d.view = 0 AND d.component = $1 ORDER BY e.last_at DESC, e.last_seq DESC LIMIT ${literal(limit)}`,
      [component],
    ),
  );
}
