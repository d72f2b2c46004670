/** The SinkStore port over a list of entries in memory, for tests of what runs on top of it; the real one has its own. */
import type { Incident } from '../../model/incident.ts';
import type { FeedPosition } from '../../model/ports/feed.ts';
import type {
  EventOccurrence,
  OccurrencePage,
  KeptRefusal,
  Refusal,
  RefusalPage,
  ReplayOutcome,
  SinkFeedEntry,
  SinkHealth,
  SinkProgress,
  SinkStanding,
  SinkStore,
} from '../../model/sink.ts';

interface Row {
  progress: SinkProgress;
  holder: string | null;
  until: number;
}

export class MemorySinkStore implements SinkStore {
  readonly entries: SinkFeedEntry[] = [];
  readonly aside: (Refusal & { readonly sink: string })[] = [];
  kept: KeptRefusal[] = [];
  /** As it was noted, the newest last. */
  readonly healths: SinkHealth[] = [];
  readonly rows = new Map<string, Row>();
  readonly incidents = new Map<string, Incident>();
  /** Positions below are not kept any more. */
  keptFrom = 0;
  /** Throws what it is told to, as often. */
  failing: Error | null = null;

  tell(occurrences: readonly EventOccurrence[], incidents: readonly Incident[] = [], at = Date.now()): void {
    for (const incident of incidents) this.incidents.set(incident.id, incident);
    const events = occurrences.map(({ event }) => event);
    const incidentIds = incidents.map(({ id }) => id);
    const position = String(this.entries.length + 1);
    this.entries.push({ position, at, events, occurrences, incidentIds, topics: [] });
  }

  async begin(name: string, from: 'now' | 'beginning', now: number): Promise<void> {
    if (this.rows.has(name)) return;
    const catchUp = { stage: 'events', since: 0, until: now, at: -1, seq: 0 } as const;
    const progress = { position: await this.end(), at: now, catchUp: from === 'now' ? null : catchUp };
    this.rows.set(name, { progress, holder: null, until: 0 });
  }

  async claim(name: string, holder: string, leaseMs: number): Promise<SinkProgress | null> {
    this.#check();
    const row = this.rows.get(name);
    if (row === undefined || (row.holder !== null && row.holder !== holder && row.until > performance.now()))
      return null;
    row.holder = holder;
    row.until = performance.now() + leaseMs;
    return row.progress;
  }

  async save(name: string, holder: string, progress: SinkProgress): Promise<boolean> {
    this.#check();
    const row = this.rows.get(name);
    if (row === undefined || row.holder !== holder || row.until <= performance.now()) return false;
    row.progress = progress;
    return true;
  }

  async release(name: string, holder: string): Promise<void> {
    const row = this.rows.get(name);
    if (row?.holder === holder) row.holder = null;
  }

  async setAside(name: string, refusals: readonly Refusal[]): Promise<void> {
    this.#check();
    this.aside.push(...refusals.map((refusal) => ({ ...refusal, sink: name })));
  }

  async refusals(): Promise<RefusalPage> {
    return { items: this.kept, nextCursor: null };
  }

  async askReplay(_name: string, ids: readonly string[] | null): Promise<number> {
    this.kept = this.kept.map((each) => ({ ...each, replaying: each.replaying || (ids?.includes(each.id) ?? true) }));
    return this.kept.filter(({ replaying }) => replaying).length;
  }

  async toReplay(_name: string, limit: number): Promise<readonly KeptRefusal[]> {
    this.#check();
    return this.kept.filter(({ replaying }) => replaying).slice(0, limit);
  }

  async endReplay(_name: string, { taken, kept }: ReplayOutcome): Promise<void> {
    this.#check();
    const reasons = new Map(kept.map(({ id, reason }) => [id, reason]));
    this.kept = this.kept
      .filter(({ id }) => !taken.includes(id))
      .map((each) =>
        reasons.has(each.id) ? { ...each, replaying: false, reason: reasons.get(each.id) ?? each.reason } : each,
      );
  }

  async noteHealth(_name: string, _holder: string, health: SinkHealth): Promise<void> {
    this.#check();
    this.healths.push(health);
  }

  async standings(): Promise<readonly SinkStanding[]> {
    return [];
  }

  async end(): Promise<FeedPosition> {
    return String(this.entries.length);
  }

  async after(position: FeedPosition, limit: number): Promise<readonly SinkFeedEntry[] | null> {
    this.#check();
    if (Number(position) < this.keptFrom) return null;
    return this.entries.slice(Number(position), Number(position) + limit);
  }

  async occurrencesSince({ seq, since }: { seq: number; since: number }, limit: number): Promise<OccurrencePage> {
    this.#check();
    const all = this.entries.filter(({ at }) => at >= since).flatMap(({ occurrences }) => occurrences);
    const page = all.slice(seq, seq + limit);
    return { occurrences: page, next: page.length < limit ? null : { at: 0, seq: seq + limit } };
  }

  async incidentsSince(_since: number, after: string, limit: number): Promise<readonly string[]> {
    return [...this.incidents.keys()]
      .toSorted()
      .filter((id) => id > after)
      .slice(0, limit);
  }

  #check(): void {
    if (this.failing !== null) throw this.failing;
  }
}
