/** One event rule as it runs: its windows by key, what fires, what is silent for a while, and what it knows of the time before it began. */
import type { ClusterEvent } from '../../model/cluster-event.ts';
import { CountedKeys } from './counted-keys.ts';
import {
  type EventRule,
  type Firing,
  type PastFiring,
  type Seen,
  type Sighting,
  sightingOf,
  windowMs,
} from './firing.ts';
import { keyOf, type RuleKey, seriesOf, shortOf } from './rule-key.ts';

/** Of one rule. Beyond it, the key that was quiet for the longest is forgotten. */
export const MOST_KEYS = 10_000;
/** Of one rule. What comes beyond fires when something else is over, if there is still enough of it. */
export const MOST_FIRING = 1000;

export interface WatchedRuleOptions {
  onFault(rule: string, fault: string): void;
  /** Counts of a key were lost, since there are more keys than are kept. */
  onForgotten(rule: string): void;
  /** It would fire for more things at once than are kept. */
  onTooMany(rule: string): void;
}

interface Fired {
  readonly key: RuleKey;
  readonly series: string;
  readonly since: number;
  event: Sighting;
}

/** What a key saw last, while it may not fire yet. */
interface Waiting {
  readonly key: RuleKey;
  readonly series: string;
  readonly event: Sighting;
  readonly at: number;
}

export interface Settled {
  readonly now: number;
  readonly countedFrom: number;
  readonly endsNothingUntil: number;
}

export class WatchedRule {
  readonly rule: EventRule;
  readonly windowMs: number;
  readonly #options: WatchedRuleOptions;
  readonly #enough: number;
  readonly #keys: CountedKeys;
  readonly #firing = new Map<string, Fired>();
  /** When each began to fire last, the oldest first; kept for the cooldown. */
  #spoke = new Map<string, number>();
  /** Alerts that were raised before this process began, and go on: since when. */
  readonly #open = new Map<string, number>();
  /** Null once it may fire. */
  #waiting: Map<string, Waiting> | null;
  /** From when on everything is counted. */
  #countedFrom: number;
  #endsNothingUntil: number;

  /** `isWarming`: it is told what happened before, and fires for nothing until `settle`. */
  constructor(rule: EventRule, options: WatchedRuleOptions, begun: number, isWarming: boolean) {
    this.rule = rule;
    this.#options = options;
    this.windowMs = windowMs(rule.settings);
    this.#enough = rule.settings.count?.atLeast ?? 1;
    this.#waiting = isWarming ? new Map() : null;
    this.#countedFrom = begun;
    this.#endsNothingUntil = begun;
    this.#keys = new CountedKeys({
      windowMs: this.windowMs,
      enough: this.#enough,
      most: MOST_KEYS,
      onForgotten: (id) => {
        this.#firing.delete(id);
        this.#waiting?.delete(id);
        options.onForgotten(rule.settings.name);
      },
    });
  }

  get isWarming(): boolean {
    return this.#waiting !== null;
  }

  /** Null where it does not begin to fire with this. */
  see(seen: Seen, now: number): Firing | null {
    const { settings } = this.rule;
    if (!this.#matches(seen.event)) return null;
    const { key, series, id } = this.#named(seen.event);
    // What a rule without a count has not heard of is told however late it comes: nobody was told.
    this.#keys.add(id, settings.count === undefined ? now : seen.at, seen.delta, now);
    const fired = this.#firing.get(id);
    if (fired !== undefined) {
      fired.event = sightingOf(seen.event);
      return null;
    }
    if (this.#waiting !== null) this.#wait(id, { key, series, event: seen.event, at: seen.at });
    return this.#waiting === null ? this.#fire(id, { key, series, event: seen.event }, now) : null;
  }

  /** What happened before this process began, in any order, while it is warming. */
  older(seen: Seen, now: number): void {
    if (seen.at <= now - this.windowMs || !this.#matches(seen.event)) return;
    const { key, series, id } = this.#named(seen.event);
    if (this.#keys.addOlder(id, seen.at, seen.delta, now)) {
      this.#wait(id, { key, series, event: seen.event, at: seen.at });
    }
  }

  /** Of a series of this rule, from before this process began; to be told before `settle`. */
  remember(series: string, { since, goesOn }: PastFiring): void {
    const id = shortOf(series);
    if (goesOn) this.#open.set(id, since);
    if (this.rule.settings.cooldownSeconds > 0) this.#spoke.set(id, since);
  }

  /**
   * The past is read, back to `countedFrom`: it may fire from now on. What goes on from before goes on without a word, and nothing ends
   * before `endsNothingUntil`.
   */
  settle({ now, countedFrom, endsNothingUntil }: Settled): readonly Firing[] {
    const waiting = this.#waiting ?? new Map<string, Waiting>();
    this.#waiting = null;
    this.#countedFrom = countedFrom;
    this.#endsNothingUntil = endsNothingUntil;
    // The past is told in any order.
    this.#spoke = new Map([...this.#spoke].sort(([, a], [, b]) => a - b).slice(-MOST_KEYS));
    const fired: Firing[] = [];
    for (const [id, { key, series, event }] of waiting) {
      const firing = this.#fire(id, { key, series, event }, now);
      if (firing !== null) fired.push(firing);
    }
    return fired;
  }

  /** Whether what does not fire by now is over, however little is known of the time before this process began. */
  isKnowable(now: number): boolean {
    return !this.isWarming && now - this.#countedFrom >= this.windowMs && now >= this.#endsNothingUntil;
  }

  /** Those that are over by now; they are forgotten, but for when they fired. */
  ended(now: number): readonly Firing[] {
    const over: Firing[] = [];
    if (this.isKnowable(now)) {
      this.#open.clear();
      for (const [id, fired] of this.#firing) {
        if (this.#keys.isEnough(id, now)) continue;
        over.push(this.#firingOf(id, fired, now));
        this.#firing.delete(id);
      }
    }
    this.#keys.forgetQuiet(now);
    for (const [id, at] of this.#spoke) {
      if (this.#isSilent(at, now)) break;
      this.#spoke.delete(id);
    }
    return over;
  }

  /** Those that fire. */
  firing(now: number): readonly Firing[] {
    return [...this.#firing].map(([id, fired]) => this.#firingOf(id, fired, now));
  }

  #matches(event: ClusterEvent): boolean {
    const { matches, fault } = this.rule.ask(event);
    if (fault !== null) this.#options.onFault(this.rule.settings.name, fault);
    return matches;
  }

  #named(event: ClusterEvent): { readonly key: RuleKey; readonly series: string; readonly id: string } {
    const key = keyOf(this.rule.settings, event);
    const series = seriesOf(this.rule.settings.name, key);
    return { key, series, id: shortOf(series) };
  }

  #wait(id: string, { event, ...waiting }: Waiting): void {
    const known = this.#waiting?.get(id);
    if (known === undefined || known.at <= waiting.at) {
      this.#waiting?.set(id, { ...waiting, event: sightingOf(event) });
    }
  }

  #fire(id: string, { event, ...named }: Omit<Fired, 'since'>, now: number): Firing | null {
    if (!this.#keys.isEnough(id, now)) return null;
    const open = this.#open.get(id);
    const spoke = this.#spoke.get(id);
    if (open === undefined && spoke !== undefined && this.#isSilent(spoke, now)) return null;
    if (this.#firing.size >= MOST_FIRING) {
      this.#options.onTooMany(this.rule.settings.name);
      return null;
    }
    const fired: Fired = { ...named, since: open ?? now, event: sightingOf(event) };
    this.#firing.set(id, fired);
    this.#open.delete(id);
    if (open !== undefined) return null;
    this.#speak(id, now);
    return this.#firingOf(id, fired, now);
  }

  #speak(id: string, at: number): void {
    if (this.rule.settings.cooldownSeconds === 0) return;
    this.#spoke.delete(id);
    this.#spoke.set(id, at);
    if (this.#spoke.size <= MOST_KEYS) return;
    const [oldest = id] = this.#spoke.keys();
    this.#spoke.delete(oldest);
    this.#options.onForgotten(this.rule.settings.name);
  }

  #isSilent(spokeAt: number, now: number): boolean {
    return now - spokeAt < this.rule.settings.cooldownSeconds * 1000;
  }

  #firingOf(id: string, fired: Fired, now: number): Firing {
    const { settings } = this.rule;
    return {
      ...{ rule: settings, ...fired },
      count: this.#keys.sum(id, now),
      isAtLeast: this.#keys.isCapped(id, now) || now - this.#countedFrom < this.windowMs,
    };
  }
}
