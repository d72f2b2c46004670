/** Links to pages, relative to `<base>`. */

/** A value that is null or empty is left out; a list becomes a repeated parameter. */
export type QueryChange = Readonly<Record<string, string | readonly string[] | null>>;

/** A copy with what is named replaced. */
export function changed(query: URLSearchParams, change: QueryChange): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [key, value] of Object.entries(change)) {
    next.delete(key);
    for (const each of value === null ? [] : typeof value === 'string' ? [value] : value) {
      if (each !== '') next.append(key, each);
    }
  }
  return next;
}

/** A link to a page: `linkTo('/events', { kind: 'Pod' })`. */
export function linkTo(path: string, query: URLSearchParams | QueryChange = {}): string {
  const text = (query instanceof URLSearchParams ? query : changed(new URLSearchParams(), query)).toString();
  const below = path.replace(/^\/+/, '');
  // An empty path would mean the present page.
  return `${below === '' ? './' : below}${text === '' ? '' : `?${text}`}`;
}
