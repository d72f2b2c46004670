/** What answers at `/`: the web UI, the one-time link that leads there, and a page in place of a UI that was never built. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pageText } from '../page.ts';
import type { ApiPorts } from '../ports.ts';
import type { BuiltUi } from '../ui/built-ui.ts';
import { sendShell } from '../ui/ui-routes.ts';

type FrontPagePorts = Pick<ApiPorts, 'access' | 'version' | 'oidc'>;

/** `ui` is null where there is none. */
export function frontPageRoute(
  server: FastifyInstance,
  { access, version, oidc }: FrontPagePorts,
  ui: BuiltUi | null,
): void {
  const title = `Tattle ${version} is running`;
  const provider = oidc === null ? '' : '\n<p><a href="./auth/login">Sign in</a></p>';
  const html = (reply: FastifyReply) => reply.type('text/html; charset=utf-8');

  // A HEAD of the link must not use it up.
  server.get('/', { config: { rule: 'open' }, exposeHeadRoute: false }, async (request, reply) => {
    const token = linkToken(request.url);
    if (token !== null) return openLink(token, request, reply);
    if (ui !== null) return sendShell(request, reply, ui.shell);
    if (request.identity !== null) return html(reply).send(pageText({ title, content: `${UNBUILT}\n${API}` }));
    return html(reply)
      .code(401)
      .send(pageText({ title, content: `${LOCKED}${provider}\n${UNBUILT}` }));
  });

  async function openLink(token: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    // A browser that loads pages ahead must not use the link up; nobody has opened it yet.
    const ahead = request.headers['sec-purpose'] !== undefined || request.headers.purpose !== undefined;
    const cookie = ahead ? null : await access.redeem(token, request.socket.localPort);
    if (cookie !== null) reply.header('set-cookie', cookie);
    if (cookie !== null || request.identity !== null) {
      return html(reply).send(pageText({ title, content: SIGNED_IN, goOnTo: './' }));
    }
    const otherwise = ui === null ? provider : '\n<p><a href="./">Sign in another way</a></p>';
    return html(reply)
      .code(401)
      .send(pageText({ title, content: `${USED}${otherwise}` }));
  }
}

/** Everything else that the query holds is the page's own. */
function linkToken(url: string): string | null {
  const question = url.indexOf('?');
  return question === -1 ? null : new URLSearchParams(url.slice(question + 1)).get('token');
}

const SIGNED_IN = '<p>You are signed in. <a href="./">Go on.</a></p>';

const UNBUILT = `<p>The web UI is not built. Run <code>npm run build</code> in Tattle's folder and start it again;
<a href="./api/v1/docs">the API</a> answers meanwhile.</p>`;

const API = `<p>The API answers here:</p>
<ul>
<li><a href="./api/v1/docs">/api/v1/docs</a>: every path, what it takes and answers</li>
<li><a href="./api/v1/status">/api/v1/status</a>: watches, gaps, queue and counts</li>
<li><a href="./api/v1/events">/api/v1/events</a>: stored events, the most recent first</li>
<li><a href="./api/v1/events/facets">/api/v1/events/facets</a>: counts by field</li>
<li><a href="./api/v1/events/histogram">/api/v1/events/histogram</a>: occurrences over time</li>
<li><a href="./api/v1/incidents">/api/v1/incidents</a>: what is, or was, wrong</li>
<li><a href="./api/v1/deliveries">/api/v1/deliveries</a>: who was told</li>
<li><a href="./api/v1/namespaces">/api/v1/namespaces</a>: namespaces, and which are monitored</li>
<li><a href="./api/v1/config">/api/v1/config</a>: settings</li>
<li><a href="./readyz">/readyz</a>, <a href="./healthz">/healthz</a> and <a href="./metrics">/metrics</a>: for machines</li>
</ul>`;

const LOCKED = `<p>Open the link that was printed when it started, or send its token as
<code>Authorization: Bearer …</code>.</p>`;

const USED = `<p>This link does not work: it opens once, and only while the process that printed it runs.
Restart Tattle for a new one, or send its token as <code>Authorization: Bearer …</code>.</p>`;
