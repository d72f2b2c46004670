/** Who may use the API: whoever holds the token of this process, or came by its one-time link. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../model/ports.ts';
import { hostAllowed, isLoopback } from './hosts.ts';

const SESSION_MS = 7 * 86_400_000;

export interface AccessOptions {
  /** The address or name that the server listens on. */
  readonly host: string;
  /** Where people reach it, when something stands in front of it; an https one makes the cookie Secure. */
  readonly publicUrl?: string;
  readonly allowedHosts?: readonly string[];
  /** A token that outlives the process, beside its own. */
  readonly lastingToken?: string;
  readonly clock: Clock;
}

/** Named in the audit trail. */
export type Actor = 'token' | 'session';

/** What of a request decides about it. */
interface Credentials {
  readonly headers: IncomingHttpHeaders;
  readonly localPort: number | undefined;
}

export interface Access {
  /** This process's own token: a Bearer token as long as it lives, and once as `/?token=`. 256 random bits. */
  readonly token: string;
  /** Bound to this machine only. */
  readonly loopback: boolean;
  hostAllowed(header: string | undefined): boolean;
  /** Null where nothing, or nothing right, was shown. */
  identify(request: Credentials): Actor | null;
  /** Whether a request that changes something comes from another site than ours. */
  crossSite(headers: IncomingHttpHeaders, actor: Actor | null): boolean;
  /** The Set-Cookie line of a new session, or null where the link is wrong or was used before. */
  redeem(token: string, localPort: number | undefined): string | null;
}

export function createAccess(options: AccessOptions): Access {
  const { clock, publicUrl } = options;
  const token = randomBytes(32).toString('base64url');
  const bearers = [token, ...(options.lastingToken === undefined ? [] : [options.lastingToken])].map(digest);
  const secure = publicUrl?.startsWith('https:') === true;
  const loopback = isLoopback(options.host);
  const publicHost = publicUrl === undefined ? [] : [new URL(publicUrl).hostname];
  const hostRules = { loopback, allowedHosts: [...publicHost, ...(options.allowedHosts ?? [])].map(lowerCase) };
  let linkUsed = false;
  let session: { readonly digest: Buffer; readonly expiresAt: number } | null = null;

  return {
    token,
    loopback,
    hostAllowed: (header) => hostAllowed(header, hostRules),
    identify({ headers, localPort }) {
      const bearer = /^Bearer +([\w.~+/=-]{1,512})$/i.exec(headers.authorization ?? '')?.[1];
      if (bearer !== undefined) return bearers.some((known) => matches(bearer, known)) ? 'token' : null;
      if (session === null || clock.now() >= session.expiresAt) return null;
      const { digest: known } = session;
      return cookies(headers.cookie, cookieName(secure, localPort)).some((cookie) => matches(cookie, known))
        ? 'session'
        : null;
    },
    crossSite(headers, actor) {
      const site = headers['sec-fetch-site'];
      if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
      if (headers.origin !== undefined) return !sameOrigin(headers.origin, headers.host, publicUrl);
      // Every browser sends one of the two with a write; a cookie without either was not sent by our page.
      return actor === 'session' && site === undefined;
    },
    redeem(shown, localPort) {
      if (linkUsed || !matches(shown, digest(token))) return null;
      linkUsed = true;
      const id = randomBytes(32).toString('base64url');
      session = { digest: digest(id), expiresAt: clock.now() + SESSION_MS };
      const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${SESSION_MS / 1000}${secure ? '; Secure' : ''}`;
      return `${cookieName(secure, localPort)}=${id}; ${attributes}`;
    },
  };
}

/** Cookies know no ports: without it in the name, two Tattles on one machine would sign each other out. */
function cookieName(secure: boolean, localPort: number | undefined): string {
  return secure ? '__Host-tattle_session' : `tattle_session_${localPort ?? 0}`;
}

function cookies(header: string | undefined, name: string): readonly string[] {
  return (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

function sameOrigin(origin: string, host: string | undefined, publicUrl: string | undefined): boolean {
  if (publicUrl !== undefined && origin === new URL(publicUrl).origin) return true;
  return host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}

/** Digests are of one length, so that comparing takes the same time whatever was shown. */
function matches(shown: string, known: Buffer): boolean {
  return timingSafeEqual(digest(shown), known);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}
