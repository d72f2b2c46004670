/** What an event rule counts apart: the key of an event, and the short names that it goes by. Pure. */
import { hash } from 'node:crypto';
import type { ClusterEvent } from '../../model/cluster-event.ts';
import { eventFacts } from '../policy/facts.ts';
import type { RuleSettings } from '../policy/settings.ts';

/** Uid of the cluster, and the values of `count.by` in its order; of a rule that does not count, the object's root owner. */
export type RuleKey = readonly string[];

export function keyOf({ count }: Pick<RuleSettings, 'count'>, event: ClusterEvent): RuleKey {
  if (count === undefined) {
    const { kind, namespace, name } = event.rootOwner;
    return [event.cluster, kind, namespace, name];
  }
  const facts = eventFacts(event);
  return [event.cluster, ...count.by.map((name) => facts[name] ?? '')];
}

const OF_RULES = 'rule-';

/** The same each time that the rule fires for this key, and no other alert's: those of Alertmanager are hexadecimal. */
export function seriesOf(rule: string, key: RuleKey): string {
  return OF_RULES + hash('sha256', JSON.stringify([rule, key]), 'hex').slice(0, 32);
}

export function isOfRule(series: string): boolean {
  return series.startsWith(OF_RULES);
}

/** 96 bits of a series in twelve characters of a byte each: thousands of them are kept for each rule. */
export function shortOf(series: string): string {
  return Buffer.from(series.slice(OF_RULES.length, OF_RULES.length + 24), 'hex').toString('latin1');
}
