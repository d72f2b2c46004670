/** The page at `/`: what runs here and where the API is; also where the one-time link leads. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { pageText } from '../page.ts';
import type { ApiPorts } from '../ports.ts';
import { readQuery } from '../query.ts';

type FrontPagePorts = Pick<ApiPorts, 'access' | 'version' | 'oidc'>;

export function frontPageRoute(server: FastifyInstance, { access, version, oidc }: FrontPagePorts): void {
  const title = `Tattle ${version} is running`;
  server.get('/', { config: { rule: 'open' }, exposeHeadRoute: false }, async (request, reply) => {
    const { token } = readQuery(request.url, { token: z.string().optional() });
    reply.type('text/html; charset=utf-8');
    // A browser that loads pages ahead must not use the link up; nobody has opened it yet.
    const ahead = request.headers['sec-purpose'] !== undefined || request.headers.purpose !== undefined;
    const cookie = token === undefined || ahead ? null : await access.redeem(token, request.socket.localPort);
    if (cookie !== null) {
      return reply.header('set-cookie', cookie).send(pageText({ title, content: SIGNED_IN, goOnTo: '/' }));
    }
    if (request.identity !== null) return reply.send(pageText({ title, content: API }));
    const provider = oidc === null ? '' : '\n<p><a href="/auth/login">Sign in</a></p>';
    return reply.code(401).send(pageText({ title, content: `${token === undefined ? LOCKED : USED}${provider}` }));
  });
}

const SIGNED_IN = '<p>You are signed in. <a href="/">Go on.</a></p>';

const API = `<p>The API answers here:</p>
<ul>
<li><a href="/api/v1/docs">/api/v1/docs</a>: every path, what it takes and answers</li>
<li><a href="/api/v1/status">/api/v1/status</a>: watches, gaps, queue and counts</li>
<li><a href="/api/v1/events">/api/v1/events</a>: stored events, the most recent first</li>
<li><a href="/api/v1/events/facets">/api/v1/events/facets</a>: counts by field</li>
<li><a href="/api/v1/events/histogram">/api/v1/events/histogram</a>: occurrences over time</li>
<li><a href="/api/v1/incidents">/api/v1/incidents</a>: what is, or was, wrong</li>
<li><a href="/api/v1/deliveries">/api/v1/deliveries</a>: who was told</li>
<li><a href="/api/v1/namespaces">/api/v1/namespaces</a>: namespaces, and which are monitored</li>
<li><a href="/api/v1/config">/api/v1/config</a>: settings</li>
<li><a href="/readyz">/readyz</a>, <a href="/healthz">/healthz</a> and <a href="/metrics">/metrics</a>: for machines</li>
</ul>`;

const LOCKED = `<p>Open the link that was printed when it started, or send its token as
<code>Authorization: Bearer …</code>.</p>`;

const USED = `<p>This link does not work: it opens once, and only while the process that printed it runs.
Restart Tattle for a new one, or send its token as <code>Authorization: Bearer …</code>.</p>`;
