/** Where a browser goes after signing in: only ever a page of this server. */

/** The cookie that carries it must stay below 4,096 bytes. */
const LONGEST = 2000;
/** Any base will do, as long as nobody owns it: a path stays on it, everything else leaves it. */
const HERE = 'http://here.invalid';

/** The path in its safe form, `/` for what is too long or would sign in again for ever; null where it leads elsewhere. */
export function returnPath(text: string): string | null {
  // Browsers read a backslash as a slash and skip tabs and line ends: neither belongs in a path that we made.
  if (!text.startsWith('/') || /[\p{Cc}\\]/u.test(text)) return null;
  const url = URL.parse(text, HERE);
  // `/.//evil` becomes `//evil` only once its dots are resolved.
  if (url === null || url.origin !== HERE || url.pathname.startsWith('//')) return null;
  const path = url.pathname + url.search + url.hash;
  return path.length > LONGEST || path.startsWith('/auth/') ? '/' : path;
}
