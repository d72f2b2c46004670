/** Rows of what was decided about notices and of what is held back: how they are written, and what is read back. */
import type { DecisionReason, Held, NoticeDecision, Verdict } from '../model/notice-decision.ts';
import type { NoticeKind, Turn } from '../model/delivery.ts';
import type { CauseCode } from '../model/diagnosis.ts';
import type { Statement } from './statements.ts';
import { plainArray, textArray } from './text.ts';

type Query = Statement & { readonly kind: 'query' };

export const DECISION =
  'notice_id, incident_id, kind, at, route, channel, verdict, reason, because, until, by, rule, cause';

export interface DecisionRow {
  readonly [column: string]: unknown;
  readonly notice_id: string;
  readonly incident_id: string;
  readonly kind: NoticeKind;
  readonly at: number;
  readonly route: string;
  readonly channel: string;
  readonly verdict: Verdict;
  readonly reason: DecisionReason;
  readonly because: string;
  readonly until: number | null;
  readonly by: string;
  readonly rule: string;
  readonly cause: CauseCode | null;
}

/** Returns the `incident_id` of each that is new. Always in one order, so that no two writers wait for each other. */
export function insertDecisions(decisions: readonly NoticeDecision[]): Query {
  const texts = (pick: (decision: NoticeDecision) => string | null) => textArray(decisions.map(pick));
  return {
    kind: 'query',
    text: `INSERT INTO notice_decisions (${DECISION})
      SELECT ${DECISION} FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::text[], $10::bigint[], $11::text[], $12::text[], $13::text[]) WITH ORDINALITY AS given (${DECISION}, place)
      ORDER BY notice_id, incident_id, route, channel, place ON CONFLICT DO NOTHING RETURNING incident_id`,
    values: [
      texts(({ noticeId }) => noticeId),
      texts(({ incidentId }) => incidentId),
      texts(({ kind }) => kind),
      plainArray(decisions.map(({ at }) => at)),
      texts(({ route }) => route),
      texts(({ channel }) => channel),
      texts(({ verdict }) => verdict),
      texts(({ reason }) => reason),
      texts(({ because }) => because),
      plainArray(decisions.map(({ until }) => until)),
      texts(({ by }) => by),
      texts(({ rule }) => rule),
      texts(({ cause }) => cause),
    ],
  };
}

export function decisionOf(row: DecisionRow): NoticeDecision {
  return {
    noticeId: row.notice_id,
    incidentId: row.incident_id,
    kind: row.kind,
    at: row.at,
    route: row.route,
    channel: row.channel,
    verdict: row.verdict,
    reason: row.reason,
    because: row.because,
    until: row.until,
    by: row.by,
    rule: row.rule,
    cause: row.cause,
  };
}

export const HELD = 'group_key, route, how, notice_id, incident_id, kind, at, channels, occasion';

export interface HeldRow {
  readonly [column: string]: unknown;
  readonly group_key: string;
  readonly route: string;
  readonly how: Held['how'];
  readonly notice_id: string;
  readonly incident_id: string;
  readonly kind: Turn;
  readonly at: number;
  readonly channels: readonly string[];
  readonly occasion: string;
}

/** In the order of holding: that is the order in which they are told. */
export function insertHeld(held: readonly Held[]): Query {
  const texts = (pick: (each: Held) => string) => textArray(held.map(pick));
  return {
    kind: 'query',
    text: `INSERT INTO notices_held (${HELD})
      SELECT group_key, route, how, notice_id, incident_id, kind, at, channels::text[], occasion
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::text[])
        WITH ORDINALITY AS given (${HELD}, place)
      ORDER BY place ON CONFLICT DO NOTHING`,
    values: [
      texts(({ group }) => group),
      texts(({ route }) => route),
      texts(({ how }) => how),
      texts(({ noticeId }) => noticeId),
      texts(({ incidentId }) => incidentId),
      texts(({ kind }) => kind),
      plainArray(held.map(({ at }) => at)),
      texts(({ channels }) => textArray(channels)),
      texts(({ occasion }) => occasion),
    ],
  };
}

export function heldOf(row: HeldRow): Held {
  return {
    group: row.group_key,
    route: row.route,
    how: row.how,
    noticeId: row.notice_id,
    incidentId: row.incident_id,
    kind: row.kind,
    at: row.at,
    channels: row.channels,
    occasion: row.occasion,
  };
}
