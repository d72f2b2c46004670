/** The bare HTTP server: limits, request ids, and problems for whatever goes wrong. */
import { randomUUID } from 'node:crypto';
import { fastify, type FastifyInstance } from 'fastify';
import type { Logger } from '../model/ports/process.ts';
import type { Endpoint, EndpointAccess } from '@tattle/contract';
import type { Scope } from '../model/access.ts';
import type { Identity } from './access/access.ts';
import { explainFault, NO_SUCH_PATH } from './faults.ts';
import { SECURITY_HEADERS } from './guard.ts';
import { MetOutages } from './met-outages.ts';
import { sendProblem } from './problem.ts';
import { withoutBase } from './ui/base-path.ts';

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity | null;
    /** What the caller may see or touch here; everything where no guard stands before the routes. */
    scope: Scope;
  }
  interface FastifyContextConfig {
    /** What the contract says of this path; a page for people has none. */
    endpoint?: Endpoint;
    /** Who may call it. */
    rule?: EndpointAccess;
    anyHost?: boolean;
    anonymous?: boolean;
  }
}

const BODY_LIMIT_BYTES = 1024 * 1024;
const HEADER_LIMIT_BYTES = 16 * 1024;
const MOST_CONNECTIONS = 512;

export interface Surroundings {
  /** Proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[];
  readonly basePath?: string;
}

export function bareServer(logger: Logger, surroundings: Surroundings = {}): FastifyInstance {
  const { trustedProxies = [], basePath = '/' } = surroundings;
  const stripped = withoutBase(basePath);
  const outages = new MetOutages(logger, () => performance.now());
  const server = fastify({
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 30_000,
    // Node looks for what is overdue every half minute: connections that say nothing would hold the places of others for that long.
    http: { maxHeaderSize: HEADER_LIMIT_BYTES, headersTimeout: 10_000, connectionsCheckingInterval: 2_000 },
    forceCloseConnections: 'idle',
    genReqId: () => randomUUID(),
    // Before the router: guard, routes and whatever reads a request's URL know one way to write it.
    rewriteUrl: ({ url = '/' }) => stripped(url),
    // Handlers read the query themselves: repeated and hostile names need more care than an object can take.
    routerOptions: { maxParamLength: 2048, querystringParser: () => ({}) },
    // A path that cannot be decoded never meets the hooks.
    frameworkErrors: (error, request, reply) => {
      const guarded = reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
      sendProblem(guarded, explainFault(error, request, logger, outages));
    },
  });
  server.server.maxConnections = MOST_CONNECTIONS;
  server.decorateRequest('identity', null);
  server.decorateRequest('scope', 'everything');
  takeJsonOnly(server);
  server.setErrorHandler((error, request, reply) => sendProblem(reply, explainFault(error, request, logger, outages)));
  server.setNotFoundHandler((_request, reply) => sendProblem(reply, NO_SUCH_PATH));
  return server;
}

/** An empty body is none, whatever its type: many clients send the type with every write. */
function takeJsonOnly(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    // What it answers comes by `done`.
    return body === '' ? done(null, undefined) : parse(request, body, done);
  });
}
