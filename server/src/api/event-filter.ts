/** From query parameters to a question to the history. */
import { CATEGORIES, SEVERITIES } from '../model/cluster-event.ts';
import { FILTER_FIELDS, type EventFilter, type FilterField } from '../model/query.ts';
import { notAmong, orderedRange, type Parameters } from './parameters.ts';
import { badParameter } from './problem.ts';
import { parseSearchText } from './search-text.ts';

/** The parameters that `readEventFilter` takes. */
export const EVENT_FILTER_PARAMETERS: readonly string[] = [...FILTER_FIELDS, 'from', 'to', 'q', 'label'];

/** A field with a closed set of values: a misspelt one would silently match nothing. */
const CLOSED: Partial<Record<FilterField, readonly string[]>> = { category: CATEGORIES, severity: SEVERITIES };

/** Throws `RequestProblem` where a value makes no sense. */
export function readEventFilter(parameters: Parameters, now: number): EventFilter {
  const search = parseSearchText(parameters.one('q') ?? '');
  const fields: Partial<Record<FilterField, string[]>> = {};
  for (const field of FILTER_FIELDS) {
    const values = parameters.all(field);
    if (values.length > 0) fields[field] = values.map((value) => checked(field, value));
  }
  for (const { field, value } of search.terms) (fields[field] ??= []).push(checked(field, value));
  const labels = readLabels([...parameters.all('label'), ...search.labels]);
  return {
    ...orderedRange(parameters.time('from', now), parameters.time('to', now)),
    fields,
    ...(labels === undefined ? {} : { labels }),
    ...(search.words === '' ? {} : { text: search.words }),
  };
}

function checked(field: FilterField, value: string): string {
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
