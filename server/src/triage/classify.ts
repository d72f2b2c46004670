/** Category, condition and severity of an observation, from its reason, message, kind, frequency and namespace tier. */
import { SEVERITIES, type Category, type Severity } from '../model/cluster-event.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import { isEnd, type Observation } from '../model/observation.ts';
import { canonicalCondition, conditionTable, type ConditionTraits } from './conditions.ts';
import { guessFromReason, type Guess } from './guess.ts';
import { failedCreate, MEANINGS, type Meaning } from './meanings.ts';
import { nameMatcher } from './name-pattern.ts';
import { quietTable, REASON_CONDITIONS } from './reasons.ts';
import { RecentCache } from './recent-cache.ts';

interface Verdict {
  readonly category: Category;
  readonly condition: string | null;
  readonly severity: Severity;
}

/** Patterns of namespaces, `*` as wildcard. What is in neither list is of normal weight. */
export interface NamespaceTiers {
  readonly top: readonly string[];
  readonly low: readonly string[];
}

const DEFAULT_TIERS: NamespaceTiers = { top: ['kube-system'], low: [] };

/**
 * A user's rule: what it returns replaces the built-in verdict, field by field; null leaves it. The first that answers wins.
 * It must not throw for an odd observation: what it throws counts as poison, and the observation is set aside.
 */
export type ClassificationRule = (
  observation: Observation,
  builtIn: Verdict,
  rootOwner: ObjectRef,
) => Partial<Verdict> | null;

export type Classify = (observation: Observation, rootOwner: ObjectRef) => Verdict;

const CONTROL_PLANE = /^(?:kube-apiserver|etcd|kube-controller-manager|kube-scheduler)(?:-|$)/;
const UNKNOWN_TRAITS: ConditionTraits = { category: 'Other', severity: 'medium', patience: [], down: false };
const REMEMBERED_GUESSES = 1024;

export function createClassifier(
  tiers: NamespaceTiers = DEFAULT_TIERS,
  rules: readonly ClassificationRule[] = [],
): Classify {
  const conditions = conditionTable();
  const quiet = quietTable();
  const isTop = nameMatcher(tiers.top);
  const isLow = nameMatcher(tiers.low);
  const guesses = new RecentCache<Guess>(REMEMBERED_GUESSES);

  const guess = (reason: string): Guess => {
    const known = guesses.get(reason);
    if (known !== undefined) return known;
    const made = guessFromReason(reason);
    guesses.set(reason, made);
    return made;
  };

  /** What an Event means, by message, by name, by being known as noise, or by habit. */
  const meaningOf = (observation: Observation): Meaning => {
    const { reason, type } = observation;
    if (observation.source === 'state') {
      const condition = canonicalCondition(observation.condition);
      return condition === 'FailedCreate' ? failedCreate(observation) : { condition };
    }
    // Whoever wrote the alert chose its name: it is told under that one.
    if (observation.source === 'alert') return { condition: observation.condition };
    const byMessage = MEANINGS.get(reason)?.(observation);
    if (byMessage) return byMessage;
    const name = Object.hasOwn(REASON_CONDITIONS, reason)
      ? (REASON_CONDITIONS[reason] ?? reason)
      : canonicalCondition(reason);
    if (conditions.has(name)) return { condition: name };
    const noise = quiet.get(reason);
    if (noise !== undefined) return { condition: null, category: noise };
    const { category, failure } = guess(reason);
    const isProblem = failure || isSerious(statedSeverity(observation));
    return { condition: isProblem && type !== 'Normal' ? reason : null, category };
  };

  const builtIn = (observation: Observation, rootOwner: ObjectRef): Verdict => {
    const { condition, category, atMost } = meaningOf(observation);
    if (condition === null) {
      const severity = statedSeverity(observation) ?? (observation.type === 'Normal' ? 'info' : 'low');
      return { condition, category: category ?? 'Other', severity };
    }
    const traits = conditions.get(condition) ?? { ...UNKNOWN_TRAITS, category: category ?? guess(condition).category };
    const severity = severityOf(observation, rootOwner, traits, atMost);
    return { condition, category: category ?? traits.category, severity };
  };

  /** The bands: see docs/GLOSSARY.md, "Severity". */
  const severityOf = (
    observation: Observation,
    rootOwner: ObjectRef,
    traits: ConditionTraits,
    atMost: Severity | undefined,
  ): Severity => {
    if (isEnd(observation)) return 'info';
    const stated = statedSeverity(observation);
    let severity = stated ?? (observation.source === 'state' ? traits.severity : frequent(traits, observation.count));
    if (atMost !== undefined) severity = milder(severity, atMost);
    const { namespace } = rootOwner.namespace === '' ? observation.object : rootOwner;
    if (isLow(namespace)) return milder(severity, 'medium');
    if (stated !== null) return severity;
    if (rootOwner.kind === 'Job' || rootOwner.kind === 'CronJob') return milder(severity, 'medium');
    if (severity !== 'high') return severity;
    const controlPlane = namespace === 'kube-system' && CONTROL_PLANE.test(observation.object.name);
    return controlPlane || (traits.down && isTop(namespace)) ? 'critical' : severity;
  };

  return (observation, rootOwner) => {
    const verdict = builtIn(observation, rootOwner);
    for (const rule of rules) {
      const changed = rule(observation, verdict, rootOwner);
      if (changed !== null) return { ...verdict, ...changed };
    }
    return verdict;
  };
}

/** Null where its sender leaves that to Tattle. */
function statedSeverity(observation: Observation): Severity | null {
  return 'severity' in observation ? observation.severity : null;
}

function isSerious(severity: Severity | null): boolean {
  return severity !== null && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf('medium');
}

/** The severity that this many occurrences deserve. */
function frequent({ severity, patience }: ConditionTraits, count: number): Severity {
  for (const step of patience) if (count < step.below) return milder(severity, step.severity);
  return severity;
}

function milder(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) > SEVERITIES.indexOf(b) ? a : b;
}
