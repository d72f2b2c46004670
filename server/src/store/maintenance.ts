/** What time does to a store: partitions made ahead, and everything that outlived its retention dropped. */
import type { Logger } from '../model/ports/process.ts';
import type { Connections } from './connections.ts';
import { ConflictError } from '../model/ports/store.ts';
import { DAY_MS, dayOf, RETENTION_CLASSES, startOfDay } from './event-id.ts';
import { type FeedHold, feedSweep } from './feed-sweep.ts';
import { ANSWER_MS } from './idempotency.ts';
import type { Partition, Partitions } from './partitions.ts';
import { daysKept } from './retention.ts';
import type { RetentionPolicy } from './retention.ts';
import { ROLLUP_MS } from './write-rollups.ts';

/** Deletes go in pieces, so that no lock and no transaction lasts. */
const PIECE = 20_000;
/** Finished work is kept this long for a person to look at. */
const FINISHED_JOB_DAYS = 1;
const WRITER_DAYS = 30;
/** Tokens that are of no use any more stay listed this long, and silences. */
const ENDED_DAYS = 90;
/** What a group or a digest has told is looked back on by how long ago that was. */
const RELEASED_DAYS = 30;

export interface Maintained {
  readonly droppedPartitions: number;
  readonly deletedEvents: number;
}

export interface MaintenanceOptions {
  readonly connections: Connections;
  readonly partitions: Partitions;
  readonly policy: RetentionPolicy;
  readonly feedHold: FeedHold;
  readonly logger: Logger;
}

export async function maintain(options: MaintenanceOptions, now: number): Promise<Maintained> {
  const { connections, partitions, policy, feedHold } = options;
  const today = dayOf(now);
  const existing = await partitions.load(connections);
  const used = new Set([RETENTION_CLASSES.indexOf('normal'), ...existing.map((partition) => partition.retention)]);
  for (const retention of used) {
    await partitions.ensure(connections, [
      { retention, day: today },
      { retention, day: today + 1 },
    ]);
  }
  let droppedPartitions = 0;
  let deletedEvents = 0;
  for (const partition of existing) {
    const days = daysKept(policy, partition.retention);
    // A day's partition is past when its last moment is older than what is kept.
    if (days === null || startOfDay(partition.day + 1) > now - days * DAY_MS) continue;
    const cutoff = now - days * DAY_MS;
    if (partition.table === 'events') deletedEvents += await expireEvents(connections, partition, cutoff);
    if (await dropIfEmpty(options, partition)) droppedPartitions++;
  }
  await expireRollups(connections, policy, now);
  await expireState(connections, policy, now);
  await expireNotices(connections, policy, now);
  await expireAccess(connections, now);
  // Where nothing is written any more, no batch takes the sweep along.
  await connections.query(feedSweep(feedHold).text);
  return { droppedPartitions, deletedEvents };
}

/** Identity first: an event without one could not be found again, one without a row would never go. Stragglers stay. */
async function expireEvents(connections: Connections, partition: Partition, cutoff: number): Promise<number> {
  let deleted = 0;
  for (;;) {
    const rows = await connections.query<{ n: number }>(
      `WITH old AS (SELECT id, uid, dims_id FROM ${partition.name} WHERE last_ingest < $1 LIMIT ${String(PIECE)} FOR UPDATE SKIP LOCKED),
         forgotten AS (DELETE FROM event_identity i USING old o, event_dims d
           WHERE d.id = o.dims_id AND i.key = o.uid AND i.cluster_id = d.cluster_id AND i.event_id = o.id),
         gone AS (DELETE FROM ${partition.name} e USING old o WHERE e.id = o.id RETURNING 1)
       SELECT count(*) AS n FROM gone`,
      [cutoff],
    );
    const n = rows[0]?.n ?? 0;
    deleted += n;
    if (n < PIECE) return deleted;
  }
}

/** Occurrences older than what is kept go whole; a partition of events goes when the last straggler has left it. */
async function dropIfEmpty(options: MaintenanceOptions, partition: Partition): Promise<boolean> {
  try {
    const dropped = await options.connections.transaction(async (client) => {
      await client.query(`SET LOCAL lock_timeout = '2s'`);
      if (partition.table === 'events') {
        await client.query(`LOCK TABLE ${partition.name} IN ACCESS EXCLUSIVE MODE`);
        const { rows } = await client.query(`SELECT 1 FROM ${partition.name} LIMIT 1`);
        if (rows.length > 0) return false;
      }
      await client.query(`DROP TABLE ${partition.name}`);
      return true;
    });
    if (dropped) options.partitions.forget(partition.name);
    return dropped;
  } catch (error) {
    options.logger.warn(
      { err: error, partition: partition.name },
      'a partition past its time could not be dropped; trying again later',
    );
    if (error instanceof ConflictError) options.partitions.forget(partition.name);
    return false;
  }
}

async function expireRollups(connections: Connections, policy: RetentionPolicy, now: number): Promise<void> {
  for (const [retention] of RETENTION_CLASSES.entries()) {
    const days = daysKept(policy, retention);
    if (days === null) continue;
    // Whole days only, so that the levels go on telling the same sums.
    const before = startOfDay(dayOf(now - days * DAY_MS));
    for (const [level, length] of ROLLUP_MS.entries()) {
      await connections.query(
        `DELETE FROM rollup_sums r USING event_dims d WHERE d.id = r.dims_id AND d.retention = $1 AND r.level = $2 AND r.bucket < $3`,
        [retention, level, Math.floor(before / length)],
      );
    }
  }
}

/** Jobs, deliveries, dead letters, gaps and resolved incidents that no kept event can belong to. */
async function expireState(connections: Connections, policy: RetentionPolicy, now: number): Promise<void> {
  const longest = longestKept(policy, now);
  await connections.query('DELETE FROM jobs WHERE finished_at < $1', [now - FINISHED_JOB_DAYS * DAY_MS]);
  await connections.query(`DELETE FROM deliveries WHERE status <> 'pending' AND created_at < $1`, [longest]);
  await connections.query('DELETE FROM dead_letters WHERE at < $1', [longest]);
  await connections.query('DELETE FROM gaps WHERE to_at < $1', [longest]);
  await connections.query('DELETE FROM object_changes WHERE at < $1', [longest]);
  await connections.query(
    `WITH old AS (SELECT id FROM incidents i WHERE state = 'resolved' AND COALESCE(resolved_at, 0) < $1
         AND NOT EXISTS (SELECT 1 FROM strands s WHERE s.incident_id = i.id AND s.last_seen >= $1)
         AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.incident_id = i.id)
         AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.incident_id = i.id)),
       pieces AS (DELETE FROM evidence e USING old WHERE e.incident_id = old.id RETURNING 1)
     SELECT count(*) FROM pieces`,
    [longest],
  );
  await connections.query(
    `DELETE FROM incidents i WHERE (state = 'resolved' OR (merged_into IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM incidents p WHERE p.id = i.merged_into))) AND COALESCE(resolved_at, 0) < $1
         AND NOT EXISTS (SELECT 1 FROM strands s WHERE s.incident_id = i.id AND s.last_seen >= $1)
       AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.incident_id = i.id)
       AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.incident_id = i.id)
       AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.incident_id = i.id)`,
    [longest],
  );
  await connections.query(
    `DELETE FROM writers WHERE opened_at < now() - interval '${String(WRITER_DAYS)} days' AND commit_no = 0`,
  );
}

/** What was decided and held goes with its incident; a young one whose incident is not there was committed ahead of it. */
async function expireNotices(connections: Connections, policy: RetentionPolicy, now: number): Promise<void> {
  await connections.query('DELETE FROM notices_held WHERE told_at < $1', [now - RELEASED_DAYS * DAY_MS]);
  for (const table of ['notices_held', 'notice_decisions']) {
    await connections.query(
      `DELETE FROM ${table} t WHERE at < $1 AND NOT EXISTS (SELECT 1 FROM incidents i WHERE i.id = t.incident_id)`,
      [longestKept(policy, now)],
    );
  }
  await connections.query('DELETE FROM silences WHERE LEAST(expired_at, ends_at) < $1', [now - ENDED_DAYS * DAY_MS]);
}

/** The time before which nothing is kept but what is on hold. */
function longestKept({ days: { short, normal, long } }: RetentionPolicy, now: number): number {
  return now - Math.max(short, normal, long) * DAY_MS;
}

/** The audit trail stays: a chain that is cut proves nothing. */
async function expireAccess(connections: Connections, now: number): Promise<void> {
  await connections.query('DELETE FROM sessions WHERE expires_at <= $1', [now]);
  await connections.query('DELETE FROM idempotent_requests WHERE begun_at <= $1', [now - ANSWER_MS]);
  await connections.query('DELETE FROM access_tokens WHERE LEAST(revoked_at, expires_at) < $1', [
    now - ENDED_DAYS * DAY_MS,
  ]);
}
