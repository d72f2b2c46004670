/** Rows of the outbox: how a notice becomes some, and what is read back of them. */
import type { Delivery, DeliveryStatus, DigestNotice, IncidentNotice, Notice, NoticeKind } from '../model/delivery.ts';
import type { ListedDelivery } from '../model/ports/telling.ts';
import { digestOf } from './dictionary.ts';
import { json } from './json.ts';
import { storable, textArray } from './text.ts';

export const DELIVERY = `id, notice_id, channel, incident_id, notice_kind, status, attempts, created_at, next_attempt_at, delivered_at, last_error,
  last_status`;

/** Of deliveries as d. */
export const LISTED_DELIVERY = `${DELIVERY}, (SELECT i.title FROM incidents i WHERE i.id = d.incident_id) AS incident_title`;

export interface DeliveryRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly notice_id: string;
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

export interface ListedDeliveryRow extends DeliveryRow {
  readonly no: number;
  readonly incident_title: string | null;
}

/** Notices stored by versions that grouped nothing have no `also`. */
export type StoredNotice = DigestNotice | (Omit<IncidentNotice, 'also'> & Partial<Pick<IncidentNotice, 'also'>>);

/**
 * One row for each channel that has none of this notice yet, as members of a WITH: `changed` has a row for each that was made.
 */
export function insertDeliveries(
  notice: Notice,
  channels: readonly string[],
  status: DeliveryStatus,
  at: number,
): { readonly members: string; readonly values: readonly unknown[] } {
  const names = [...new Set(channels)];
  const [incidentId = '', ...also] = toldIn(notice);
  return {
    members: `changed AS (
         INSERT INTO deliveries (id, channel, notice_id, incident_id, notice_kind, notice, status, created_at, next_attempt_at)
         SELECT c.id, c.channel, $3, $4, $5, $6, $7, $8::bigint, CASE WHEN $7 = 'pending' THEN $8::bigint END
         FROM unnest($1::text[], $2::text[]) AS c (id, channel) ON CONFLICT DO NOTHING RETURNING no),
       also AS (INSERT INTO deliveries_also (no, incident_id, waits) SELECT c.no, a.id, $7 = 'pending' FROM changed c, unnest($9::text[]) AS a (id))`,
    values: [
      textArray(names.map((channel) => digestOf([notice.id, channel]))),
      textArray(names),
      storable(notice.id),
      incidentId,
      notice.kind,
      json(notice),
      status,
      at,
      textArray(also),
    ],
  };
}

/** Ids of the incidents that a notice tells of, the worst first. A digest and a test tell of none. */
function toldIn(notice: Notice): readonly string[] {
  if (notice.kind === 'digest' || notice.kind === 'test') return [];
  return [...new Set([notice.incident, ...notice.also.map(({ incident }) => incident)].map(({ id }) => storable(id)))];
}

export function noticeOf(stored: StoredNotice): Notice {
  return stored.kind === 'digest' ? stored : { ...stored, also: stored.also ?? [] };
}

export function deliveryOf(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    noticeId: row.notice_id,
    channel: row.channel,
    incidentId: row.incident_id === '' ? null : row.incident_id,
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

export function listedDeliveryOf(row: ListedDeliveryRow): ListedDelivery {
  return { ...deliveryOf(row), incidentTitle: row.incident_title };
}
