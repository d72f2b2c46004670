/** Everybody who may call the API, from nobody to an admin, and what the document promises each of them. */
import type { Grant, Role, Scope } from '../../model/access.ts';
import { isEnough, ROLES } from '../../model/access.ts';
import type { AccessStore } from '../../model/ports/access.ts';
import type { Access } from '../access/access.ts';
import { makeToken } from '../access/bearer.ts';
import type { DocumentedAccess } from './api-document.ts';

export interface Caller {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null where the credential is none, or not good. */
  readonly grant: { readonly role: Role; readonly reach: Reach } | null;
}

/** `watched`: all of every watched cluster, but not all that may come. */
export type Reach = 'everything' | 'watched' | 'part';

export interface CallerPorts {
  readonly access: Access;
  readonly store: AccessStore;
  readonly now: number;
  /** The port that cookies are named after. */
  readonly port: number;
}

/** A Bearer token that the store knows. */
export async function storedToken(
  store: AccessStore,
  grants: readonly Grant[],
  { now, expiresAt = null }: { readonly now: number; readonly expiresAt?: number | null },
): Promise<{ readonly id: string; readonly secret: string }> {
  const { secret, record } = makeToken({ name: 'of a test', grants, createdBy: 'test', createdAt: now, expiresAt });
  await store.addToken(record);
  return { id: record.id, secret };
}

/** `scopes`: those of the callers that may not see everything. */
export async function allCallers(
  { access, store, now, port }: CallerPorts,
  scopes: Readonly<Record<Exclude<Reach, 'everything'>, Scope>>,
): Promise<readonly Caller[]> {
  const admin: Grant = { role: 'admin', scope: 'everything' };
  const bearer = (name: string, secret: string, grant: Caller['grant'] = null): Caller => ({
    name,
    headers: { authorization: `Bearer ${secret}` },
    grant,
  });
  const expired = await storedToken(store, [admin], { now: now - 10, expiresAt: now - 1 });
  const revoked = await storedToken(store, [admin], { now });
  await store.revokeToken(revoked.id, 'test', now);
  const unknown = makeToken({ name: 'x', grants: [admin], createdBy: 'x', createdAt: now, expiresAt: null });
  const callers: Caller[] = [
    { name: 'nobody', headers: {}, grant: null },
    bearer('a wrong token', 'wrong-token-of-some-length'),
    bearer('a token that was never made', unknown.secret),
    bearer('an expired token', expired.secret),
    bearer('a revoked token', revoked.secret),
    { name: 'a token as a password', headers: { authorization: `Basic ${btoa('admin:admin')}` }, grant: null },
    { name: 'a made-up cookie', headers: cookieHeaders(port, 'x'.repeat(43)), grant: null },
  ];
  for (const role of ROLES) {
    for (const [reach, scope] of Object.entries({ everything: 'everything', ...scopes } satisfies Record<
      Reach,
      Scope
    >)) {
      const { secret } = await storedToken(store, [{ role, scope }], { now });
      callers.push(bearer(`${role} of ${reach}`, secret, { role, reach: reach as Reach }));
    }
  }
  const principal = { id: 'link', name: 'local', grants: [admin] };
  const line = await access.signIn({ principal, boundTo: null, expiresAt: null }, port);
  const cookie = /=([\w-]+);/.exec(line)?.[1] ?? '';
  callers.push({
    name: 'an admin by cookie',
    headers: { ...cookieHeaders(port, cookie), 'sec-fetch-site': 'same-origin' },
    grant: { role: 'admin', reach: 'everything' },
  });
  return callers;
}

function cookieHeaders(port: number, cookie: string): Record<string, string> {
  return { cookie: `tattle_session_${port}=${cookie}` };
}

/** What the document promises: 401, 403, or that one is let in. */
export function promised(access: DocumentedAccess, { grant }: Caller): 401 | 403 | 'in' {
  if (access === 'open') return 'in';
  // None of them can sign.
  if (access === 'signed' || grant === null) return 401;
  if (access === 'anyone') return 'in';
  if (!isEnough(grant.role, access.role as Role)) return 403;
  const enough: readonly Reach[] = {
    applied: ['everything', 'watched', 'part'],
    watched: ['everything', 'watched'],
    whole: ['everything'],
  }[access.scope] as Reach[];
  return enough.includes(grant.reach) ? 'in' : 403;
}
