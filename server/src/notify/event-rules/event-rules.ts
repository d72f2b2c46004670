/** Event rules: asked of every event that is kept, counted in windows by key, and firing once until they are over. Pure but for its memory. */
import type { ClusterEvent } from '../../model/cluster-event.ts';
import { eventFacts } from '../policy/facts.ts';
import type { Policy } from '../policy/policy.ts';
import { SlidingCount } from './sliding-count.ts';

export type EventRule = Policy['eventRules'][number];

export interface Seen {
  readonly event: ClusterEvent;
  /** Occurrences that are new. */
  readonly delta: number;
}

/** A rule about one key, from when it began to fire. */
export interface Firing {
  readonly rule: EventRule['settings'];
  /** Uid of the cluster, and the values of `count.by` in its order; of a rule that does not count, the object. */
  readonly key: readonly string[];
  readonly since: number;
  /** In the window, up to now. */
  readonly count: number;
  /** The newest that it matched. */
  readonly event: ClusterEvent;
}

export interface EventRulesOptions {
  readonly rules: readonly EventRule[];
  onFault(rule: string, fault: string): void;
}

/** Of one rule. Beyond it, the key that was quiet for the longest is forgotten. */
const MOST_KEYS = 10_000;
/** A rule without a window is over when nothing matched for so long. */
const QUIET_MS = 5 * 60_000;

interface Kept {
  readonly key: readonly string[];
  readonly count: SlidingCount;
  event: ClusterEvent;
  /** Null while it does not fire. */
  since: number | null;
  lastMatch: number;
  /** When it began to fire last. */
  lastFired: number | null;
}

export class EventRules {
  readonly #options: EventRulesOptions;
  readonly #kept: Map<EventRule, Map<string, Kept>>;

  constructor(options: EventRulesOptions) {
    this.#options = options;
    this.#kept = new Map(options.rules.map((rule) => [rule, new Map<string, Kept>()]));
  }

  /** Those that begin to fire with this. */
  see({ event, delta }: Seen, now: number): readonly Firing[] {
    const fired: Firing[] = [];
    for (const [rule, keys] of this.#kept) {
      const answer = rule.ask(event);
      if (answer.fault !== null) this.#options.onFault(rule.settings.name, answer.fault);
      if (!answer.matches) continue;
      const kept = this.#keptFor(rule, keys, event, now);
      kept.event = event;
      kept.lastMatch = now;
      kept.count.add(now, delta);
      const firing = this.#fire(rule, kept, now);
      if (firing !== null) fired.push(firing);
    }
    return fired;
  }

  /** Those that are over by now; they are forgotten, but for when they fired. */
  ended(now: number): readonly Firing[] {
    const over: Firing[] = [];
    for (const [{ settings }, keys] of this.#kept) {
      for (const [id, kept] of keys) {
        const isOver = isQuiet(settings, kept, now);
        if (isOver && kept.since !== null) over.push(firingOf(settings, kept, kept.since, now));
        if (isOver) kept.since = null;
        if (isOver && now - (kept.lastFired ?? 0) >= settings.cooldownSeconds * 1000) keys.delete(id);
      }
    }
    return over;
  }

  /** Those that fire. */
  firing(now: number): readonly Firing[] {
    return [...this.#kept].flatMap(([{ settings }, keys]) =>
      [...keys.values()].flatMap((kept) => (kept.since === null ? [] : [firingOf(settings, kept, kept.since, now)])),
    );
  }

  #keptFor({ settings }: EventRule, keys: Map<string, Kept>, event: ClusterEvent, now: number): Kept {
    const key = keyOf(settings, event);
    const id = JSON.stringify(key);
    const known = keys.get(id);
    // Last in the order of the map is what was seen last.
    keys.delete(id);
    const windowMs = (settings.count?.withinSeconds ?? 1) * 1000;
    const kept = known ?? {
      key,
      count: new SlidingCount(windowMs),
      event,
      since: null,
      lastMatch: now,
      lastFired: null,
    };
    keys.set(id, kept);
    if (keys.size > MOST_KEYS) {
      const [oldest = ''] = keys.keys();
      keys.delete(oldest);
    }
    return kept;
  }

  #fire({ settings }: EventRule, kept: Kept, now: number): Firing | null {
    if (kept.since !== null || kept.count.sum(now) < (settings.count?.atLeast ?? 1)) return null;
    if (kept.lastFired !== null && now - kept.lastFired < settings.cooldownSeconds * 1000) return null;
    kept.since = now;
    kept.lastFired = now;
    return firingOf(settings, kept, now, now);
  }
}

/** How long a rule looks back: what fires is known by then. */
export function windowMs({ count }: Pick<EventRule['settings'], 'count'>): number {
  return count === undefined ? QUIET_MS : count.withinSeconds * 1000;
}

function isQuiet({ count }: EventRule['settings'], kept: Kept, now: number): boolean {
  return count === undefined ? now - kept.lastMatch >= QUIET_MS : kept.count.sum(now) < count.atLeast;
}

function firingOf(rule: EventRule['settings'], { key, event, count }: Kept, since: number, now: number): Firing {
  return { rule, key, since, event, count: count.sum(now) };
}

function keyOf({ count }: EventRule['settings'], event: ClusterEvent): readonly string[] {
  if (count === undefined) {
    const { kind, namespace, name } = event.rootOwner;
    return [event.cluster, kind, namespace, name];
  }
  const facts = eventFacts(event);
  return [event.cluster, ...count.by.map((name) => facts[name] ?? '')];
}
