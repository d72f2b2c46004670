/** The one page of the web UI: answered under every path that is a page, with the way from there up to the root in it. */
import { createHash } from 'node:crypto';

/** With or without the slash that some write before the end. */
const BASE = /<base href="\.\/" ?\/?>/;

/** Longer than any page's path, shorter than what makes the way up an answer of its own weight. */
const LONGEST_PATH = 2048;

/** What begins so is asked for by programs, or by the page for its parts: an answer of HTML would only hide that nothing is there. */
const NO_PAGES: readonly string[] = ['api', 'auth', 'assets', 'healthz', 'readyz', 'metrics'];

export interface Shell {
  readonly before: string;
  readonly after: string;
  /** Of the page as it was built. */
  readonly digest: string;
}

/** Null where the page does not hold its `<base href="./">` exactly once. */
export function shellOf(index: string): Shell | null {
  const [before, after, ...more] = index.split(BASE);
  if (before === undefined || after === undefined || more.length > 0) return null;
  return { before, after, digest: createHash('sha256').update(index).digest('base64url').slice(0, 22) };
}

/** `url` is the request's, as the server saw it. */
export function shellAt(
  { before, after, digest }: Shell,
  url: string,
): { readonly html: string; readonly etag: string } {
  const up = wayUp(url);
  return { html: `${before}<base href="${up}">${after}`, etag: `"${digest}-${up.length}"` };
}

/**
 * Relative, so that it holds under any prefix that a proxy takes away: `./` from `/`, `../` from `/incidents/x`. Browsers count
 * every slash, also one behind another one, and none that is encoded.
 */
export function wayUp(url: string): string {
  const slashes = pathOf(url).split('/').length - 1;
  return slashes <= 1 ? './' : '../'.repeat(slashes - 1);
}

/** `path`: decoded. */
export function isPage(path: string): boolean {
  const first = path.split(/[/\\]/).find((segment) => segment !== '');
  return path.length <= LONGEST_PATH && (first === undefined || !NO_PAGES.includes(first));
}

/** Without the query, and without the origin that a request may name. */
function pathOf(url: string): string {
  return /^(?:https?:\/\/[^/?#]*)?([^?#]*)/i.exec(url)?.[1] ?? '/';
}
