/** The notice book in memory, with the store's semantics, for tests; its deliveries go into a memory outbox. */
import type { NewJob } from '../../model/incident.ts';
import type { Held, NoticeDecision } from '../../model/notice-decision.ts';
import { ConflictError } from '../../model/ports/store.ts';
import type { LastTold, NoticeBook, NoticeEntry } from '../../model/ports/telling.ts';
import type { MemoryOutbox } from './memory-outbox.ts';

interface HeldRow {
  readonly held: Held;
  releasedAt: number | null;
}

export class MemoryNoticeBook implements NoticeBook {
  readonly written: NoticeDecision[] = [];
  readonly rows: HeldRow[] = [];
  readonly #outbox: Pick<MemoryOutbox, 'addDeliveries' | 'lastTold'>;
  readonly #enqueue: (jobs: readonly NewJob[]) => Promise<void>;

  constructor(
    outbox: Pick<MemoryOutbox, 'addDeliveries' | 'lastTold'>,
    enqueue: (jobs: readonly NewJob[]) => Promise<void>,
  ) {
    this.#outbox = outbox;
    this.#enqueue = enqueue;
  }

  async record(entry: NoticeEntry): Promise<void> {
    const { notice, to, changes = [], limits = [], status, decisions, held, releases, jobs, at } = entry;
    for (const { route, since, notices } of limits) {
      if (this.#toldCount(route, since) >= notices) throw new ConflictError('as much was told');
    }
    if (releases !== null) this.#release(releases.group, releases.noticeIds, at);
    for (const decision of decisions)
      if (!this.written.some((known) => isSame(known, decision))) this.written.push(decision);
    for (const each of held) {
      const known = this.rows.some((row) => row.held.group === each.group && row.held.noticeId === each.noticeId);
      if (!known) this.rows.push({ held: each, releasedAt: null });
    }
    if (notice !== null) await this.#outbox.addDeliveries(notice, to, status, at);
    for (const change of changes) await this.#outbox.addDeliveries(change.notice, change.to, status, at);
    await this.#enqueue(jobs);
  }

  #release(group: string, noticeIds: readonly string[], at: number): void {
    const rows = this.rows.filter(({ held }) => held.group === group && noticeIds.includes(held.noticeId));
    if (rows.some(({ releasedAt }) => releasedAt !== null)) throw new ConflictError('released before');
    for (const row of rows) row.releasedAt = at;
  }

  async decisions(incidentId: string, limit: number): Promise<readonly NoticeDecision[]> {
    return this.written
      .filter((decision) => decision.incidentId === incidentId)
      .toReversed()
      .slice(0, limit);
  }

  async heldBy(by: string, limit: number): Promise<readonly NoticeDecision[]> {
    const newest = new Map(
      this.written.filter((one) => one.by === by && one.verdict === 'held').map((one) => [one.incidentId, one]),
    );
    return [...newest.values()].slice(0, limit);
  }

  async toldCount(route: string, since: number): Promise<number> {
    return this.#toldCount(route, since);
  }

  #toldCount(route: string, since: number): number {
    const told = this.written.filter((one) => one.route === route && one.verdict === 'told' && one.at >= since);
    const disturbing = told.filter(({ kind, reason }) => kind !== 'acknowledged' && reason !== 'changed');
    return new Set(disturbing.map(({ noticeId }) => noticeId)).size;
  }

  async lastTold(incidentId: string): Promise<readonly LastTold[]> {
    return this.#outbox.lastTold(incidentId);
  }

  async ruleSpoke(rule: string, _incident: unknown, since: number): Promise<number | null> {
    return (
      this.written.findLast((one) => one.rule === rule && one.verdict !== 'withheld' && one.at >= since)?.at ?? null
    );
  }

  async waiting(group: string, limit: number): Promise<readonly Held[]> {
    const rows = this.rows.filter(({ held, releasedAt }) => held.group === group && releasedAt === null);
    return rows.map(({ held }) => held).slice(0, limit);
  }

  async lastReleased(group: string): Promise<number | null> {
    const times = this.rows.flatMap(({ held, releasedAt }) =>
      held.group === group && releasedAt !== null ? [releasedAt] : [],
    );
    return times.length === 0 ? null : Math.max(...times);
  }
}

function isSame(a: NoticeDecision, b: NoticeDecision): boolean {
  return a.noticeId === b.noticeId && a.incidentId === b.incidentId && a.route === b.route && a.channel === b.channel;
}
