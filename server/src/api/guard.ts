/** What every request passes before its route: the Host, the site it comes from, and who sent it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from './access.ts';
import { RequestProblem } from './problem.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

/** A refused request never reaches the reading of its body. */
export function guardRequests(server: FastifyInstance, access: Access): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
    const { open = false, anyHost = false } = request.routeOptions.config;
    if (!anyHost && !access.hostAllowed(request.headers.host)) throw wrongHost();
    request.actor = access.identify({ headers: request.headers, localPort: request.socket.localPort });
    if (!READING.has(request.method) && access.crossSite(request.headers, request.actor)) throw crossSite();
    if (request.actor === null && !open && !request.is404) throw unidentified(request, reply);
  });
}

function wrongHost(): RequestProblem {
  return new RequestProblem({
    status: 421,
    title: 'Not under this name',
    detail: 'The Host header names a host that this server does not answer for.',
    hint: 'Use localhost or the address itself, or add the name to TATTLE_ALLOWED_HOSTS (listen.allowedHosts).',
  });
}

function crossSite(): RequestProblem {
  return new RequestProblem({
    status: 403,
    title: 'Not from another site',
    detail: 'A page of another origin may change nothing here.',
    hint: 'Send changes from this origin, or without a browser and with a Bearer token.',
  });
}

function unidentified(request: FastifyRequest, reply: FastifyReply): RequestProblem {
  reply.header('www-authenticate', 'Bearer realm="tattle"');
  const shown = request.headers.authorization !== undefined || request.headers.cookie !== undefined;
  return new RequestProblem({
    status: 401,
    title: 'Who are you?',
    detail: shown ? 'The credential that was sent is not, or no longer, valid.' : 'No credential was sent.',
    hint: 'Open the link that was printed at start, or send its token as "Authorization: Bearer TOKEN".',
  });
}
