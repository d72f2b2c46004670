/** What the incident rules say of an incident: counted where a rule counts, and silent where it spoke not long ago. */
import type { Incident } from '../model/incident.ts';
import type { History } from '../model/ports/history.ts';
import type { NoticeBook } from '../model/ports/telling.ts';
import { timeText } from './message/time-text.ts';
import { type Facts, factsOf } from './policy/facts.ts';
import type { Policy } from './policy/policy.ts';
import type { Question, RuleVerdict } from './policy/question.ts';
import type { RuleSubject } from './policy/rules.ts';

export interface RuleParts {
  readonly history: Pick<History, 'incidents' | 'event' | 'diagnosis'>;
  readonly notices: Pick<NoticeBook, 'ruleSpoke'>;
  /** A rule that cannot be answered for an incident: it counts as no. */
  onRuleFault?(rule: string, fault: string): void;
}

type Rule = Policy['incidentRules'][number];

/** Of the window of a count, the newest so many are looked at; more than that is enough for any count that a person needs. */
const MOST_COUNTED = 500;

/** The rules that ask for it; else why the one that came nearest does not. */
export async function askRules(question: Question, rules: readonly Rule[], parts: RuleParts): Promise<RuleVerdict> {
  const names: string[] = [];
  let nearest: RuleVerdict = {
    kind: 'not-asked',
    reason: 'no-rule',
    rule: '',
    because: 'No rule asks for it.',
  };
  for (const rule of rules) {
    const { name } = rule.settings;
    const answer = rule.ask(question);
    if (answer.fault !== null) parts.onRuleFault?.(name, answer.fault);
    if (!answer.matches) continue;
    const refusal = (await belowCount(rule, question, parts)) ?? (await coolingDown(rule, question, parts));
    if (refusal === null) names.push(name);
    else nearest = { kind: 'not-asked', rule: name, ...refusal };
  }
  return names.length > 0 ? { kind: 'asked', names } : nearest;
}

type Refusal = { readonly reason: 'below-count' | 'cooldown'; readonly because: string };

async function belowCount(
  rule: Rule,
  { facts, at, incident, look }: Question,
  parts: RuleParts,
): Promise<Refusal | null> {
  const { count, name } = rule.settings;
  // What was held back had been asked for: its window has moved on since.
  if (count === undefined || look > 0) return null;
  const seconds = count.withinSeconds;
  const from = at - seconds * 1000;
  const { items } = await parts.history.incidents({ from, to: at + 1, fields: {} }, { limit: MOST_COUNTED });
  const isSame = (others: Facts) => count.by.every((fact) => others[fact] === facts[fact]);
  let found = 1;
  for (const other of items) {
    if (other.id === incident.id || other.openedAt < from) continue;
    const subject = await subjectOf(other, parts);
    if (isSame(factsOf(subject)) && rule.ask(subject).matches) found += 1;
    if (found >= count.atLeast) return null;
  }
  if (found >= count.atLeast) return null;
  return {
    reason: 'below-count',
    because: `Rule ${name} asks for ${count.atLeast} within ${seconds} s; so far there are ${found}.`,
  };
}

async function subjectOf(incident: Incident, { history }: RuleParts): Promise<RuleSubject> {
  const [event, diagnosis] = await Promise.all([
    history.event(incident.openedBy, incident.cluster.uid),
    history.diagnosis(incident.id),
  ]);
  return { incident, event, diagnosis };
}

async function coolingDown(rule: Rule, { incident, at }: Question, { notices }: RuleParts): Promise<Refusal | null> {
  const { cooldownSeconds, name } = rule.settings;
  if (cooldownSeconds === 0) return null;
  const spoke = await notices.ruleSpoke(name, incident, at - cooldownSeconds * 1000);
  if (spoke === null) return null;
  return {
    reason: 'cooldown',
    because: `Rule ${name} spoke about the same at ${timeText(spoke)} and is silent for ${cooldownSeconds} s after that.`,
  };
}
