/** Who may use the API: how a request's sender is known, by a Bearer token or by a session's cookie. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '../../model/access.ts';
import type { AccessStore } from '../../model/ports/access.ts';
import type { Clock } from '../../model/ports/process.ts';
import { type BearerCheck, bindingOf, type KnownToken, knownTokens, StoredTokens, type Vouched } from './bearer.ts';
import { cookiesOf, type CookieSite, sessionCookie, setCookie } from './cookies.ts';
import { digestOf, matches, randomSecret } from './digest.ts';
import { hostAllowed, isLoopback } from './hosts.ts';
import { Sessions } from './sessions.ts';

const LINK_SESSION_MS = 7 * 86_400_000;
/** Of a session made from something that does not say when it ends: longer than a shift. */
const SESSION_MS = 12 * 3_600_000;

export interface AccessOptions {
  /** The address or name that the server listens on. */
  readonly host: string;
  /** Where people reach it, when something stands in front of it; an https one makes cookies Secure. */
  readonly publicUrl?: string;
  readonly allowedHosts?: readonly string[];
  /** Tokens that configuration holds. */
  readonly tokens?: readonly KnownToken[];
  /** Asked, in this order, about a Bearer token that is none of Tattle's own. */
  readonly others?: readonly BearerCheck[];
  /** What sessions may be bound to beside Tattle's tokens: as long as it is named here, they are good. */
  readonly sessionsOf?: readonly string[];
  readonly store: AccessStore;
  readonly clock: Clock;
}

/** What of a request decides about it. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders;
  readonly localPort: number | undefined;
}

export interface Identity extends Vouched {
  /** The cookie that it was known by; null for a Bearer token. */
  readonly cookie: string | null;
}

export interface Access {
  /** This process's own token: a Bearer token as long as it lives, and once as `/?token=`. 256 random bits. */
  readonly token: string;
  /** Bound to this machine only, and known by no name under which something in front of it could be reached. */
  readonly loopback: boolean;
  readonly secure: boolean;
  readonly storedTokens: Pick<StoredTokens, 'forget'>;
  hostAllowed(header: string | undefined): boolean;
  /** Among Tattle's own tokens and sessions. Null where nothing, or nothing right, was shown. Rejects as the store does. */
  identify(request: Credentials): Promise<Identity | null>;
  /** Among the tokens that others vouch for, which costs more. Rejects with `IdentityUnavailable`. */
  identifyElsewhere(request: Credentials): Promise<Identity | null>;
  /** Whether a request that changes something comes from another site than ours. */
  crossSite(headers: IncomingHttpHeaders, identity: Identity | null): boolean;
  /** The Set-Cookie line of a new session, or null where the link is wrong or was used before. */
  redeem(token: string, localPort: number | undefined): Promise<string | null>;
  /** The Set-Cookie line of a new session of whoever was vouched for. */
  signIn(vouched: Vouched, localPort: number | undefined): Promise<string>;
  /** The Set-Cookie line that ends the session. */
  signOut(cookie: string, localPort: number | undefined): Promise<string>;
}

export const LOCAL: Principal = { id: 'link', name: 'local', grants: [{ role: 'admin', scope: 'everything' }] };

export function createAccess(options: AccessOptions): Access {
  const { clock, publicUrl, store, others = [], sessionsOf = [] } = options;
  const token = randomSecret();
  const secure = publicUrl?.startsWith('https:') === true;
  const loopback = isLoopback(options.host);
  const publicHost = publicUrl === undefined ? [] : [new URL(publicUrl).hostname];
  const hostRules = { loopback, allowedHosts: [...publicHost, ...(options.allowedHosts ?? [])].map(lowerCase) };
  const own = { principal: { ...LOCAL, id: 'process' }, digest: digestOf(token) };
  const storedTokens = new StoredTokens(store, clock);
  const known = [own, ...(options.tokens ?? [])];
  const checks = [knownTokens(known), storedTokens.check];
  const sessions = new Sessions(store, clock, async (boundTo, { principal }) => {
    if (boundTo.startsWith('token:')) return storedTokens.principal(boundTo.slice('token:'.length));
    const token = known.find((each) => bindingOf(each) === boundTo);
    if (token !== undefined) return token.principal;
    return sessionsOf.includes(boundTo) ? principal : null;
  });
  let linkUsed = false;

  const siteOf = (localPort: number | undefined): CookieSite => ({ secure, localPort });
  const openSession = async ({ principal, boundTo, expiresAt }: Vouched, ageMs: number, site: CookieSite) => {
    const end = expiresAt ?? clock.now() + ageMs;
    const cookie = await sessions.open(principal, boundTo, end);
    return setCookie(sessionCookie(site), cookie, site, { ageMs: end - clock.now(), sameSite: 'Strict' });
  };

  return {
    token,
    loopback: loopback && hostRules.allowedHosts.length === 0,
    secure,
    storedTokens,
    hostAllowed: (header) => hostAllowed(header, hostRules),
    async identify({ headers, localPort }) {
      // A wrong token is not made good by a cookie: who sends one means it.
      if (headers.authorization !== undefined) return firstOf(checks, bearerOf(headers));
      for (const cookie of cookiesOf(headers, sessionCookie(siteOf(localPort)))) {
        const principal = await sessions.principal(cookie);
        if (principal !== null) return { principal, boundTo: null, expiresAt: null, cookie };
      }
      return null;
    },
    identifyElsewhere: ({ headers }) => firstOf(others, bearerOf(headers)),
    crossSite(headers, identity) {
      const site = headers['sec-fetch-site'];
      if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
      if (headers.origin !== undefined) return !sameOrigin(headers.origin, headers.host, publicUrl);
      // Every browser sends one of the two with a write; a cookie without either was not sent by our page.
      return identity !== null && identity.cookie !== null && site === undefined;
    },
    async redeem(shown, localPort) {
      if (linkUsed || !matches(shown, own.digest)) return null;
      linkUsed = true;
      try {
        return await openSession(
          { principal: LOCAL, boundTo: null, expiresAt: null },
          LINK_SESSION_MS,
          siteOf(localPort),
        );
      } catch (error) {
        linkUsed = false;
        throw error;
      }
    },
    signIn: (vouched, localPort) => openSession(vouched, SESSION_MS, siteOf(localPort)),
    async signOut(cookie, localPort) {
      await sessions.close(cookie);
      const site = siteOf(localPort);
      return setCookie(sessionCookie(site), '', site, { ageMs: 0, sameSite: 'Strict' });
    },
  };
}

function bearerOf({ authorization = '' }: IncomingHttpHeaders): string | undefined {
  return /^Bearer +([\x21-\x7e]{1,16384})$/i.exec(authorization)?.[1];
}

async function firstOf(checks: readonly BearerCheck[], bearer: string | undefined): Promise<Identity | null> {
  if (bearer === undefined) return null;
  for (const check of checks) {
    const vouched = await check(bearer);
    if (vouched !== null) return { ...vouched, cookie: null };
  }
  return null;
}

function sameOrigin(origin: string, host: string | undefined, publicUrl: string | undefined): boolean {
  if (publicUrl !== undefined && origin === new URL(publicUrl).origin) return true;
  return host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}
