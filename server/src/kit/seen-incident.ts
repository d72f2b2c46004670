/** What a scope shows of an incident: all of it, a part that is named after its most severe strand, or nothing. */
import type { Scope } from '../model/access.ts';
import { SEVERITIES } from '../model/cluster-event.ts';
import type { Incident, Strand } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import { covers } from './scope.ts';

export interface SeenIncident {
  /** Of one that is seen in part: named after a strand that is seen. */
  readonly incident: Incident;
  readonly strands: readonly Strand[];
  readonly whole: boolean;
}

/**
 * Null where nothing of it lies in the scope. `strands` are all of its own, in the order of their beginning. The store answers by
 * the same rule what is asked about many; its contract holds the two equal.
 */
export function seenIncident(incident: Incident, strands: readonly Strand[], scope: Scope): SeenIncident | null {
  if (scope === 'everything') return { incident, strands, whole: true };
  const isSeen = ({ namespace }: ObjectRef) => covers(scope, { cluster: incident.cluster, namespace });
  const visible = strands.filter(({ root, subject }) => isSeen(root) || isSeen(subject));
  if (visible.length === 0) return null;
  if ([incident, ...strands].every(({ root, subject }) => isSeen(root) && isSeen(subject))) {
    return { incident, strands, whole: true };
  }
  const seen = visible.map((strand) => withoutWhy(seenEnds(strand, isSeen)));
  return { incident: namedAfter(mostSevere(seen), incident, seen), strands: seen, whole: false };
}

/** One end of it may lie outside: a pod's trouble that sits in its node. */
function seenEnds(strand: Strand, isSeen: (object: ObjectRef) => boolean): Strand {
  const { root, subject } = strand;
  return { ...strand, root: isSeen(root) ? root : subject, subject: isSeen(subject) ? subject : root };
}

/** The reason may name what the strand was joined to. */
function withoutWhy(strand: Strand): Strand {
  return { ...strand, because: 'part of an incident that reaches further than what you may see' };
}

function namedAfter(strand: Strand, incident: Incident, visible: readonly Strand[]): Incident {
  const { condition, category, severity, root, subject } = strand;
  const cleared = visible.map(({ clearedAt }) => clearedAt);
  return {
    ...incident,
    condition,
    category,
    severity,
    root,
    subject,
    title: `${condition}: ${root.kind} ${root.namespace === '' ? '' : `${root.namespace}/`}${root.name}`,
    openedAt: Math.min(...visible.map(({ firstSeen }) => firstSeen)),
    lastSeen: Math.max(...visible.map(({ lastSeen }) => lastSeen)),
    clearedAt: cleared.includes(null) ? null : Math.max(...cleared.map((at) => at ?? 0)),
    eventCount: visible.reduce((sum, { eventCount }) => sum + eventCount, 0),
    resolvedBy: withoutName(incident.resolvedBy),
    resolution: null,
  };
}

/** People sign in their own words, which may be about the rest. */
export function withoutName<By extends string | null>(by: By): By | 'a person' {
  return by === null || by === 'tattle' ? by : 'a person';
}

/** The earlier one of two equals. */
function mostSevere(strands: readonly Strand[]): Strand {
  const [best] = [...strands].sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || a.firstSeen - b.firstSeen,
  );
  if (best === undefined) throw new Error('an incident is not seen without a strand');
  return best;
}
