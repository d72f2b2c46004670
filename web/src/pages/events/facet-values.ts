/** The values of a facet as they are listed. */
import type { WireFacets } from '@tattle/contract';
import { SEVERITIES } from '../../design/severities.ts';
import type { Term } from '../../filter/term.ts';

export interface FacetValue {
  readonly value: string;
  readonly events: number;
  readonly state: 'chosen' | 'excluded' | 'free';
}

type Counted = Readonly<WireFacets['facets'][number]['values']>;

/** The chosen first, then the left out, then the most frequent; severities stay in their order. What is filtered by is there, however rare. */
export function facetValues(field: string, counted: Counted, terms: readonly Term[]): readonly FacetValue[] {
  const own = terms.filter((term) => term.field === field);
  const counts = new Map(counted.map(({ value, events }) => [value, events]));
  const all = [...new Set([...own.map(({ value }) => value), ...counts.keys()])];
  const values = all.map((value) => ({ value, events: counts.get(value) ?? 0, state: stateOf(value, own) }));
  if (field === 'severity') return values.sort((a, b) => rank(a.value) - rank(b.value));
  return values.sort((a, b) => ORDER[a.state] - ORDER[b.state] || b.events - a.events || compare(a.value, b.value));
}

const ORDER = { chosen: 0, excluded: 1, free: 2 } as const;

function stateOf(value: string, own: readonly Term[]): FacetValue['state'] {
  const term = own.find((each) => each.value === value);
  if (term === undefined) return 'free';
  return term.negated ? 'excluded' : 'chosen';
}

function rank(severity: string): number {
  return SEVERITIES.findIndex((each) => each === severity);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** Those that hold what is typed, whatever their case. */
export function matching(values: readonly FacetValue[], typed: string, words: (value: string) => string) {
  const wanted = typed.trim().toLowerCase();
  return wanted === '' ? values : values.filter(({ value }) => words(value).toLowerCase().includes(wanted));
}
