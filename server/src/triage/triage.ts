/** From observations to events worth storing: filter, redact, classify, fingerprint. Pure and synchronous, over a batch. */
import type { Redactor } from '../kit/redaction.ts';
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { DropReason, Observation } from '../model/observation.ts';
import type { FilterSettings } from '../model/settings.ts';
import type { ObjectCache } from '../model/slim-object.ts';
import { type ClassificationRule, createClassifier, type NamespaceTiers } from './classify.ts';
import { compileFilter } from './filter.ts';
import { type FilterProblem, parseFilter } from './filter-settings.ts';
import { createKeys } from './fingerprint.ts';
import { createReading } from './reading.ts';

export interface TriageOptions {
  readonly objects: ObjectCache;
  /** Must be valid: ask `parseFilter` first. */
  readonly filter: FilterSettings;
  readonly redactor: Redactor;
  readonly tiers?: NamespaceTiers;
  readonly rules?: readonly ClassificationRule[];
}

interface DroppedObservation {
  readonly observation: Observation;
  readonly reason: DropReason;
  /** For `poison` only: what went wrong. */
  readonly error?: string;
}

interface Triaged {
  /** In the order of arrival. Redacted: the only form in which an observation goes on. */
  readonly kept: readonly TriagedEvent[];
  readonly dropped: readonly DroppedObservation[];
}

export interface Triage {
  triage(observations: readonly Observation[]): Triaged;
  /** Whether anything of this namespace is kept; of cluster-scoped objects where it is empty. */
  isMonitored(namespace: string): boolean;
  /** Takes effect with the next batch. Answers with what is wrong, and then keeps the settings that it had. */
  setFilter(settings: FilterSettings): readonly FilterProblem[];
}

export function createTriage({ objects, filter: initial, redactor, tiers, rules }: TriageOptions): Triage {
  const classify = createClassifier(tiers, rules);
  const keysOf = createKeys();
  const read = createReading(redactor);
  let filter = compileFilter(checked(initial), objects);

  /** The event, or why it is dropped. */
  const decide = (observation: Observation): TriagedEvent | DropReason => {
    const { cluster, object } = observation;
    const origin = filter.byOrigin(observation);
    if (origin !== null) return origin;
    const rootOwner = objects.rootOwner(cluster.uid, object);
    const verdict = classify(observation, rootOwner);
    const meaning = filter.byMeaning(observation, { condition: verdict.condition, rootOwner });
    if (meaning !== null) return meaning;
    const { redacted, template } = read(observation, rootOwner);
    const keys = keysOf(cluster.uid, rootOwner, verdict.condition ?? observation.reason, template);
    return {
      observation: redacted,
      category: verdict.category,
      severity: verdict.severity,
      condition: verdict.condition,
      rootOwner,
      fingerprint: keys.fingerprint,
      correlationId: keys.correlationId,
      node: nodeOf(objects, observation, redactor),
    };
  };

  return {
    triage: (observations) => {
      const kept: TriagedEvent[] = [];
      const dropped: DroppedObservation[] = [];
      for (const observation of observations) {
        try {
          const decided = decide(observation);
          if (typeof decided === 'string') dropped.push({ observation, reason: decided });
          else kept.push(decided);
        } catch (error) {
          // What breaks a rule belongs to its observation; the rest of the batch goes on.
          dropped.push({
            observation,
            reason: 'poison',
            error: error instanceof Error ? error.message : String(error),
          });
        }
      }
      return { kept, dropped };
    },
    isMonitored: (namespace) => filter.isMonitored(namespace),
    setFilter: (settings) => {
      const parsed = parseFilter(settings);
      if (!parsed.ok) return parsed.problems;
      filter = compileFilter(parsed.settings, objects);
      return [];
    },
  };
}

function checked(settings: FilterSettings): FilterSettings {
  const parsed = parseFilter(settings);
  if (parsed.ok) return parsed.settings;
  const faults = parsed.problems.map(({ field, problem, mend }) => `filter.${field}: ${problem}; ${mend}`);
  throw new Error(`the filter settings were not checked before: ${faults.join('. ')}`);
}

/** Of the cluster's objects, else of the kubelet that reported it: only its host is a node's name. */
function nodeOf(objects: ObjectCache, { cluster, object, component, host }: Observation, redactor: Redactor): string {
  const known = objects.nodeOf(cluster.uid, object);
  const node = known === '' && component === 'kubelet' ? host : known;
  return redactor.masksNodes ? redactor.text(node) : node;
}
