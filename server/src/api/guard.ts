/** What every request passes before its route: the Host, the site it comes from, who sent it, how often, and whether they may. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import rateLimit from '@fastify/rate-limit';
import type { EndpointAccess } from '@tattle/contract';
import { coversCluster, isNothing, scopeOf } from '../kit/scope.ts';
import type { Scope } from '../model/access.ts';
import type { Clock } from '../model/ports/process.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { Access, Identity } from './access/access.ts';
import { VouchedLately } from './access/vouched-lately.ts';
import { crossSite, notAllowed, tooMany, tooManyForNow, unidentified, wrongHost } from './refusals.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Of credentials that somebody else has to be asked about, from one address: each question costs them something. */
const STRANGE_PER_MINUTE = 60;

export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

export interface GuardOptions {
  readonly access: Access;
  readonly clock: Clock;
  /** Of one principal, or of one address where nobody is known. */
  readonly requestsPerMinute: number;
  /** Those that are watched now. */
  readonly clusters: () => readonly ClusterRef[];
}

/** A refused request never reaches the reading of its body. */
export async function guardRequests(server: FastifyInstance, options: GuardOptions): Promise<void> {
  const { access } = options;
  const limits = await requestLimits(server, options.requestsPerMinute);
  const lately = new VouchedLately(options.clock);
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
    const { rule, anyHost = false, anonymous = false } = request.routeOptions.config;
    if (!anyHost && !access.hostAllowed(request.headers.host)) throw wrongHost();
    if (anonymous) return;
    request.identity = await identify(request, reply, access, { strange: limits.strange, lately });
    if (!READING.has(request.method) && access.crossSite(request.headers, request.identity)) throw crossSite();
    await limits.usual(request, reply);
    if (!request.is404) request.scope = authorise(rule, request, reply, options.clusters);
  });
}

/** What the caller may see or touch here. Throws `RequestProblem` where they may not call it at all. */
function authorise(
  rule: EndpointAccess | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
  clusters: GuardOptions['clusters'],
): Scope {
  if (rule === undefined) throw new Error('a route does not say who may call it');
  // Whoever checks the signature of what is signed lets it in, or not.
  if (rule === 'open' || rule === 'signed') return [];
  const { identity } = request;
  if (identity === null) throw unidentified(request, reply);
  if (rule === 'anyone') return [];
  const scope = scopeOf(identity.principal, rule.role);
  if (isNothing(scope))
    throw notAllowed(`It takes the role ${rule.role}, which ${identity.principal.name} has nowhere.`);
  if (rule.scope === 'applied' || scope === 'everything') return scope;
  const watched = clusters();
  const enough = rule.scope === 'watched' && watched.length > 0 && watched.every((each) => coversCluster(scope, each));
  if (enough) return scope;
  const where = rule.scope === 'watched' ? 'for all of every watched cluster' : 'everywhere';
  throw notAllowed(`It takes the role ${rule.role} ${where}; ${identity.principal.name} has it in some places.`);
}

async function identify(
  request: FastifyRequest,
  reply: FastifyReply,
  access: Access,
  { strange, lately }: { readonly strange: Limit; readonly lately: VouchedLately },
): Promise<Identity | null> {
  const credentials = { headers: request.headers, localPort: request.socket.localPort };
  const own = await access.identify(credentials);
  const { authorization } = request.headers;
  if (own !== null || authorization === undefined) return own;
  if (!lately.has(authorization)) await strange(request, reply);
  const vouched = await access.identifyElsewhere(credentials);
  if (vouched !== null) lately.note(authorization);
  return vouched;
}

type Limit = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

async function requestLimits(server: FastifyInstance, max: number): Promise<{ usual: Limit; strange: Limit }> {
  await server.register(rateLimit, { global: false });
  const limiting = (rate: number, keyOf: (request: FastifyRequest) => string): Limit => {
    const check = server.createRateLimit({ max: rate, timeWindow: '1 minute', keyGenerator: keyOf });
    return async (request, reply) => {
      const state = await check(request);
      if (state.isAllowed || !state.isExceeded) return;
      reply.header('retry-after', state.ttlInSeconds);
      throw request.routeOptions.config.endpoint?.handedIn === undefined ? tooMany(rate) : tooManyForNow(rate);
    };
  };
  return {
    usual: limiting(max, ({ identity, ip }) => identity?.principal.id ?? ip),
    strange: limiting(STRANGE_PER_MINUTE, ({ ip }) => `strange ${ip}`),
  };
}
