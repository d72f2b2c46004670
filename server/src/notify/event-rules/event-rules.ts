/** Event rules: asked of every event that is kept, counted in windows by key, and firing once until they are over. Pure but for their memory. */
import type { EventRule, Firing, Seen } from './firing.ts';
import { WatchedRule, type WatchedRuleOptions } from './watched-rule.ts';

export interface EventRulesOptions extends WatchedRuleOptions {
  readonly rules: readonly EventRule[];
  /** Milliseconds: nothing was counted before. */
  readonly begun: number;
  /** Whether they are told what happened before, and each fires for nothing until it is settled; false where left out. */
  readonly isWarming?: boolean;
}

export class EventRules {
  readonly #watched: readonly WatchedRule[];

  constructor({ rules, begun, isWarming = false, ...options }: EventRulesOptions) {
    this.#watched = rules.map((rule) => new WatchedRule(rule, options, begun, isWarming));
  }

  /** Those that begin to fire with this. */
  see(seen: Seen, now: number): readonly Firing[] {
    const fired: Firing[] = [];
    for (const watched of this.#watched) {
      const firing = watched.see(seen, now);
      if (firing !== null) fired.push(firing);
    }
    return fired;
  }

  /** Those that wait to be told of the past. */
  warming(): readonly WatchedRule[] {
    return this.#watched.filter(({ isWarming }) => isWarming);
  }

  /** Those that are over by now; they are forgotten, but for when they fired. */
  ended(now: number): readonly Firing[] {
    return this.#watched.flatMap((watched) => watched.ended(now));
  }

  /** Those that fire. */
  firing(now: number): readonly Firing[] {
    return this.#watched.flatMap((watched) => watched.firing(now));
  }

  /** Whether what this rule does not say by now is over: it has seen all of its window, or there is no such rule. */
  isKnowable(rule: string, now: number): boolean {
    return this.#watched.find((watched) => watched.rule.settings.name === rule)?.isKnowable(now) ?? true;
  }
}
