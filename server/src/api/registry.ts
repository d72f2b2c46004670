/** Puts the contract's endpoints on the server: what a request holds is read by the contract before its handler sees it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AnswerOf, BodyOf, Endpoint, EndpointAccess, ParamsOf, QueryOf } from '@tattle/contract';
import type { Principal, Scope } from '../model/access.ts';
import { readBody, refuseUnreadable } from './body.ts';
import type { OnceOnly } from './idempotency.ts';
import { readQuery } from './query.ts';

export interface Call<E extends Endpoint> {
  readonly params: ParamsOf<E>;
  readonly query: QueryOf<E>;
  readonly body: BodyOf<E>;
  readonly principal: Principal;
  /** What the caller may see or touch here; only for endpoints whose scope is `applied`. */
  readonly scope: Scope;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Answers with the contract's shape, or sends by itself and returns the reply. */
export type Handler<E extends Endpoint> = (call: Call<E>) => Promise<AnswerOf<E> | FastifyReply>;

export interface RouteOptions {
  /** In place of the contract's: looser only where the server is reached by this machine alone. */
  readonly rule?: EndpointAccess;
  /** Answered under any Host: probes name the pod as they please. */
  readonly anyHost?: boolean;
  /** Nobody is identified or counted: what the kubelet asks every few seconds, and files that hold nothing. */
  readonly anonymous?: boolean;
  /** An answer without an end has no HEAD. */
  readonly endless?: boolean;
}

/** Whoever calls where nobody has to identify themselves. */
const COMMAND_LINE: Principal = {
  id: 'command line',
  name: 'command line',
  grants: [{ role: 'admin', scope: 'everything' }],
};

export class Routes {
  readonly #server: FastifyInstance;
  readonly #once: OnceOnly | null;

  /** Without `once`, an Idempotency-Key means nothing. */
  constructor(server: FastifyInstance, once: OnceOnly | null) {
    this.#server = server;
    this.#once = once;
  }

  add<E extends Endpoint>(endpoint: E, handler: Handler<E>, options: RouteOptions = {}): void {
    const { rule = endpoint.access, anyHost = false, anonymous = false, endless = false } = options;
    for (const path of [endpoint.path, ...(endpoint.aliases ?? [])]) {
      this.#server.route({
        method: endpoint.method,
        url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
        exposeHeadRoute: endpoint.method === 'GET' && !endless,
        config: { endpoint, rule, anyHost, anonymous },
        handler: (request, reply) => this.#answer(endpoint, handler, request, reply),
      });
    }
  }

  async #answer<E extends Endpoint>(endpoint: E, handler: Handler<E>, request: FastifyRequest, reply: FastifyReply) {
    const principal = request.identity?.principal ?? COMMAND_LINE;
    const call: Call<E> = {
      params: request.params as ParamsOf<E>,
      query: readQuery(request.url, endpoint.query ?? {}) as QueryOf<E>,
      body: (isReadLater(endpoint) ? request.body : bodyOf(endpoint, request.body)) as BodyOf<E>,
      principal,
      scope: request.scope,
      request,
      reply,
    };
    if (endpoint.status !== undefined) reply.code(endpoint.status);
    if (endpoint.method === 'GET' || endpoint.changesNothing === true || this.#once === null) return handler(call);
    return this.#once.run(endpoint, principal, request, reply, () => handler(call));
  }
}

/** Item by item, or once a signature over its bytes was checked. */
function isReadLater({ handedIn, access }: Endpoint): boolean {
  return handedIn !== undefined || access === 'signed';
}

/** Where an endpoint has no hint of its own. */
const DOCUMENTED = 'GET /api/v1/openapi.json says what this path takes.';

function bodyOf({ body: schema, bodyOptional = false, bodyHint = DOCUMENTED }: Endpoint, body: unknown): unknown {
  refuseUnreadable(body, bodyHint);
  if (schema === undefined) return undefined;
  return readBody(body === undefined && bodyOptional ? {} : body, schema, bodyHint);
}
