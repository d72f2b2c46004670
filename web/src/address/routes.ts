/** Which page is at which path. */
import type { Component } from 'svelte';

/** What a pattern's `:name` parts are; pages take them as properties. */
export type PathParts = Readonly<Record<string, string>>;

/** Those without parts in their path take no properties. */
interface PageModule {
  readonly default: Component<PathParts> | Component<Record<string, never>>;
}

export interface Route {
  /** Such as `/incidents/:id`. */
  readonly pattern: string;
  readonly load: () => Promise<PageModule>;
}

export function matchRoute(routes: readonly Route[], path: string): { route: Route; parts: PathParts } | null {
  for (const route of routes) {
    const parts = matchPattern(route.pattern, path);
    if (parts !== null) return { route, parts };
  }
  return null;
}

/** Null where it does not match, or where a part cannot be decoded. */
export function matchPattern(pattern: string, path: string): PathParts | null {
  const wanted = segments(pattern);
  const given = segments(path);
  if (wanted.length !== given.length) return null;
  const parts: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const part = decoded(given[index] ?? '');
    if (part === null) return null;
    if (segment.startsWith(':')) parts[segment.slice(1)] = part;
    else if (segment !== part) return null;
  }
  return parts;
}

function segments(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
