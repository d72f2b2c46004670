/** Incidents in memory, filtered as the port's documentation says, for tests of the API. */
import { type SeenIncident, seenIncident } from '../../kit/seen-incident.ts';
import type { Scope } from '../../model/access.ts';
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { Diagnosis } from '../../model/diagnosis.ts';
import type { Incident, Strand } from '../../model/incident.ts';
import type { IncidentFacet, IncidentField, IncidentFilter, ObjectName } from '../../model/query.ts';

interface Parts {
  readonly incidents: readonly Incident[];
  readonly strands: readonly Strand[];
  readonly diagnoses: readonly Diagnosis[];
  /** Those that name incidents which they belong to. */
  readonly events?: readonly ClusterEvent[];
}

/** Whatever its uid. */
export function isCalled(object: ObjectName, { kind, namespace, name }: ObjectName): boolean {
  return object.kind === kind && object.namespace === namespace && object.name === name;
}

export class MemoryIncidents {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whole ones, the newest first by what the scope shows of them. */
  matching(filter: IncidentFilter): readonly Incident[] {
    const byId = new Map(this.#parts.incidents.map((incident) => [incident.id, incident]));
    return this.#shown(filter).flatMap(({ incident }) => byId.get(incident.id) ?? []);
  }

  facet(filter: IncidentFilter, field: IncidentField, limit: number): IncidentFacet {
    const counts = new Map<string, number>();
    for (const seen of this.#shown({ ...filter, fields: { ...filter.fields, [field]: [] } })) {
      const values = this.#valuesOf(seen, field);
      const told = field === 'cluster' ? values.slice(0, 1) : values;
      for (const value of new Set(told)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const values = [...counts].map(([value, incidents]) => ({ value, incidents }));
    values.sort((a, b) => b.incidents - a.incidents || (a.value < b.value ? -1 : 1));
    return { field, values: values.slice(0, limit) };
  }

  /** Null where the scope shows nothing of it. */
  see(incident: Incident, scope: Scope = 'everything'): SeenIncident | null {
    const own = this.#parts.strands.filter(({ incidentId }) => incidentId === incident.id);
    return seenIncident(incident, own, scope);
  }

  #shown(filter: IncidentFilter): readonly SeenIncident[] {
    return this.#parts.incidents
      .flatMap((incident) => this.see(incident, filter.scope) ?? [])
      .filter((seen) => this.#matches(filter, seen))
      .sort(({ incident: a }, { incident: b }) => b.openedAt - a.openedAt || (a.id < b.id ? 1 : -1));
  }

  #matches(filter: IncidentFilter, seen: SeenIncident): boolean {
    const { incident } = seen;
    const { from = -Infinity, to = Infinity, about } = filter;
    if (about !== undefined && !this.#isAbout(incident, about)) return false;
    if (incident.mergedInto !== null || from >= to) return false;
    if (incident.openedAt >= to || (incident.resolvedAt ?? Infinity) < from) return false;
    for (const [field, list] of Object.entries(filter.fields)) {
      const values = this.#valuesOf(seen, field as IncidentField);
      const wanted = list.filter((value) => !value.startsWith('!'));
      if (wanted.length > 0 && !values.some((value) => wanted.includes(value))) return false;
      if (values.some((value) => list.includes(`!${value}`))) return false;
    }
    const words = (filter.text ?? '').toLowerCase().split(/\s+/);
    const said = [incident.title, incident.root.name].map((text) => text.toLowerCase());
    return words.every((word) => said.some((text) => text.includes(word)));
  }

  #isAbout({ id }: Incident, about: ObjectName): boolean {
    const { strands, events = [] } = this.#parts;
    return (
      strands.some((each) => each.incidentId === id && (isCalled(each.root, about) || isCalled(each.subject, about))) ||
      events.some((event) => event.incidentId === id && isCalled(event.object, about))
    );
  }

  #valuesOf({ incident, whole }: SeenIncident, field: IncidentField): readonly string[] {
    switch (field) {
      case 'cluster':
        return [incident.cluster.uid, incident.cluster.name];
      case 'namespace':
        return [incident.root.namespace, incident.subject.namespace];
      case 'kind':
      case 'name':
        return [incident.root[field]];
      case 'cause':
        return [(whole && this.#parts.diagnoses.find(({ incidentId }) => incidentId === incident.id)?.cause) || ''];
      default:
        return [incident[field]];
    }
  }
}
