/** How a transaction tells the feed what it changed: one row, written with it. */
import type { ClientBase } from 'pg';
import type { ChangeSet } from '../model/change-set.ts';
import type { FeedTopic } from '../model/ports/feed.ts';
import type { Statement } from './statements.ts';
import type { StoredEvent } from './stored-event.ts';
import { plainArray, textArray } from './text.ts';

export interface News {
  readonly eventIds?: readonly number[];
  /** Of each event: its count now, and by how much it grew; left out where the count is nobody's news. */
  readonly counts?: readonly number[];
  readonly deltas?: readonly number[];
  readonly incidentIds?: readonly string[];
  readonly topics?: readonly FeedTopic[];
}

/** A statement for the transaction of what it tells of. */
export function feedEntry(news: News): Statement & { kind: 'query' } {
  const { eventIds = [], counts = [], deltas = [], incidentIds = [], topics = [] } = news;
  return {
    kind: 'query',
    name: 'feed',
    text: `INSERT INTO feed (event_ids, incident_ids, topics, counts, deltas)
      VALUES ($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::int[])`,
    values: [plainArray(eventIds), textArray(incidentIds), textArray(topics), plainArray(counts), plainArray(deltas)],
  };
}

/** The same on a connection inside a transaction. */
export async function tellFeed(client: ClientBase, news: News): Promise<void> {
  const { text, values } = feedEntry(news);
  await client.query(text, [...values]);
}

/** The same within one statement, whose CTE `changed` returns the `incident_id` of each row that it changed. */
export const TELL_INCIDENTS =
  'INSERT INTO feed (incident_ids) SELECT array_agg(DISTINCT incident_id) FROM changed HAVING count(*) > 0';

/** The same where the CTE `changed` returns anything at all. */
export function tellTopic(topic: FeedTopic): string {
  return `INSERT INTO feed (topics) SELECT ARRAY['${topic}'] FROM changed HAVING count(*) > 0`;
}

/** As occurrences have it. */
const LARGEST_DELTA = 2 ** 31 - 1;

/** What a batch tells; null where nothing of it is anyone's news (a position that moved on, a job). */
export function newsOfBatch(change: ChangeSet, events: readonly EventTurn[]): News | null {
  const news = events.filter(isNews);
  const eventIds = news.map(({ next }) => next.eventId);
  const incidentIds = incidentsIn(change);
  const topics: readonly FeedTopic[] = change.gaps.length > 0 ? ['gaps'] : [];
  if (eventIds.length + incidentIds.length + topics.length === 0) return null;
  const counts = news.map(({ next }) => next.count);
  const deltas = news.map(({ was, next }) => Math.min(LARGEST_DELTA, next.count - (was?.count ?? 0)));
  return { eventIds, counts, deltas, incidentIds, topics };
}

/** An event's row before a batch and after it. */
export interface EventTurn {
  /** Null for a first sight. */
  readonly was: StoredEvent | null;
  readonly next: StoredEvent;
}

/** What a list brings again, as every restart does, is none. */
function isNews({ was, next }: EventTurn): boolean {
  return (
    was === null ||
    was.count !== next.count ||
    was.lastSeen !== next.lastSeen ||
    was.lastAt !== next.lastAt ||
    was.lastSeq !== next.lastSeq ||
    was.dimsId !== next.dimsId ||
    was.incidentId !== next.incidentId ||
    // 0 where it is not known: a message does not change while neither time nor count does.
    (was.said !== 0 && was.said !== next.said)
  );
}

function incidentsIn({ incidents, strands, counted, log, moves }: ChangeSet): readonly string[] {
  const ids = new Set<string>();
  for (const { id } of incidents) ids.add(id);
  for (const { incidentId } of strands) ids.add(incidentId);
  for (const { incidentId } of counted) ids.add(incidentId);
  for (const { incidentId } of log) ids.add(incidentId);
  for (const { from, to } of moves) ids.add(from).add(to);
  return [...ids];
}
