/** The history as one would write it without a database: what the real one is compared with on random data. */
import { covers } from '../../kit/scope.ts';
import type { ChangeSet } from '../../model/change-set.ts';
import type { TriagedEvent } from '../../model/cluster-event.ts';
import type { EventFilter, FacetField, FilterField } from '../../model/query.ts';

interface NaiveEvent {
  event: TriagedEvent;
  incidentId: string | null;
  readonly occurrences: { at: number; delta: number }[];
}

export class NaiveHistory {
  readonly #events = new Map<string, NaiveEvent>();

  /** What the store takes, in the same order. */
  commit(change: ChangeSet): void {
    for (const { event, delta, incidentId } of [...change.created, ...change.repeated]) {
      const { uid, lastSeen } = event.observation;
      const known = this.#events.get(uid);
      const occurrence = { at: Math.min(lastSeen, change.at), delta };
      if (known === undefined) this.#events.set(uid, { event, incidentId, occurrences: [occurrence] });
      else {
        if (lastSeen >= known.event.observation.lastSeen) known.event = event;
        known.incidentId = incidentId ?? known.incidentId;
        known.occurrences.push(occurrence);
      }
    }
  }

  /** Uids, most recent activity in the range first. */
  list(filter: EventFilter): readonly string[] {
    return this.#matching(filter)
      .map(({ event, inside }) => ({ uid: event.observation.uid, at: Math.max(...inside.map(({ at }) => at)) }))
      .sort((a, b) => b.at - a.at)
      .map(({ uid }) => uid);
  }

  facet(filter: EventFilter, field: FacetField): ReadonlyMap<string, { events: number; occurrences: number }> {
    const { [field]: _own, ...others } = filter.fields;
    const values = new Map<string, { events: number; occurrences: number }>();
    for (const { event, inside } of this.#matching({ ...filter, fields: others })) {
      const value = valueOf(event, null, field);
      const entry = values.get(value) ?? { events: 0, occurrences: 0 };
      entry.events++;
      entry.occurrences += sum(inside);
      values.set(value, entry);
    }
    return values;
  }

  occurrences(filter: EventFilter): number {
    return this.#matching(filter).reduce((total, { inside }) => total + sum(inside), 0);
  }

  #matching(filter: EventFilter): { event: TriagedEvent; inside: { at: number; delta: number }[] }[] {
    const found = [];
    for (const { event, incidentId, occurrences } of this.#events.values()) {
      const inside = occurrences.filter(({ at }) => at >= (filter.from ?? -Infinity) && at < (filter.to ?? Infinity));
      if (inside.length > 0 && matches(event, incidentId, filter)) found.push({ event, inside });
    }
    return found;
  }
}

function sum(occurrences: readonly { delta: number }[]): number {
  return occurrences.reduce((total, { delta }) => total + delta, 0);
}

function matches(event: TriagedEvent, incidentId: string | null, filter: EventFilter): boolean {
  const { observation } = event;
  const place = { cluster: observation.cluster, namespace: observation.object.namespace };
  if (!covers(filter.scope ?? 'everything', place)) return false;
  for (const [field, list] of Object.entries(filter.fields) as [FilterField, readonly string[]][]) {
    const value = valueOf(event, incidentId, field);
    // A cluster is found by its uid or by its name.
    const told = field === 'cluster' ? [value, observation.cluster.name] : [value];
    const wanted = list.filter((each) => !each.startsWith('!'));
    if (wanted.length > 0 && !told.some((each) => wanted.includes(each))) return false;
    if (told.some((each) => list.includes(`!${each}`))) return false;
  }
  for (const [key, value] of Object.entries(filter.labels ?? {})) if (observation.labels[key] !== value) return false;
  const said = [observation.message, observation.reason, observation.object.name].map((text) => text.toLowerCase());
  return (filter.text ?? '')
    .toLowerCase()
    .split(' ')
    .every((word) => said.some((text) => text.includes(word)));
}

function valueOf(event: TriagedEvent, incidentId: string | null, field: FilterField): string {
  const { observation } = event;
  switch (field) {
    case 'cluster':
      return observation.cluster.uid;
    case 'namespace':
      return observation.object.namespace;
    case 'kind':
      return observation.object.kind;
    case 'name':
      return observation.object.name;
    case 'reason':
      return observation.reason;
    case 'type':
      return observation.type;
    case 'category':
      return event.category;
    case 'severity':
      return event.severity;
    case 'source':
      return observation.component;
    case 'node':
      return event.node;
    case 'incident':
      return incidentId ?? '';
    case 'fingerprint':
      return event.fingerprint;
    case 'uid':
      return observation.uid;
  }
}
