/** Who the caller is, signing in and out, tokens, and the audit trail. */
import { endpoints, type WireSession } from '@tattle/contract';
import type { Grant } from '../../model/access.ts';
import type { Identity } from '../access/access.ts';
import { makeToken } from '../access/bearer.ts';
import { pageOf } from '../filters.ts';
import { readRange } from '../moments.ts';
import type { ApiPorts } from '../ports.ts';
import { notFound, RequestProblem } from '../problem.ts';
import type { Routes } from '../registry.ts';
import { wireAuditEntry, wireGrants, wireToken } from '../wire.ts';

const DAY_MS = 86_400_000;

export function sessionRoutes(routes: Routes, { access }: Pick<ApiPorts, 'access'>): void {
  routes.add(endpoints.getSession, async ({ request }) => sessionOf(request.identity));

  routes.add(endpoints.openSession, async ({ request, reply }) => {
    const { identity } = request;
    if (identity === null || identity.cookie !== null) throw signedInAlready();
    if (identity.sessionless === true) throw shownEachTime();
    reply.header('set-cookie', await access.signIn(identity, request.socket.localPort));
    return { ...sessionOf(identity), cookie: true };
  });

  routes.add(endpoints.closeSession, async ({ request, reply }) => {
    const cookie = request.identity?.cookie ?? null;
    if (cookie === null) throw noCookie();
    reply.header('set-cookie', await access.signOut(cookie, request.socket.localPort));
    return {};
  });
}

type TokenPorts = Pick<ApiPorts, 'accessStore' | 'clock'> & { readonly forgetToken: (id: string) => void };

export function tokenRoutes(routes: Routes, { accessStore, clock, forgetToken }: TokenPorts): void {
  routes.add(endpoints.listTokens, async () => ({ items: (await accessStore.tokens()).map(wireToken) }));

  routes.add(endpoints.createToken, async ({ body: { name, grants, expiresInDays }, principal }) => {
    const createdAt = clock.now();
    const { secret, record } = makeToken({
      name,
      // The contract's shape is the model's.
      grants: grants satisfies readonly Grant[],
      createdBy: principal.id,
      createdAt,
      expiresAt: expiresInDays === undefined ? null : createdAt + expiresInDays * DAY_MS,
    });
    await accessStore.addToken(record);
    return { token: wireToken(record), secret };
  });

  routes.add(endpoints.revokeToken, async ({ params: { id }, principal }) => {
    const known = id.includes('\0') ? null : await accessStore.token(id);
    if (known === null) throw notFound('No token has this id.', 'GET /api/v1/tokens lists them.');
    await accessStore.revokeToken(id, principal.id, clock.now());
    forgetToken(id);
    return wireToken((await accessStore.token(id)) ?? known);
  });
}

export function auditRoutes(routes: Routes, { audit, clock }: Pick<ApiPorts, 'audit' | 'clock'>): void {
  routes.add(endpoints.listAudit, async ({ query }) => {
    const { actor, action, target } = query;
    const page = await audit.entries({
      ...readRange(query, clock.now()),
      ...(actor.length === 0 ? {} : { actors: actor }),
      ...(action.length === 0 ? {} : { actions: action }),
      ...(target.length === 0 ? {} : { targets: target }),
      ...pageOf(query),
    });
    return { items: page.items.map(wireAuditEntry), nextCursor: page.nextCursor, partial: false };
  });

  routes.add(endpoints.verifyAudit, async () => {
    const verdict = await audit.verify();
    return { whole: verdict.brokenAt === null, ...verdict };
  });
}

function sessionOf(identity: Identity | null): WireSession {
  if (identity === null) throw new Error('the guard lets nobody in without an identity');
  const { id, name, grants } = identity.principal;
  return { id, name, grants: wireGrants(grants), cookie: identity.cookie !== null };
}

function signedInAlready(): RequestProblem {
  return new RequestProblem({
    status: 409,
    title: 'Signed in already',
    detail: 'A session is made from a Bearer token; this request came with a session.',
    hint: 'DELETE /api/v1/session first, then send the token.',
  });
}

function shownEachTime(): RequestProblem {
  return new RequestProblem({
    status: 409,
    title: 'Not for this token',
    detail: 'What a token of a cluster may do is asked of the cluster each time.',
    hint: 'Send it with every request; it needs no session.',
  });
}

function noCookie(): RequestProblem {
  return new RequestProblem({
    status: 409,
    title: 'Nothing to sign out',
    detail: 'This request came with a Bearer token, not with a session.',
    hint: 'Throw the token away, or have an admin revoke it: DELETE /api/v1/tokens/ID.',
  });
}
