/** The cookies that Tattle sets and reads. */
import type { IncomingHttpHeaders } from 'node:http';

/** What decides a cookie's name: cookies know no ports, and two Tattles on one machine must not sign each other out. */
export interface CookieSite {
  /** Reached by https alone. */
  readonly secure: boolean;
  readonly localPort: number | undefined;
}

export function sessionCookie(site: CookieSite): string {
  return nameOf('tattle_session', site);
}

export function signInCookie(site: CookieSite): string {
  return nameOf('tattle_sign_in', site);
}

/** `__Host-` binds a cookie to this very host and to TLS; over plain http browsers do not take it. */
function nameOf(name: string, { secure, localPort }: CookieSite): string {
  return secure ? `__Host-${name}` : `${name}_${localPort ?? 0}`;
}

/** `Lax` for the one that must come along when another site leads back. An age of 0 deletes it. */
export function setCookie(
  name: string,
  value: string,
  { secure }: CookieSite,
  { ageMs, sameSite }: { readonly ageMs: number; readonly sameSite: 'Strict' | 'Lax' },
): string {
  const age = Math.max(0, Math.floor(ageMs / 1000));
  return `${name}=${value}; Path=/; HttpOnly; SameSite=${sameSite}; Max-Age=${age}${secure ? '; Secure' : ''}`;
}

/** Every value under this name: a page of a neighbouring host may have added some. */
export function cookiesOf({ cookie = '' }: IncomingHttpHeaders, name: string): readonly string[] {
  return cookie
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
    .slice(0, 8);
}
