/**
 * Event rules after a start: their windows are filled from what the store knows, the newest first, so that a rule is ready as soon as its
 * own window is read. Meanwhile commits are counted, and no rule says anything that it would have to take back.
 */
import { alertSeries } from '../../correlate/strand.ts';
import type { Strand } from '../../model/incident.ts';
import type { Clock, Logger } from '../../model/ports/process.ts';
import type { OccurrenceReader, RecentOccurrences } from '../../model/ports/recent.ts';
import { StoreUnavailable } from '../../model/ports/store.ts';
import type { EventRules } from '../../notify/event-rules/event-rules.ts';
import type { Firing, PastFiring } from '../../notify/event-rules/firing.ts';
import { isOfRule } from '../../notify/event-rules/rule-key.ts';
import type { WatchedRule } from '../../notify/event-rules/watched-rule.ts';
import { readUid, RULE_COMPONENT } from './rule-alerts.ts';

export interface WarmingParts {
  readonly recent: RecentOccurrences;
  readonly rules: EventRules;
  readonly openAlerts: () => Iterable<Strand>;
  readonly follow: (clusterUid: string) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly bounds?: WarmingBounds;
}

export interface WarmingBounds {
  /** Rows of occurrences that are read at the most. */
  readonly rows: number;
  /** Time that reading may take, milliseconds, all told; what the store was away for does not count. */
  readonly ms: number;
}

const BOUNDS: WarmingBounds = { rows: 1_000_000, ms: 60_000 };
/** Rules may take their time over a row: others are served between two pages. */
const PAGE = 500;
/** Of each call: the other half of the time is for what comes in. */
const STEP_MS = 400;
/** What the store does not answer for so long is not known. */
const GIVE_UP_MS = 600_000;
/** Alerts of rules that are looked at for what was told before. */
const MOST_ALERTS = 10_000;
/** What is open is said again every hour: so long ago, at the least, it was heard of. */
const HEARD_OF_MS = 2 * 3_600_000;
/** Incidents that are open are read back when the first of their cluster is decided. */
const RECOVERED_MS = 2_000;
/** What happened while nobody watched is listed by then; until that, what was open is not over. */
const LISTED_MS = 30_000;

interface Spoken extends PastFiring {
  readonly rule: string;
  /** When it was said last. */
  readonly at: number;
}

export class Warming {
  readonly #parts: WarmingParts;
  readonly #bounds: WarmingBounds;
  readonly #begun: number;
  #spoken: ReadonlyMap<string, Spoken> | null = null;
  #reader: OccurrenceReader | null = null;
  #reached: number;
  #read = 0;
  #tookMs = 0;
  #failingSince: number | null = null;

  constructor(parts: WarmingParts) {
    this.#parts = parts;
    this.#bounds = parts.bounds ?? BOUNDS;
    this.#begun = parts.clock.now();
    this.#reached = this.#begun;
  }

  get isDone(): boolean {
    return this.#parts.rules.warming().length === 0;
  }

  /** Reads on for half a second at the most. Those that fire with what is known then. */
  async step(): Promise<readonly Firing[]> {
    const { clock } = this.#parts;
    if (this.isDone || clock.now() - this.#begun < RECOVERED_MS) return [];
    const fired: Firing[] = [];
    const began = performance.now();
    try {
      this.#spoken ??= await this.#readSpoken();
      while (!this.isDone && performance.now() - began < STEP_MS) fired.push(...(await this.#readPage()));
      this.#failingSince = null;
    } catch (error) {
      fired.push(...this.#failed(error));
    }
    return fired;
  }

  async #readPage(): Promise<readonly Firing[]> {
    const { rules, recent, clock } = this.#parts;
    const now = clock.now();
    const warming = rules.warming();
    const longest = Math.max(...warming.map(({ windowMs }) => windowMs));
    this.#reader ??= recent.since(now - longest);
    const began = performance.now();
    const { items, read, reached } = await this.#reader.next(PAGE);
    for (const seen of items) {
      if (seen.event.source === RULE_COMPONENT) continue;
      for (const watched of warming) watched.older(seen, now);
    }
    this.#reached = reached;
    this.#read += read;
    this.#tookMs += performance.now() - began;
    const ready = warming.filter(({ windowMs }) => reached <= now - windowMs);
    const fired = ready.flatMap((watched) => this.#settle(watched, now - watched.windowMs));
    const isTooMuch = this.#read >= this.#bounds.rows || this.#tookMs >= this.#bounds.ms;
    return isTooMuch ? [...fired, ...this.#cutShort('more happened than is read at a start')] : fired;
  }

  #settle(watched: WatchedRule, countedFrom: number): readonly Firing[] {
    const now = this.#parts.clock.now();
    const { name } = watched.rule.settings;
    for (const [series, spoken] of this.#spoken ?? []) {
      const isOpen = spoken.goesOn && spoken.at > now - watched.windowMs;
      if (spoken.rule === name) watched.remember(series, { since: spoken.since, goesOn: isOpen });
    }
    for (const strand of this.#parts.openAlerts()) {
      const series = alertSeries(strand);
      if (strand.condition !== name || !isOfRule(series)) continue;
      watched.remember(series, { since: this.#spoken?.get(series)?.since ?? strand.firstSeen, goesOn: true });
    }
    return watched.settle({ now, countedFrom, endsNothingUntil: now + Math.min(watched.windowMs, LISTED_MS) });
  }

  /** What is not read by now is not known: those that need it count from what was read. */
  #cutShort(why: string): readonly Firing[] {
    const warming = this.#parts.rules.warming();
    if (warming.length === 0) return [];
    const rules = warming.map(({ rule }) => rule.settings.name);
    const from = new Date(this.#reached).toISOString();
    this.#parts.logger.warn({ rules, from, rows: this.#read }, `${why}: these rules count from ${from} on`);
    return warming.flatMap((watched) => this.#settle(watched, this.#reached));
  }

  #failed(error: unknown): readonly Firing[] {
    const { clock, logger } = this.#parts;
    const now = clock.now();
    if (this.#failingSince === null)
      logger.warn({ err: error }, 'what rules over events count on cannot be read: again');
    this.#failingSince ??= now;
    const isHopeless = !(error instanceof StoreUnavailable) || now - this.#failingSince >= GIVE_UP_MS;
    return isHopeless ? this.#cutShort('what happened before the start cannot be read') : [];
  }

  /** By series, what rules said last. */
  async #readSpoken(): Promise<ReadonlyMap<string, Spoken>> {
    const { recent, rules, clock, follow } = this.#parts;
    const longest = Math.max(
      HEARD_OF_MS,
      ...rules.warming().map(({ windowMs, rule }) => Math.max(windowMs, rule.settings.cooldownSeconds * 1000)),
    );
    const spoken = new Map<string, Spoken>();
    for (const { uid, cluster, condition, at } of await recent.alertsOf(
      RULE_COMPONENT,
      clock.now() - longest,
      MOST_ALERTS,
    )) {
      const read = readUid(uid);
      if (read === null || condition === null) continue;
      follow(cluster);
      const known = spoken.get(read.series);
      // The newest first: what came last says whether it goes on, and the newest that began, since when.
      if (known === undefined) spoken.set(read.series, { rule: condition, since: read.since, goesOn: !read.isEnd, at });
      else if (!read.isEnd && read.since > known.since) spoken.set(read.series, { ...known, since: read.since });
    }
    return spoken;
  }
}
