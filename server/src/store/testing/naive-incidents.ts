/** Incidents as one would list them without a database: what the real list is compared with on random ones. */
import { type SeenIncident, seenIncident } from '../../kit/seen-incident.ts';
import type { Scope } from '../../model/access.ts';
import type { Incident, Strand } from '../../model/incident.ts';
import type { IncidentField, IncidentFilter } from '../../model/query.ts';

export interface NaiveIncident {
  readonly head: Incident;
  /** In the order of their beginning; none of one that was merged away. */
  readonly strands: readonly Strand[];
  /** Empty where there is no diagnosis. */
  readonly cause: string;
}

interface Shown {
  readonly head: Incident;
  readonly cause: string;
}

export class NaiveIncidents {
  readonly #incidents: ReadonlyMap<string, NaiveIncident>;

  constructor(incidents: readonly NaiveIncident[]) {
    this.#incidents = new Map(incidents.map((incident) => [incident.head.id, incident]));
  }

  /** As they are shown, the newest first. */
  list(filter: IncidentFilter): readonly Incident[] {
    return this.#matching(filter)
      .map(({ head }) => head)
      .sort((a, b) => b.openedAt - a.openedAt || (a.id < b.id ? 1 : -1));
  }

  facet(filter: IncidentFilter, field: IncidentField): ReadonlyMap<string, number> {
    const { [field]: _own, ...fields } = filter.fields;
    const counts = new Map<string, number>();
    for (const shown of this.#matching({ ...filter, fields })) {
      const values = field === 'cluster' ? [shown.head.cluster.uid] : valuesOf(shown, field);
      for (const value of new Set(values)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return counts;
  }

  idsLike(prefix: string, scope: Scope): readonly string[] {
    return [...this.#incidents.keys()].filter((id) => id.startsWith(prefix) && this.see(id, scope) !== null);
  }

  /** Of one that was merged away: of its strands in what it lives on in, and whole where that is whole, too. */
  see(id: string, scope: Scope): SeenIncident | null {
    const own = this.#incidents.get(id);
    if (own === undefined) return null;
    let living = own;
    while (living.head.mergedInto !== null) {
      const next = this.#incidents.get(living.head.mergedInto);
      if (next === undefined) return null;
      living = next;
    }
    if (living === own || scope === 'everything') return seenIncident(own.head, own.strands, scope);
    const seen = seenIncident(
      own.head,
      living.strands.filter(({ bornIn }) => bornIn === id),
      scope,
    );
    const whole = seen?.whole === true && seenIncident(living.head, living.strands, scope)?.whole === true;
    return seen === null ? null : { ...seen, whole };
  }

  #matching(filter: IncidentFilter): readonly Shown[] {
    const shown = [...this.#incidents.values()].map(({ head, strands, cause }) => {
      const seen = seenIncident(head, strands, filter.scope ?? 'everything');
      return seen === null ? null : { head: seen.incident, cause: seen.whole ? cause : '' };
    });
    return shown.filter((each) => each !== null).filter((each) => matches(each, filter));
  }
}

function matches(incident: Shown, filter: IncidentFilter): boolean {
  const { head } = incident;
  const { from = -Infinity, to = Infinity } = filter;
  if (head.mergedInto !== null || from >= to) return false;
  if (head.openedAt >= to || (head.resolvedAt !== null && head.resolvedAt < from)) return false;
  for (const [field, list] of Object.entries(filter.fields) as [IncidentField, readonly string[]][]) {
    const values = valuesOf(incident, field);
    const wanted = list.filter((each) => !each.startsWith('!'));
    if (wanted.length > 0 && !values.some((value) => wanted.includes(value))) return false;
    if (values.some((value) => list.includes(`!${value}`))) return false;
  }
  const said = [head.title, head.root.name].map((text) => text.toLowerCase());
  const words = (filter.text ?? '').toLowerCase().split(' ');
  return words.every((word) => said.some((text) => text.includes(word)));
}

function valuesOf({ head, cause }: Shown, field: IncidentField): readonly string[] {
  switch (field) {
    case 'cluster':
      return [head.cluster.uid, head.cluster.name];
    case 'namespace':
      return [head.root.namespace, head.subject.namespace];
    case 'kind':
      return [head.root.kind];
    case 'name':
      return [head.root.name];
    case 'cause':
      return [cause];
    default:
      return [head[field]];
  }
}
