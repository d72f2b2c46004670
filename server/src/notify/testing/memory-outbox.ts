/** The outbox port in memory, with the store's semantics (leases, order within an incident and channel), for tests. */
import { covers } from '../../kit/scope.ts';
import type { Scope } from '../../model/access.ts';
import type { Delivery, DeliveryOutcome, DeliveryStatus, Notice } from '../../model/delivery.ts';
import type {
  ClaimedDelivery,
  DeliveryFilter,
  DeliveryPage,
  LastTold,
  NextDelivery,
  Outbox,
} from '../../model/ports/telling.ts';
import { CursorError } from '../../model/ports/store.ts';

interface Row {
  delivery: Delivery;
  readonly notice: Notice;
  leasedUntil: number;
  receipt?: string;
}

/** More rows than this is a runaway test. */
const MOST_ROWS = 10_000;

export class MemoryOutbox implements Outbox {
  readonly rows: Row[] = [];

  async addDeliveries(notice: Notice, channels: readonly string[], status: DeliveryStatus, at: number): Promise<void> {
    for (const channel of channels) {
      const id = `${notice.id}/${channel}`;
      if (this.rows.some((row) => row.delivery.id === id)) continue;
      if (this.rows.length >= MOST_ROWS) throw new Error(`more than ${MOST_ROWS} deliveries`);
      const delivery: Delivery = {
        id,
        noticeId: notice.id,
        channel,
        incidentId: notice.kind === 'digest' || notice.kind === 'test' ? null : notice.incident.id,
        noticeKind: notice.kind,
        status,
        attempts: 0,
        createdAt: at,
        nextAttemptAt: status === 'pending' ? at : null,
        deliveredAt: null,
        lastError: null,
        lastStatusCode: null,
      };
      this.rows.push({ delivery, notice, leasedUntil: 0 });
    }
  }

  async claimDeliveries(
    limit: number,
    now: number,
    leaseMs: number,
    skipChannels: readonly string[],
  ): Promise<readonly ClaimedDelivery[]> {
    const claimed = this.rows.filter((row) => this.#isDue(row, now, skipChannels)).slice(0, limit);
    for (const row of claimed) row.leasedUntil = now + leaseMs;
    return claimed.map((row) => ({ delivery: row.delivery, notice: row.notice, receipt: this.#receiptFor(row) }));
  }

  #receiptFor(row: Row): string | null {
    const { channel, incidentId } = row.delivery;
    const before = this.rows
      .slice(0, this.rows.indexOf(row))
      .filter(({ delivery, notice }) => delivery.channel === channel && toldIn(notice).includes(incidentId ?? ''));
    const known = before.filter(({ receipt }) => receipt !== undefined);
    return (known.findLast(isAlone) ?? known.at(-1))?.receipt ?? null;
  }

  lastTold(incidentId: string): readonly LastTold[] {
    const told = this.rows.filter(({ notice }) => toldIn(notice).includes(incidentId));
    const newest = new Map(told.map((row) => [row.delivery.channel, row.notice]));
    return [...newest].map(([channel, notice]) => ({
      channel,
      acknowledgedBy: acknowledgedIn(notice, incidentId),
      isAlone: told.some(
        (row) =>
          row.delivery.channel === channel &&
          isAlone(row) &&
          (row.receipt !== undefined || row.delivery.status === 'pending'),
      ),
    }));
  }

  #isDue(row: Row, now: number, skipChannels: readonly string[]): boolean {
    const { channel, incidentId, status, nextAttemptAt } = row.delivery;
    if (status !== 'pending' || (nextAttemptAt ?? 0) > now || row.leasedUntil > now) return false;
    if (skipChannels.includes(channel)) return false;
    const first = this.rows.find(
      ({ delivery }) =>
        delivery.channel === channel && delivery.incidentId === incidentId && delivery.status === 'pending',
    );
    return incidentId === null || first === row;
  }

  async finishDelivery(
    { delivery }: ClaimedDelivery,
    outcome: DeliveryOutcome,
    next: NextDelivery,
    now: number,
  ): Promise<void> {
    const row = this.rows.find((candidate) => candidate.delivery.id === delivery.id);
    if (row === undefined) throw new Error(`no delivery ${delivery.id}`);
    const counted = next.status === 'pending' && next.uncounted === true ? 0 : 1;
    row.leasedUntil = 0;
    if (outcome.kind === 'delivered' && outcome.receipt !== undefined) row.receipt = outcome.receipt;
    row.delivery = {
      ...row.delivery,
      status: next.status,
      attempts: row.delivery.attempts + counted,
      nextAttemptAt: next.status === 'pending' ? next.nextAttemptAt : null,
      deliveredAt: next.status === 'delivered' ? now : null,
      lastError: outcome.kind === 'delivered' ? null : outcome.error,
      lastStatusCode: outcome.statusCode,
    };
  }

  async deliveries(filter: DeliveryFilter): Promise<DeliveryPage> {
    const rows = this.#matching(filter);
    const items = rows.slice(0, filter.limit).map(({ delivery, notice }) => ({
      ...delivery,
      incidentTitle: 'incident' in notice ? notice.incident.title : null,
    }));
    return { items, nextCursor: rows.length > filter.limit ? (items.at(-1)?.id ?? null) : null };
  }

  async replayDeliveries(filter: DeliveryFilter, now: number): Promise<number> {
    const rows = this.#matching(filter)
      .filter((row) => row.delivery.status !== 'pending')
      .slice(0, filter.limit);
    for (const row of rows) row.delivery = { ...row.delivery, status: 'pending', attempts: 0, nextAttemptAt: now };
    return rows.length;
  }

  /** Newest first, behind the delivery that the cursor names. */
  #matching(filter: DeliveryFilter): readonly Row[] {
    const newestFirst = this.rows.toReversed();
    const at = newestFirst.findIndex(({ delivery }) => delivery.id === filter.cursor);
    if (filter.cursor !== undefined && at === -1) throw new CursorError(filter.cursor);
    return newestFirst.slice(at + 1).filter((row) => isMeant(filter, row));
  }
}

/** Ids of the incidents that it tells of. */
function toldIn(notice: Notice): readonly string[] {
  if (notice.kind === 'digest' || notice.kind === 'test') return [];
  return [notice.incident, ...notice.also.map(({ incident }) => incident)].map(({ id }) => id);
}

function isAlone({ notice }: Row): boolean {
  return toldIn(notice).length === 1;
}

function acknowledgedIn(notice: Notice, incidentId: string): string | null {
  if (notice.kind === 'digest') return null;
  const told =
    notice.incident.id === incidentId ? notice : notice.also.find(({ incident }) => incident.id === incidentId);
  return told?.acknowledgedBy ?? null;
}

function isMeant(filter: DeliveryFilter, { delivery, notice }: Row): boolean {
  return (
    (filter.ids?.includes(delivery.id) ?? true) &&
    (filter.incidentId ?? delivery.incidentId) === delivery.incidentId &&
    (filter.statuses?.includes(delivery.status) ?? true) &&
    (filter.channel ?? delivery.channel) === delivery.channel &&
    (filter.kind ?? delivery.noticeKind) === delivery.noticeKind &&
    delivery.createdAt >= (filter.from ?? 0) &&
    delivery.createdAt < (filter.to ?? Number.POSITIVE_INFINITY) &&
    isInScope(filter.scope ?? 'everything', notice)
  );
}

function isInScope(scope: Scope, notice: Notice): boolean {
  if (notice.kind === 'digest' || notice.kind === 'test') return scope === 'everything';
  const { cluster, root, subject } = notice.incident;
  return [root, subject].some(({ namespace }) => covers(scope, { cluster, namespace }));
}
