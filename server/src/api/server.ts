/** The bare HTTP server: limits, request ids, and problems for whatever goes wrong. */
import { randomUUID } from 'node:crypto';
import { fastify, type FastifyInstance } from 'fastify';
import type { Logger } from '../model/ports.ts';
import type { Actor } from './access.ts';
import { explainFault, NO_SUCH_PATH } from './faults.ts';
import { SECURITY_HEADERS } from './guard.ts';
import { sendProblem } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null;
  }
  interface FastifyContextConfig {
    /** Answered without a credential. */
    open?: boolean;
    /** Answered under any Host: probes name the pod as they please. */
    anyHost?: boolean;
  }
}

const BODY_LIMIT_BYTES = 1024 * 1024;
const HEADER_LIMIT_BYTES = 16 * 1024;
const MOST_CONNECTIONS = 512;

export function bareServer(logger: Logger): FastifyInstance {
  const server = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 30_000,
    http: { maxHeaderSize: HEADER_LIMIT_BYTES, headersTimeout: 10_000 },
    forceCloseConnections: 'idle',
    genReqId: () => randomUUID(),
    // Handlers read the query themselves: repeated and hostile names need more care than an object can take.
    routerOptions: { maxParamLength: 2048, querystringParser: () => ({}) },
    // A path that cannot be decoded never meets the hooks.
    frameworkErrors: (error, request, reply) => {
      const guarded = reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
      sendProblem(guarded, explainFault(error, request, logger));
    },
  });
  server.server.maxConnections = MOST_CONNECTIONS;
  server.decorateRequest('actor', null);
  server.removeContentTypeParser('text/plain');
  server.setErrorHandler((error, request, reply) => sendProblem(reply, explainFault(error, request, logger)));
  server.setNotFoundHandler((_request, reply) => sendProblem(reply, NO_SUCH_PATH));
  return server;
}
