/** The web UI over HTTP: its files, and its one page for everything else that a person may open. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NO_SUCH_PATH } from '../faults.ts';
import { sendProblem } from '../problem.ts';
import type { BuiltUi, UiFile } from './built-ui.ts';
import { encodingFor, isKnown, wantsHtml } from './negotiation.ts';
import { isPage, type Shell, shellAt } from './shell.ts';

/** No script or style in the page itself, nothing from elsewhere. What Svelte sets on elements goes through the CSSOM, which this lets it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Open to everyone: neither holds anything that somebody could want. What the page asks the API for is another matter. */
export function uiRoutes(server: FastifyInstance, { shell, files }: BuiltUi): void {
  server.get('/*', { config: { rule: 'open', anonymous: true } }, async (request, reply) => {
    // Decoded by the router.
    const { '*': path } = request.params as { readonly '*': string };
    const file = files.get(path);
    if (file !== undefined) return sendFile(request, reply, file);
    if (path === '' || (isPage(path) && wantsHtml(request.headers.accept))) return sendShell(request, reply, shell);
    return sendProblem(reply, NO_SUCH_PATH);
  });
}

export function sendShell(request: FastifyRequest, reply: FastifyReply, shell: Shell): FastifyReply {
  const { html, etag } = shellAt(shell, request.url);
  // Programs are told by a problem that there is nothing: the path alone does not decide the answer.
  reply.headers({ 'content-security-policy': POLICY, 'cache-control': 'no-cache', vary: 'accept' });
  return sendUnlessKnown(request, reply, { etag, type: 'text/html; charset=utf-8', body: html });
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: UiFile): FastifyReply {
  const { type, digest, immutable, plain, encoded } = file;
  reply.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (encoded.size > 0) reply.header('vary', 'accept-encoding');
  const encoding = encodingFor(String(request.headers['accept-encoding'] ?? ''), [...encoded.keys()]);
  const body = encoding === null ? undefined : encoded.get(encoding);
  if (encoding === null || body === undefined) {
    return sendUnlessKnown(request, reply, { etag: `"${digest}"`, type, body: plain });
  }
  reply.header('content-encoding', encoding);
  return sendUnlessKnown(request, reply, { etag: `"${digest}-${encoding}"`, type, body });
}

interface Answer {
  readonly etag: string;
  readonly type: string;
  readonly body: string | Buffer;
}

function sendUnlessKnown(request: FastifyRequest, reply: FastifyReply, { etag, type, body }: Answer): FastifyReply {
  reply.header('etag', etag);
  if (isKnown(request.headers['if-none-match'], etag)) {
    return reply.removeHeader('content-encoding').code(304).send();
  }
  return reply.type(type).send(body);
}
