/** A filter's two halves: what dimensions decide (a few rows, resolved first) and what only the event's own row can say. */
import { isNothing } from '../kit/scope.ts';
import type { EventFilter, FacetField, FilterField, ObjectName } from '../model/query.ts';
import { FACET_FIELDS } from '../model/query.ts';
import type { Queryable } from './connections.ts';
import { VIEWS } from './dims.ts';
import type { View } from './dims.ts';
import { identityKey } from './identity.ts';
import { wordPatterns } from './like.ts';
import { asksForNamespace, withinScope } from './scope-sql.ts';
import { plainArray, storable, textArray } from './text.ts';
import { Values } from './values.ts';
import { printText } from './write-events.ts';

/** Half-open, milliseconds. `to` is null for a range that is open to now. */
export interface TimeRange {
  readonly from: number | null;
  readonly to: number | null;
}

/** What the rows of `events` (as e) with their dimensions (as d) must hold, beyond the dimensions. */
export interface RowConditions {
  readonly any: boolean;
  /** Set where an index leads to the rows: the condition that uses it. */
  readonly indexed: ((values: Values) => string) | null;
  sql(values: Values): string;
}

const DIMS_COLUMNS: Readonly<Record<FacetField, string>> = {
  cluster: 'c.uid',
  namespace: 'd.namespace',
  kind: 'd.kind',
  reason: 'd.reason',
  type: 'd.type',
  category: 'd.category',
  severity: 'd.severity',
  source: 'd.component',
};

/** Of dimensions (as d) with their cluster (as c). */
export const EVENT_PLACE = { clusterUid: 'c.uid', clusterName: 'c.name', namespaces: ['d.namespace'] } as const;

export function timeRange(filter: EventFilter): TimeRange {
  return { from: filter.from ?? null, to: filter.to ?? null };
}

/** The smallest view whose rows can tell these fields apart. */
export function viewFor(fields: Iterable<FacetField>): View {
  const asked = new Set(fields);
  if (!asked.has('namespace')) return VIEWS.wide;
  asked.delete('namespace');
  asked.delete('cluster');
  return asked.size === 0 ? VIEWS.place : VIEWS.full;
}

/** Dimension fields that the filter or its scope restricts; the scope is never ignored. */
export function restrictedFields(filter: EventFilter, except?: FacetField): readonly FacetField[] {
  const own = FACET_FIELDS.filter((field) => field !== except && (filter.fields[field]?.length ?? 0) > 0);
  return asksForNamespace(filter.scope) ? [...own, 'namespace'] : own;
}

/**
 * Numbers of the dimensions of a view that the filter allows; null when it allows all.
 * `except` is a field whose own filter is ignored.
 */
export async function allowedDims(
  queryable: Queryable,
  filter: EventFilter,
  view: View = VIEWS.full,
  except?: FacetField,
): Promise<readonly number[] | null> {
  if (isNothing(filter.scope ?? 'everything')) return [];
  const values = new Values();
  const conditions = dimsConditions(filter, values, except);
  if (conditions.length === 0) return null;
  const rows = await queryable.query<{ id: number }>(
    `SELECT d.id FROM event_dims d JOIN clusters c ON c.id = d.cluster_id WHERE d.view = ${String(view)} AND ${conditions.join(' AND ')}`,
    values.list,
  );
  return rows.map((row) => row.id);
}

/** What dimensions (as d, of a cluster as c) must hold. */
export function dimsConditions(filter: EventFilter, values: Values, except?: FacetField): readonly string[] {
  const conditions: string[] = [];
  for (const field of FACET_FIELDS) {
    if (field === except) continue;
    const { wanted, unwanted } = split(filter.fields[field]);
    const column = DIMS_COLUMNS[field];
    // A cluster is found by its uid or by the name that people know.
    const matches = (list: readonly string[]) => {
      const placeholder = values.add(textArray(list));
      return field === 'cluster'
        ? `(c.uid = ANY (${placeholder}::text[]) OR c.name = ANY (${placeholder}::text[]))`
        : `${column} = ANY (${placeholder}::text[])`;
    };
    if (wanted.length > 0) conditions.push(matches(wanted));
    if (unwanted.length > 0) conditions.push(`NOT ${matches(unwanted)}`);
  }
  const covered = withinScope(filter.scope, EVENT_PLACE, values);
  return covered === null ? conditions : [...conditions, covered];
}

export function rowConditions(filter: EventFilter): RowConditions {
  const parts: ((values: Values) => string)[] = [];
  let indexed: ((values: Values) => string) | null = null;
  for (const field of ['uid', 'incident', 'name', 'fingerprint', 'node'] as const) {
    const { wanted, unwanted } = split(filter.fields[field]);
    const test = ROW_TESTS[field];
    if (wanted.length > 0) {
      parts.push((values) => test(wanted, values));
      const index = INDEXED[field];
      if (index !== undefined) indexed ??= (values) => index(wanted, values);
    }
    if (unwanted.length > 0) parts.push((values) => `(${test(unwanted, values)}) IS NOT TRUE`);
  }
  const labels = filter.labels ?? {};
  if (Object.keys(labels).length > 0) {
    const clean = Object.fromEntries(Object.entries(labels).map(([key, value]) => [storable(key), storable(value)]));
    parts.push((values) => `e.labels @> ${values.add(JSON.stringify(clean))}::jsonb`);
  }
  const { ownedBy } = filter;
  if (ownedBy !== undefined) parts.push((values) => isOwned(ownedBy, values));
  for (const word of wordPatterns(filter.text)) {
    parts.push((values) => {
      const pattern = values.add(word);
      return `(e.message ILIKE ${pattern} OR d.reason ILIKE ${pattern} OR e.name ILIKE ${pattern})`;
    });
  }
  return {
    any: parts.length > 0,
    indexed,
    sql: (values) => (parts.length === 0 ? 'true' : parts.map((part) => part(values)).join(' AND ')),
  };
}

/** By what `events.root` begins with, whatever the owner's uid. An event about the owner itself may say of it what it does not know. */
function isOwned(owner: ObjectName, values: Values): string {
  const [kind, namespace, name] = [owner.kind, owner.namespace, owner.name].map(storable);
  const beginning = `${JSON.stringify([kind, namespace, name]).slice(0, -1)},`;
  const itself = `(d.kind, d.namespace, e.name) = (${[kind, namespace, name].map((part) => values.add(part)).join(', ')})`;
  return `starts_with(e.root, ${values.add(beginning)}) AND NOT ${itself}`;
}

/** An index that leads to more rows than this helps less than reading the newest first. */
const INDEXED_LIMIT = 20_000;

/** The events that an index leads to; null where there is none, or it leads to too many. */
export async function indexedEvents(queryable: Queryable, rows: RowConditions): Promise<readonly number[] | null> {
  if (rows.indexed === null) return null;
  const values = new Values();
  const found = await queryable.query<{ id: number }>(
    `SELECT e.id FROM events e WHERE ${rows.indexed(values)} LIMIT ${String(INDEXED_LIMIT + 1)}`,
    values.list,
  );
  return found.length > INDEXED_LIMIT ? null : found.map((row) => row.id);
}

type RowField = Exclude<FilterField, FacetField>;

const ROW_TESTS: Readonly<Record<RowField, (wanted: readonly string[], values: Values) => string>> = {
  name: (wanted, values) => `e.name = ANY (${values.add(textArray(wanted))}::text[])`,
  node: (wanted, values) => `COALESCE(e.node, '') = ANY (${values.add(textArray(wanted))}::text[])`,
  incident: (wanted, values) => `e.incident_no IN (${incidentNumbers(wanted, values)})`,
  fingerprint: (wanted, values) => `e.fingerprint = ANY (${values.add(textArray(wanted.map(printText)))}::bytea[])`,
  uid: (wanted, values) =>
    `(e.uid = ANY (${values.add(plainArray(wanted.map(identityKey)))}::uuid[]) AND COALESCE(e.uid_text, e.uid::text) = ANY (${values.add(textArray(wanted))}::text[]))`,
};

const INDEXED: Partial<Record<RowField, (wanted: readonly string[], values: Values) => string>> = {
  uid: (wanted, values) =>
    `e.id IN (SELECT event_id FROM event_identity WHERE key = ANY (${values.add(plainArray(wanted.map(identityKey)))}::uuid[]))`,
  incident: (wanted, values) => `e.incident_no IN (${incidentNumbers(wanted, values)})`,
  name: (wanted, values) =>
    `hashtext(e.name) IN (SELECT hashtext(n) FROM unnest(${values.add(textArray(wanted))}::text[]) n)`,
};

/** A SELECT of the numbers that events know these incidents by. */
export function incidentNumbers(wanted: readonly string[], values: Values): string {
  // What was merged into an incident belongs to it, however often it was passed on.
  return `SELECT no FROM incident_numbers WHERE md5(id) IN (
    WITH RECURSIVE own (id) AS (SELECT unnest(${values.add(textArray(wanted))}::text[])
      UNION SELECT m.id FROM incidents m JOIN own ON m.merged_into = own.id) SELECT md5(id) FROM own)`;
}

/** A leading `!` negates a value. */
export function split(list: readonly string[] | undefined): { wanted: string[]; unwanted: string[] } {
  const wanted: string[] = [];
  const unwanted: string[] = [];
  for (const value of list ?? []) {
    if (value.startsWith('!')) unwanted.push(storable(value.slice(1)));
    else wanted.push(storable(value));
  }
  return { wanted, unwanted };
}
