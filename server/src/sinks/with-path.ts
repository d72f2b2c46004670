/** The URL of an API whose path may be left out. */

/** With the product's path where the URL names a host alone. */
export function withPath(url: string, path: string): string {
  const parsed = new URL(url);
  if (parsed.pathname === '/') parsed.pathname = path;
  return parsed.href;
}
