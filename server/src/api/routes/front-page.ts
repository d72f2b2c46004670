/** The page at `/`: what runs here and where the API is; also where the one-time link leads. */
import type { FastifyInstance } from 'fastify';
import { Parameters } from '../parameters.ts';
import type { ApiPorts } from '../ports.ts';

type FrontPagePorts = Pick<ApiPorts, 'access' | 'version'>;

export function frontPageRoute(server: FastifyInstance, { access, version }: FrontPagePorts): void {
  server.get('/', { config: { open: true }, exposeHeadRoute: false }, async (request, reply) => {
    const token = new Parameters(request.url, ['token']).one('token');
    const { localPort } = request.socket;
    reply.header('content-type', 'text/html; charset=utf-8');
    // A browser that loads pages ahead must not use the link up; nobody has opened it yet.
    const ahead = request.headers['sec-purpose'] !== undefined || request.headers.purpose !== undefined;
    const cookie = token === undefined || ahead ? null : access.redeem(token, localPort);
    // A page that leads on, not a redirect: after a link from elsewhere, browsers hold a strict cookie back from redirects.
    if (cookie !== null) return reply.header('set-cookie', cookie).send(page(version, SIGNED_IN, '0;url=/'));
    if (request.actor !== null) return reply.send(page(version, API));
    return reply.code(401).send(page(version, token === undefined ? LOCKED : USED));
  });
}

const SIGNED_IN = '<p>You are signed in. <a href="/">Go on.</a></p>';

const API = `<p>The API answers here:</p>
<ul>
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

function page(version: string, content: string, refresh?: string): string {
  const head = refresh === undefined ? '' : `\n<meta http-equiv="refresh" content="${refresh}">`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">${head}
<title>Tattle</title>
</head>
<body>
<h1>Tattle ${version} is running</h1>
${content}
</body>
</html>
`;
}
