/** The NoticeBook port: what was decided about notices and what is held back, written with the deliveries that come of it. */
import type { PoolClient } from 'pg';
import type { Incident } from '../model/incident.ts';
import type { Held, NoticeDecision } from '../model/notice-decision.ts';
import { ConflictError } from '../model/ports/store.ts';
import type { LastTold, NoticeEntry, RouteLimit } from '../model/ports/telling.ts';
import type { Connections } from './connections.ts';
import { insertDeliveries } from './delivery-rows.ts';
import { lastTold } from './last-told.ts';
import { tellFeed } from './feed-entry.ts';
import {
  DECISION,
  decisionOf,
  type DecisionRow,
  HELD,
  heldOf,
  type HeldRow,
  insertDecisions,
  insertHeld,
} from './notice-rows.ts';
import { literal } from './scans.ts';
import type { Statement } from './statements.ts';
import { isStorable, storable, textArray } from './text.ts';
import { jobsStatement } from './write-state.ts';

/** Of the group $1, by the index over its digest. */
const OF_GROUP = 'md5(group_key) = md5($1::text) AND group_key = $1::text';

/** Notices: one to three channels counts once, and so does one about three incidents. What disturbs nobody does not count. */
const TOLD_COUNT = `SELECT count(DISTINCT notice_id) AS n FROM notice_decisions
  WHERE verdict = 'told' AND route = $1 AND at >= $2 AND kind <> 'acknowledged' AND reason <> 'changed'`;

export class StoredNotices {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** On the disk when this resolves: the pool commits synchronously, and takes along what the writer committed before. */
  async record(entry: NoticeEntry): Promise<void> {
    await this.#connections.transaction(async (client) => {
      await keepWithin(client, entry.limits ?? []);
      if (entry.held.length > 0) await run(client, insertHeld(entry.held));
      await release(client, entry);
      const incidentIds = await decide(client, entry.decisions);
      const told = await deliver(client, entry);
      if (entry.jobs.length > 0) await run(client, jobsStatement(entry.jobs));
      if (incidentIds.length + told === 0) return;
      await tellFeed(client, { incidentIds, topics: told === 0 ? [] : ['deliveries'] });
    });
  }

  async decisions(incidentId: string, limit: number): Promise<readonly NoticeDecision[]> {
    if (!isStorable(incidentId)) return [];
    const rows = await this.#connections.query<DecisionRow>(
      `SELECT ${DECISION} FROM notice_decisions WHERE incident_id = $1 ORDER BY no DESC LIMIT ${literal(limit)}`,
      [incidentId],
    );
    return rows.map(decisionOf);
  }

  /** Those that wait longest come first. */
  async heldBy(by: string, limit: number): Promise<readonly NoticeDecision[]> {
    const rows = await this.#connections.query<DecisionRow>(
      `SELECT ${DECISION} FROM (
         SELECT DISTINCT ON (d.incident_id) d.* FROM notice_decisions d
         WHERE d.by = $1 AND d.verdict = 'held' AND d.by <> '' ORDER BY d.incident_id, d.no DESC) newest
       WHERE EXISTS (SELECT 1 FROM incidents i
         WHERE i.id = newest.incident_id AND i.state <> 'resolved' AND i.merged_into IS NULL)
       ORDER BY no LIMIT ${literal(limit)}`,
      [storable(by)],
    );
    return rows.map(decisionOf);
  }

  async toldCount(route: string, since: number): Promise<number> {
    const [row] = await this.#connections.query<{ n: number }>(TOLD_COUNT, [storable(route), since]);
    return row?.n ?? 0;
  }

  async lastTold(incidentId: string): Promise<readonly LastTold[]> {
    return isStorable(incidentId) ? lastTold(this.#connections, incidentId) : [];
  }

  /** What was withheld is nothing that it said. */
  async ruleSpoke(
    rule: string,
    { cluster, condition, root }: Pick<Incident, 'cluster' | 'condition' | 'root'>,
    since: number,
  ): Promise<number | null> {
    const [row] = await this.#connections.query<{ at: number | null }>(
      `SELECT max(d.at) AS at FROM notice_decisions d JOIN incidents i ON i.id = d.incident_id
       WHERE d.rule = $1 AND d.rule <> '' AND d.verdict <> 'withheld' AND d.at >= $2 AND i.cluster_uid = $3 AND i.condition = $4
         AND i.root ->> 'kind' = $5 AND i.root ->> 'namespace' = $6 AND i.root ->> 'name' = $7`,
      [storable(rule), since, ...[cluster.uid, condition, root.kind, root.namespace, root.name].map(storable)],
    );
    return row?.at ?? null;
  }

  async waiting(group: string, limit: number): Promise<readonly Held[]> {
    const rows = await this.#connections.query<HeldRow>(
      `SELECT ${HELD} FROM notices_held WHERE ${OF_GROUP} AND told_by IS NULL ORDER BY no LIMIT ${literal(limit)}`,
      [storable(group)],
    );
    return rows.map(heldOf);
  }

  async lastReleased(group: string): Promise<number | null> {
    const [row] = await this.#connections.query<{ at: number | null }>(
      `SELECT max(told_at) AS at FROM notices_held WHERE ${OF_GROUP} AND told_at IS NOT NULL`,
      [storable(group)],
    );
    return row?.at ?? null;
  }
}

async function run<R>(client: PoolClient, statement: Statement): Promise<readonly R[]> {
  if (statement.kind === 'copy') throw new Error('rows to be copied need a connection of their own');
  return (await client.query<R & Record<string, unknown>>(statement.text, [...statement.values])).rows;
}

/** Any constant that no other advisory lock begins with. */
const LIMIT_LOCK = 8284461;
/**
 * A replica that is frozen or cut off while it tells must not keep the others from telling: the server ends its transaction. Until then
 * they wait no longer than this at a time, since each that waits holds one of the few connections.
 */
const PATIENCE = `SET LOCAL lock_timeout = '2s'; SET LOCAL idle_in_transaction_session_timeout = '10s'`;

/**
 * Of several workers that tell by one route, each counts what those before it committed: no two of them take the last place. The lock is
 * the route's, and held for this transaction alone: it delays nobody who tells by another route. Given in one order, so that no two
 * workers wait for each other.
 */
async function keepWithin(client: PoolClient, limits: readonly RouteLimit[]): Promise<void> {
  if (limits.length > 0) await client.query(PATIENCE);
  for (const { route, since, notices } of limits) {
    const name = storable(route);
    // A statement of its own: what is counted in the same one would be as it was before the lock was had.
    await client.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [LIMIT_LOCK, name]);
    const { rows } = await client.query<{ n: number }>(TOLD_COUNT, [name, since]);
    if ((rows[0]?.n ?? 0) >= notices) throw new ConflictError(`others told as much as route ${route} may tell`);
  }
}

/** Locked in one order: of two who release the same, the second waits for the first, and finds nothing left. */
async function release(client: PoolClient, { releases, notice, at }: NoticeEntry): Promise<void> {
  if (releases === null) return;
  const noticeIds = [...new Set(releases.noticeIds.map(storable))];
  const { rowCount } = await client.query(
    `UPDATE notices_held SET told_by = $3, told_at = $4
     WHERE no IN (SELECT no FROM notices_held WHERE ${OF_GROUP} AND notice_id = ANY ($2::text[]) AND told_by IS NULL ORDER BY no FOR UPDATE)`,
    [storable(releases.group), textArray(noticeIds), storable(notice?.id ?? ''), at],
  );
  if (rowCount !== noticeIds.length) throw new ConflictError('another worker released some of this group');
}

/** Ids of the incidents about which something new was decided. */
async function decide(client: PoolClient, decisions: readonly NoticeDecision[]): Promise<readonly string[]> {
  if (decisions.length === 0) return [];
  const rows = await run<{ incident_id: string }>(client, insertDecisions(decisions));
  return [...new Set(rows.map(({ incident_id: id }) => id))];
}

/** How many deliveries are new. Changes come behind what they are beside: that is the order of sending. */
async function deliver(client: PoolClient, { notice, to, changes = [], status, at }: NoticeEntry): Promise<number> {
  let made = 0;
  for (const each of [...(notice === null ? [] : [{ notice, to }]), ...changes]) {
    if (each.to.length === 0) continue;
    const { members, values } = insertDeliveries(each.notice, each.to, status, at);
    made += (await client.query(`WITH ${members} SELECT no FROM changed`, [...values])).rows.length;
  }
  return made;
}
