/** Views that a person named, kept in this browser. What is stored may be anything: it is read as if a stranger had written it. */

export interface SavedView {
  readonly name: string;
  /** As the address has it, without `?`. */
  readonly query: string;
}

export const MOST_VIEWS = 50;
export const LONGEST_NAME = 80;
const LONGEST_QUERY = 8_000;

/** What belongs to the moment, not to the view. */
const MOMENTARY = ['event', 'panel'];

export function readViews(text: string | null): readonly SavedView[] {
  const views = parsed(text);
  if (!Array.isArray(views)) return [];
  return views.flatMap(viewOf).slice(0, MOST_VIEWS);
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
}

function viewOf(found: unknown): readonly SavedView[] {
  if (typeof found !== 'object' || found === null) return [];
  const { name, query } = found as { readonly name?: unknown; readonly query?: unknown };
  if (typeof name !== 'string' || typeof query !== 'string' || query.length > LONGEST_QUERY) return [];
  const clean = cleanName(name);
  return clean === '' ? [] : [{ name: clean, query }];
}

function cleanName(name: string): string {
  return [...name.replaceAll(/\p{Cc}/gu, ' ').trim()].slice(0, LONGEST_NAME).join('');
}

type Saved = { readonly views: readonly SavedView[] } | { readonly refused: string };

/** One of the same name is replaced. */
export function withView(views: readonly SavedView[], name: string, query: URLSearchParams): Saved {
  const view = { name: cleanName(name), query: viewQuery(query) };
  if (view.name === '') return { refused: 'Give it a name.' };
  if (view.query.length > LONGEST_QUERY) return { refused: 'This filter is too long to be kept.' };
  const rest = views.filter((other) => other.name !== view.name);
  if (rest.length >= MOST_VIEWS) return { refused: `${MOST_VIEWS} views are kept at the most. Remove one first.` };
  return { views: [...rest, view] };
}

export function renamed(views: readonly SavedView[], from: string, to: string): Saved {
  const name = cleanName(to);
  if (name === '') return { refused: 'Give it a name.' };
  if (name !== from && views.some((view) => view.name === name)) return { refused: 'Another view has this name.' };
  return { views: views.map((view) => (view.name === from ? { ...view, name } : view)) };
}

export function withoutView(views: readonly SavedView[], name: string): readonly SavedView[] {
  return views.filter((view) => view.name !== name);
}

export function viewQuery(query: URLSearchParams): string {
  const kept = new URLSearchParams(query);
  for (const name of MOMENTARY) kept.delete(name);
  return kept.toString();
}
