/** The Outbox port: one row for each notice and channel, sent in the order of making for one incident and channel. */
import { randomUUID } from 'node:crypto';
import type { Delivery, DeliveryOutcome, DeliveryStatus, Notice, NoticeKind } from '../model/delivery.ts';
import type { ClaimedDelivery, DeliveryFilter, DeliveryPage, NextDelivery } from '../model/ports.ts';
import type { Connections } from './connections.ts';
import { writeCursor } from './cursor.ts';
import { deliveryConditions } from './delivery-filter.ts';
import { digestOf } from './dictionary.ts';
import { tellTopic } from './feed-entry.ts';
import { json } from './json.ts';
import { literal } from './scans.ts';
import { storable, textArray } from './text.ts';
import { Values } from './values.ts';

const COLUMNS = `id, channel, incident_id, notice_kind, status, attempts, created_at, next_attempt_at, delivered_at, last_error, last_status`;

interface DeliveryRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly channel: string;
  readonly incident_id: string;
  readonly notice_kind: NoticeKind;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly created_at: number;
  readonly next_attempt_at: number | null;
  readonly delivered_at: number | null;
  readonly last_error: string | null;
  readonly last_status: number | null;
}

export class DeliveryOutbox {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  async addDeliveries(notice: Notice, channels: readonly string[], status: DeliveryStatus, at: number): Promise<void> {
    if (channels.length === 0) return;
    const names = [...new Set(channels)];
    await this.#connections.query(
      `WITH changed AS (
         INSERT INTO deliveries (id, channel, notice_id, incident_id, notice_kind, notice, status, created_at, next_attempt_at)
         SELECT c.id, c.channel, $3, $4, $5, $6, $7, $8::bigint, CASE WHEN $7 = 'pending' THEN $8::bigint END
         FROM unnest($1::text[], $2::text[]) AS c (id, channel) ON CONFLICT DO NOTHING RETURNING 1)
       ${tellTopic('deliveries')}`,
      [
        textArray(names.map((channel) => digestOf([notice.id, channel]))),
        textArray(names),
        storable(notice.id),
        storable(notice.incident.id),
        notice.kind,
        json(notice),
        status,
        at,
      ],
    );
  }

  async claimDeliveries(
    limit: number,
    now: number,
    leaseMs: number,
    skipChannels: readonly string[],
  ): Promise<readonly ClaimedDelivery[]> {
    const lease = randomUUID();
    // The earliest pending one of an incident and channel is the only one that may go; a leased one is still pending and blocks.
    // `dead` and `disabled` ones are finished: they block nothing.
    const rows = await this.#connections.query<DeliveryRow & { no: number; notice: Notice }>(
      `UPDATE deliveries SET lease = $3, leased_until = $2 + $4
       WHERE no IN (
         SELECT no FROM deliveries d
         WHERE status = 'pending' AND next_attempt_at <= $2 AND (leased_until IS NULL OR leased_until <= $2)
           AND channel <> ALL ($5::text[])
           AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.incident_id = d.incident_id AND e.channel = d.channel
             AND e.status = 'pending' AND e.no < d.no)
         ORDER BY next_attempt_at, no LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING no, notice, ${COLUMNS}`,
      [limit, now, lease, leaseMs, textArray(skipChannels)],
    );
    return [...rows]
      .sort((a, b) => a.no - b.no)
      .map((row) => ({ delivery: deliveryOf(row), notice: row.notice, lease }));
  }

  /** Does nothing when the lease ran out and another worker holds the delivery. */
  async finishDelivery(
    claimed: ClaimedDelivery,
    outcome: DeliveryOutcome,
    next: NextDelivery,
    now: number,
  ): Promise<void> {
    const pending = next.status === 'pending';
    await this.#connections.query(
      `WITH changed AS (
         UPDATE deliveries SET status = $3, lease = NULL, leased_until = NULL, attempts = attempts + $4, next_attempt_at = $5,
           delivered_at = CASE WHEN $3 = 'delivered' THEN $6::bigint ELSE delivered_at END, last_error = $7, last_status = $8
         WHERE id = $1 AND lease = $2 AND status = 'pending' RETURNING 1)
       ${tellTopic('deliveries')}`,
      [
        claimed.delivery.id,
        claimed.lease ?? null,
        next.status,
        pending && next.uncounted === true ? 0 : 1,
        pending ? next.nextAttemptAt : null,
        now,
        outcome.kind === 'delivered' ? null : storable(outcome.error),
        outcome.statusCode,
      ],
    );
  }

  async deliveries(filter: DeliveryFilter): Promise<DeliveryPage> {
    const values = new Values();
    const rows = await this.#connections.query<DeliveryRow & { no: number }>(
      `SELECT no, ${COLUMNS} FROM deliveries d WHERE ${deliveryConditions(filter, values)}
       ORDER BY no DESC LIMIT ${literal(filter.limit + 1)}`,
      values.list,
    );
    const page = rows.slice(0, filter.limit);
    const last = page.at(-1);
    const more = rows.length > filter.limit && last !== undefined;
    return { items: page.map(deliveryOf), nextCursor: more ? writeCursor('deliveries', last.no) : null };
  }

  async replayDeliveries(filter: DeliveryFilter, now: number): Promise<number> {
    const values = new Values();
    const rows = await this.#connections.query<{ n: number }>(
      `WITH changed AS (
       UPDATE deliveries SET status = 'pending', next_attempt_at = ${literal(now)}, attempts = 0, lease = NULL, leased_until = NULL
       WHERE no IN (SELECT no FROM deliveries d WHERE ${deliveryConditions(filter, values)}
           AND d.status IN ('dead', 'disabled', 'delivered')
         ORDER BY no DESC LIMIT ${literal(filter.limit)} FOR UPDATE) RETURNING 1),
       told AS (${tellTopic('deliveries')})
       SELECT count(*) AS n FROM changed`,
      values.list,
    );
    return rows[0]?.n ?? 0;
  }
}

function deliveryOf(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    channel: row.channel,
    incidentId: row.incident_id,
    noticeKind: row.notice_kind,
    status: row.status,
    attempts: row.attempts,
    createdAt: row.created_at,
    nextAttemptAt: row.next_attempt_at,
    deliveredAt: row.delivered_at,
    lastError: row.last_error,
    lastStatusCode: row.last_status,
  };
}
