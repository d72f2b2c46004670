/** What incidents (as i) must hold to be listed: their fields, time and words, as the scope of whoever asks shows them. */
import type { Scope } from '../model/access.ts';
import { isAbout } from './incident-about.ts';
import { INCIDENT_FIELDS, type IncidentField, type IncidentFilter } from '../model/query.ts';
import { split } from './filter.ts';
import { wordPatterns } from './like.ts';
import { literal } from './scans.ts';
import { seenIncidents } from './seen-incidents.ts';
import { textArray } from './text.ts';
import type { Values } from './values.ts';

/** One that was not diagnosed has the cause ''. */
const CAUSE = `COALESCE((SELECT g.cause FROM diagnoses g WHERE g.incident_id = i.id), '')`;

/** A field may have two values: an incident is found by either. */
const EXPRESSIONS: Readonly<Record<IncidentField, readonly string[]>> = {
  cluster: ['i.cluster_uid', 'i.cluster_name'],
  namespace: [`i.root ->> 'namespace'`, `i.subject ->> 'namespace'`],
  kind: [`i.root ->> 'kind'`],
  name: [`i.root ->> 'name'`],
  state: ['i.state'],
  severity: ['i.severity'],
  category: ['i.category'],
  condition: ['i.condition'],
  cause: [CAUSE],
};
/** What is seen in part is shown without its diagnosis. */
const SEEN_EXPRESSIONS = { ...EXPRESSIONS, cause: [`CASE WHEN i.whole THEN ${CAUSE} ELSE '' END`] };

/** Where incidents (as i) come from, as the scope of whoever asks sees them, and how fields are told of those. */
export interface IncidentSource {
  /** Comes before the SELECT. */
  readonly prelude: string;
  readonly from: string;
  readonly expressions: Readonly<Record<IncidentField, readonly string[]>>;
}

/** `candidates` (conditions on h, about nothing that the scope hides) leave out early what the other conditions leave out anyway. */
export function incidentSource(
  scope: Scope | undefined,
  candidates: () => readonly string[],
  values: Values,
): IncidentSource {
  const seen = seenIncidents(scope, candidates, values);
  if (seen === null) return { prelude: '', from: 'incidents i', expressions: EXPRESSIONS };
  return { prelude: `WITH seen AS (${seen})`, from: 'seen i', expressions: SEEN_EXPRESSIONS };
}

/** What can be said of candidates. `except` are fields whose own filter is ignored somewhere. */
export function candidateConditions(
  filter: IncidentFilter,
  values: Values,
  except: readonly IncidentField[] = [],
): readonly string[] {
  const open = (['cluster', 'state'] as const).filter((field) => !except.includes(field));
  const expressions = { cluster: ['h.cluster_uid', 'h.cluster_name'], state: ['h.state'] };
  return [
    unmerged('h'),
    ...since(filter, 'h'),
    ...(filter.about === undefined ? [] : [isAbout('h', filter.about, values)]),
    ...open.flatMap((field) => fieldConditions(expressions[field], filter.fields[field], values)),
  ];
}

/** The values that an incident counts under; a cluster is told by its uid alone. */
export function valuesOf(field: IncidentField, { expressions }: IncidentSource): readonly string[] {
  return field === 'cluster' ? ['i.cluster_uid'] : expressions[field];
}

/** `except` is a field whose own filter is ignored. */
export function incidentConditions(
  filter: IncidentFilter,
  { expressions }: IncidentSource,
  values: Values,
  except?: IncidentField,
): readonly string[] {
  const conditions = [unmerged('i'), ...since(filter, 'i')];
  for (const field of INCIDENT_FIELDS) {
    if (field === except) continue;
    conditions.push(...fieldConditions(expressions[field], filter.fields[field], values));
  }
  if (filter.about !== undefined) conditions.push(isAbout('i', filter.about, values));
  const { from, to } = filter;
  if (from !== undefined && to !== undefined && from >= to) conditions.push('false');
  if (to !== undefined) conditions.push(`i.opened_at < ${literal(to)}`);
  for (const word of wordPatterns(filter.text)) {
    const pattern = values.add(word);
    conditions.push(`(i.title ILIKE ${pattern} OR i.root ->> 'name' ILIKE ${pattern})`);
  }
  return conditions;
}

function fieldConditions(expressions: readonly string[], list: readonly string[] | undefined, values: Values) {
  const { wanted, unwanted } = split(list);
  return [
    ...(wanted.length > 0 ? [isOneOf(expressions, wanted, values)] : []),
    ...(unwanted.length > 0 ? [`${isOneOf(expressions, unwanted, values)} IS NOT TRUE`] : []),
  ];
}

export function unmerged(row: string): string {
  return `${row}.merged_into IS NULL`;
}

/** Ends are no secret to whoever sees a part: these conditions hold of the whole. */
function since({ from }: IncidentFilter, row: string): readonly string[] {
  return from === undefined ? [] : [`(${row}.resolved_at IS NULL OR ${row}.resolved_at >= ${literal(from)})`];
}

function isOneOf(expressions: readonly string[], list: readonly string[], values: Values): string {
  const placeholder = values.add(textArray(list));
  return `(${expressions.map((expression) => `${expression} = ANY (${placeholder}::text[])`).join(' OR ')})`;
}
