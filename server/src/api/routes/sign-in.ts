/** Signing in with an OpenID Connect provider: the way there, and the way back. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { endpoints } from '@tattle/contract';
import { z } from 'zod';
import { cookiesOf, type CookieSite, setCookie, signInCookie } from '../access/cookies.ts';
import type { Refusal } from '../oidc/options.ts';
import { escaped, pageText } from '../page.ts';
import type { ApiPorts } from '../ports.ts';
import { readQuery } from '../query.ts';
import type { Routes } from '../registry.ts';

const LOGIN = '/auth/login';

export function signInRoutes(
  routes: Routes,
  server: FastifyInstance,
  { access, oidc, kubernetes, logger }: Pick<ApiPorts, 'access' | 'oidc' | 'kubernetes' | 'logger'>,
): void {
  routes.add(endpoints.getSignIn, async () => ({ oidc: oidc === null ? null : LOGIN, kubernetes }));
  if (oidc === null) return;
  const open = { config: { rule: 'open' as const }, exposeHeadRoute: false };
  const siteOf = (localPort: number | undefined): CookieSite => ({ secure: access.secure, localPort });

  server.get(LOGIN, open, async (request, reply) => {
    const { return: returnTo = '/' } = readQuery(request.url, { return: z.string().optional() });
    const beginning = await oidc.begin(returnTo);
    if (beginning.kind === 'refused') return refuse(reply, beginning);
    const site = siteOf(request.socket.localPort);
    // Lax: the provider leads back from another site.
    const options = { ageMs: beginning.maxAgeSeconds * 1000, sameSite: 'Lax' } as const;
    reply.header('set-cookie', setCookie(signInCookie(site), beginning.cookie, site, options));
    return reply.redirect(beginning.url, 302);
  });

  server.get('/auth/callback', open, async (request, reply) => {
    const site = siteOf(request.socket.localPort);
    const [cookie] = cookiesOf(request.headers, signInCookie(site));
    const end = await oidc.finish(request.url, cookie);
    if (end.kind === 'refused') {
      // The cookie stays: a link from anywhere to here must not end a sign-in that is under way, and one that failed may be reloaded.
      logger.warn({ reason: end.reason, requestId: request.id }, 'a sign-in was refused');
      return refuse(reply, end);
    }
    const used = setCookie(signInCookie(site), '', site, { ageMs: 0, sameSite: 'Lax' });
    // From the root, which is one up from here: what `begin` let pass holds no way further up, and no other origin.
    const { principal, expiresAt, returnTo } = end;
    const session = await access.signIn({ principal, boundTo: oidc.boundTo, expiresAt }, request.socket.localPort);
    return reply
      .header('set-cookie', [used, session])
      .type('text/html; charset=utf-8')
      .send(
        pageText({ title: `Signed in as ${principal.name}`, content: '<p>One moment.</p>', goOnTo: `..${returnTo}` }),
      );
  });
}

function refuse(reply: FastifyReply, { status, reason, mend }: Refusal): FastifyReply {
  const content = `<p>${escaped(reason)}</p>\n<p>${escaped(mend)}</p>\n<p><a href="./login">Try again</a></p>`;
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(pageText({ title: 'Not signed in', content }));
}
