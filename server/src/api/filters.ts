/** From query parameters to questions to the history. */
import type { endpoints, QueryOf } from '@tattle/contract';
import type { Scope } from '../model/access.ts';
import { CATEGORIES, SEVERITIES } from '../model/cluster-event.ts';
import {
  type EventFilter,
  FILTER_FIELDS,
  type FilterField,
  INCIDENT_FIELDS,
  type IncidentField,
  type IncidentFilter,
} from '../model/query.ts';
import { readRange } from './moments.ts';
import { badParameter } from './problem.ts';
import { notAmong } from './query.ts';
import { parseSearchText } from './search-text.ts';

type EventQuery = Omit<QueryOf<typeof endpoints.listEvents>, 'limit' | 'cursor'>;
type IncidentQuery = Omit<QueryOf<typeof endpoints.listIncidents>, 'limit' | 'cursor' | 'view'>;

/** Fields with a closed set of values: a misspelt one would silently match nothing. */
const CLOSED: Readonly<Record<string, readonly string[]>> = {
  category: CATEGORIES,
  severity: SEVERITIES,
  state: ['open', 'acknowledged', 'resolved', 'regressed'],
};

/** Throws `RequestProblem` where a value makes no sense. */
export function eventFilterOf(query: EventQuery, scope: Scope, now: number): EventFilter {
  const { fields, words, labels } = readFields<FilterField>(query, FILTER_FIELDS);
  const pairs = readLabels([...query.label, ...labels]);
  return {
    ...readRange(query, now),
    fields,
    ...(pairs === undefined ? {} : { labels: pairs }),
    ...(words === '' ? {} : { text: words }),
    ...scoped(scope),
  };
}

/** Throws `RequestProblem` where a value makes no sense. */
export function incidentFilterOf(query: IncidentQuery, scope: Scope, now: number): IncidentFilter {
  const { fields, words } = readFields<IncidentField>(query, INCIDENT_FIELDS);
  return { ...readRange(query, now), fields, ...(words === '' ? {} : { text: words }), ...scoped(scope) };
}

/** Left out where everything may be seen: the store then has shorter ways. */
export function pageOf({ limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined }) {
  return { limit, ...(cursor === undefined ? {} : { cursor }) };
}

export function scoped(scope: Scope): { readonly scope?: Scope } {
  return scope === 'everything' ? {} : { scope };
}

function readFields<Field extends string>(
  query: Partial<Record<Field, readonly string[]>> & { readonly q?: string | undefined },
  known: readonly Field[],
) {
  const search = parseSearchText(query.q ?? '', known);
  const [misspelt] = search.misspelt;
  if (misspelt !== undefined) {
    const { name, meant } = misspelt;
    throw badParameter(
      'q',
      `has no field ${name}`,
      `Did you mean ${meant}:? To look for the words, quote them: "${name}:…".`,
    );
  }
  const fields: Partial<Record<Field, string[]>> = {};
  for (const field of known) {
    const values = query[field] ?? [];
    if (values.length > 0) fields[field] = [...values];
  }
  for (const { field, value } of search.terms) (fields[field] ??= []).push(checked(field, value));
  return { fields, words: search.words, labels: search.labels };
}

function checked(field: string, value: string): string {
  const choices = CLOSED[field];
  const bare = value.startsWith('!') ? value.slice(1) : value;
  if (choices !== undefined && !choices.includes(bare)) throw notAmong(field, bare, choices);
  return value;
}

function readLabels(pairs: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (pairs.length === 0) return undefined;
  const labels = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const key = pair.slice(0, Math.max(0, equals));
    if (key === '' || key.startsWith('!')) {
      throw badParameter('label', 'is no key=value pair', 'Write label=app=shop; labels cannot be negated.');
    }
    const value = pair.slice(equals + 1);
    if ((labels.get(key) ?? value) !== value) {
      throw badParameter('label', 'asks for two values of one label', 'Give each label once: nothing holds both.');
    }
    labels.set(key, value);
  }
  return Object.fromEntries(labels);
}
