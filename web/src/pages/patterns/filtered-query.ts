/** The query that finds what is counted: the filter of the page and what a row is about, also where that is an empty value. */
import type { EventQuery } from '../../filter/terms.ts';

/** What `about` says stands in place of what the filter says of the same field. */
export function filteredQuery(filter: EventQuery, about: Readonly<Record<string, string>> = {}): URLSearchParams {
  const query = new URLSearchParams();
  const said: Readonly<Record<string, string | readonly string[] | undefined>> = { ...filter, ...about };
  for (const [name, value = []] of Object.entries(said)) {
    // An empty namespace is that of cluster-wide objects: it is kept.
    for (const each of typeof value === 'string' ? [value] : value) query.append(name, each);
  }
  return query;
}
