/** Which filter hides everything: counts of a field ignore that field's own filter, so they say what would be there without it. */
import type { WireFacets } from '@tattle/contract';
import type { Term } from '../../filter/term.ts';

export interface Hiding {
  readonly field: string;
  /** Events that there would be without this field's filter. */
  readonly events: number;
}

/** Of the fields that are filtered by those whose filter alone hides something, the one that hides most first. */
export function hidingFields(terms: readonly Term[], { facets }: WireFacets): readonly Hiding[] {
  const filtered = new Set(terms.map(({ field }) => field));
  return facets
    .filter(({ field }) => filtered.has(field))
    .map(({ field, values }) => ({ field, events: values.reduce((sum, { events }) => sum + events, 0) }))
    .filter(({ events }) => events > 0)
    .sort((a, b) => b.events - a.events);
}
