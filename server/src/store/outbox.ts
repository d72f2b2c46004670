/** The Outbox port: one row for each notice and channel, sent in the order of making for one incident and channel. */
import { randomUUID } from 'node:crypto';
import type { DeliveryOutcome, DeliveryStatus, Notice } from '../model/delivery.ts';
import type { ClaimedDelivery, DeliveryFilter, DeliveryPage, NextDelivery } from '../model/ports/telling.ts';
import { CLAIM } from './claim-deliveries.ts';
import type { Connections } from './connections.ts';
import { writeCursor } from './cursor.ts';
import { deliveryConditions } from './delivery-filter.ts';
import {
  deliveryOf,
  type DeliveryRow,
  insertDeliveries,
  LISTED_DELIVERY,
  listedDeliveryOf,
  type ListedDeliveryRow,
  noticeOf,
  type StoredNotice,
} from './delivery-rows.ts';
import { tellTopic } from './feed-entry.ts';
import { literal } from './scans.ts';
import { storable, textArray } from './text.ts';
import { Values } from './values.ts';

/** A longer one is none: cut off, it would be another message's. */
const LONGEST_RECEIPT = 1_000;

interface ClaimedRow extends DeliveryRow {
  readonly no: number;
  readonly notice: StoredNotice;
  readonly earlier_receipt: string | null;
}

export class DeliveryOutbox {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  async addDeliveries(notice: Notice, channels: readonly string[], status: DeliveryStatus, at: number): Promise<void> {
    if (channels.length === 0) return;
    const { members, values } = insertDeliveries(notice, channels, status, at);
    await this.#connections.query(`WITH ${members} ${tellTopic('deliveries')}`, values);
  }

  async claimDeliveries(
    limit: number,
    now: number,
    leaseMs: number,
    skipChannels: readonly string[],
  ): Promise<readonly ClaimedDelivery[]> {
    const lease = randomUUID();
    const rows = await this.#connections.query<ClaimedRow>(CLAIM, [
      limit,
      now,
      lease,
      leaseMs,
      textArray(skipChannels),
    ]);
    return [...rows]
      .sort((a, b) => a.no - b.no)
      .map((row) => ({
        delivery: deliveryOf(row),
        notice: noticeOf(row.notice),
        receipt: row.earlier_receipt,
        lease,
      }));
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
           delivered_at = CASE WHEN $3 = 'delivered' THEN $6::bigint ELSE delivered_at END, last_error = $7, last_status = $8,
           receipt = COALESCE($9, receipt)
         WHERE id = $1 AND lease = $2 AND status = 'pending' RETURNING no),
       also AS (UPDATE deliveries_also SET waits = false WHERE $3 <> 'pending' AND no IN (SELECT no FROM changed))
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
        outcome.kind === 'delivered' ? storableReceipt(outcome.receipt) : null,
      ],
    );
  }

  async deliveries(filter: DeliveryFilter): Promise<DeliveryPage> {
    const values = new Values();
    const rows = await this.#connections.query<ListedDeliveryRow>(
      `SELECT no, ${LISTED_DELIVERY} FROM deliveries d WHERE ${deliveryConditions(filter, values)}
       ORDER BY no DESC LIMIT ${literal(filter.limit + 1)}`,
      values.list,
    );
    const page = rows.slice(0, filter.limit);
    const last = page.at(-1);
    const more = rows.length > filter.limit && last !== undefined;
    return { items: page.map(listedDeliveryOf), nextCursor: more ? writeCursor('deliveries', last.no) : null };
  }

  async replayDeliveries(filter: DeliveryFilter, now: number): Promise<number> {
    const values = new Values();
    const rows = await this.#connections.query<{ n: number }>(
      `WITH changed AS (
       UPDATE deliveries SET status = 'pending', next_attempt_at = ${literal(now)}, attempts = 0, lease = NULL, leased_until = NULL
       WHERE no IN (SELECT no FROM deliveries d WHERE ${deliveryConditions(filter, values)}
           AND d.status IN ('dead', 'disabled', 'delivered')
         ORDER BY no DESC LIMIT ${literal(filter.limit)} FOR UPDATE) RETURNING no),
       also AS (UPDATE deliveries_also SET waits = true WHERE no IN (SELECT no FROM changed)),
       told AS (${tellTopic('deliveries')})
       SELECT count(*) AS n FROM changed`,
      values.list,
    );
    return rows[0]?.n ?? 0;
  }
}

function storableReceipt(receipt: string | undefined): string | null {
  return receipt === undefined || receipt.length > LONGEST_RECEIPT ? null : storable(receipt);
}
