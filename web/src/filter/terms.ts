/** The filter of a list, as its address holds it: the API's own parameters. All changes answer the query that the address shall have. */
import type { Query } from '../api/types.ts';
import type { Term } from './term.ts';
import { readValue, tokensOf, withoutTokens } from './search-text.ts';

/** What events can be filtered by, beside `q`, `from` and `to`. */
export const EVENT_FIELDS = [
  'cluster',
  'namespace',
  'kind',
  'name',
  'reason',
  'type',
  'category',
  'severity',
  'source',
  'node',
  'incident',
  'fingerprint',
  'uid',
  'label',
] as const;

export type EventQuery = Omit<Query<'listEvents'>, 'limit' | 'cursor'>;

/** What the API is asked with. What makes no sense is passed on: the API says what is wrong with it. */
export function eventQuery(query: URLSearchParams): EventQuery {
  const filter: Record<string, string | readonly string[]> = {};
  for (const field of EVENT_FIELDS) {
    const values = query.getAll(field);
    if (values.length > 0) filter[field] = values;
  }
  for (const name of ['q', 'from', 'to']) {
    const value = query.get(name) ?? '';
    if (value !== '') filter[name] = value;
  }
  return filter;
}

/** All terms, of the parameters and of `q`, each once. */
export function termsOf(query: URLSearchParams, fields: readonly string[] = EVENT_FIELDS): readonly Term[] {
  const found = new Map<string, Term>();
  const add = (term: Term) => found.set(keyOf(term), term);
  for (const field of fields) for (const value of query.getAll(field)) add(readValue(field, value));
  for (const { term } of tokensOf(query.get('q') ?? '', fields)) if (term !== null) add(term);
  return [...found.values()];
}

/** Free words of `q`, without their quotes. */
export function wordsOf(query: URLSearchParams, fields: readonly string[] = EVENT_FIELDS): readonly string[] {
  return tokensOf(query.get('q') ?? '', fields)
    .filter(({ term }) => term === null)
    .map(({ text }) => text.replaceAll('"', ''))
    .filter((word) => word.trim() !== '');
}

export function has(terms: readonly Term[], wanted: Term): boolean {
  return terms.some((term) => keyOf(term) === keyOf(wanted));
}

/** With the term and without its opposite; without it, where it was there. */
export function toggled(query: URLSearchParams, term: Term, fields: readonly string[] = EVENT_FIELDS): URLSearchParams {
  const rest = withoutWhere(query, fields, (other) => other.field === term.field && other.value === term.value);
  if (!has(termsOf(query, fields), term)) rest.append(term.field, `${term.negated ? '!' : ''}${term.value}`);
  return rest;
}

/** Without all that the query says of a field. */
export function withoutField(
  query: URLSearchParams,
  field: string,
  fields: readonly string[] = EVENT_FIELDS,
): URLSearchParams {
  return withoutWhere(query, fields, (term) => term.field === field);
}

/** Without any term or word; the range of time stays. */
export function cleared(query: URLSearchParams, fields: readonly string[] = EVENT_FIELDS): URLSearchParams {
  const rest = withoutWhere(query, fields, () => true);
  rest.delete('q');
  return rest;
}

export function withWords(query: URLSearchParams, q: string): URLSearchParams {
  const next = new URLSearchParams(query);
  const text = q.trim();
  if (text === '') next.delete('q');
  else next.set('q', text);
  return next;
}

function withoutWhere(
  query: URLSearchParams,
  fields: readonly string[],
  goes: (term: Term) => boolean,
): URLSearchParams {
  const next = new URLSearchParams();
  for (const [name, value] of query) {
    if (name === 'q') {
      const left = withoutTokens(value, fields, goes);
      if (left !== '') next.append(name, left);
    } else if (!fields.includes(name) || !goes(readValue(name, value))) next.append(name, value);
  }
  return next;
}

function keyOf({ field, value, negated }: Term): string {
  return `${field}\0${negated ? '!' : '='}${value}`;
}
