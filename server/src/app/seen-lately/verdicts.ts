/** Filter rules over what is remembered of events: over groups of arrivals, and over stored events. */
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { DropReason, Observation } from '../../model/observation.ts';
import type { FilterSettings } from '../../model/settings.ts';
import { SlimCache } from '../../observe/cache.ts';
import { compileFilter } from '../../triage/filter.ts';
import type { SeenGroup } from './seen-lately.ts';

/** Null keeps. */
type Verdict<Subject> = (subject: Subject) => DropReason | null;

/** By all rules but those that a group cannot tell: selectors, the minimum count, and annotations that ask to ignore. */
export function groupVerdict(settings: FilterSettings): Verdict<SeenGroup> {
  const verdict = verdictOf({ ...settings, labelSelector: '', annotationSelector: '', minimumCount: 1 });
  return (group) => verdict(observationOf(group), group.condition);
}

/** By all rules but those over annotations, which are not stored. */
export function storedVerdict(settings: FilterSettings): Verdict<ClusterEvent> {
  const verdict = verdictOf({ ...settings, annotationSelector: '' });
  return (event) => verdict(storedObservation(event), event.condition);
}

function verdictOf(settings: FilterSettings) {
  // What is in the cluster now was not asked about then: only what the event itself tells decides.
  const filter = compileFilter(settings, new SlimCache());
  return (observation: Observation, condition: string | null) =>
    filter.byOrigin(observation) ?? filter.byMeaning(observation, { condition, rootOwner: observation.object });
}

const UNTOLD = {
  source: 'event',
  uid: '',
  message: '',
  count: 1,
  firstSeen: 0,
  lastSeen: 0,
  host: '',
  labels: {},
  annotations: {},
  related: null,
} as const;

function observationOf({ cluster, namespace, kind, reason, type, component }: SeenGroup): Observation {
  return { ...UNTOLD, cluster, object: { kind, namespace, name: '', uid: '' }, reason, type, component };
}

function storedObservation(event: ClusterEvent): Observation {
  const { uid, object, reason, type, message, count, firstSeen, lastSeen, labels, severity } = event;
  const told = { uid, object, reason, type, message, count, firstSeen, lastSeen, labels };
  const cluster = { uid: event.cluster, name: event.clusterName };
  const base = { ...UNTOLD, ...told, cluster, component: event.source };
  if (event.origin === 'event') return base;
  // Only the end of a condition is information: see the severities in docs/GLOSSARY.md.
  const transition = severity === 'info' ? 'cleared' : 'raised';
  return { ...base, source: 'state', condition: event.condition ?? reason, transition, container: '' };
}
