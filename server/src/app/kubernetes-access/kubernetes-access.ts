/** People and programs with a token of their cluster: the cluster says who they are, and its RBAC what they see and do. */
import type { Principal } from '../../model/access.ts';
import type { Clock, Logger, Metrics } from '../../model/ports/process.ts';
import { Answers } from './answers.ts';
import { readBearer } from './bearer.ts';
import { Complaints } from './complaints.ts';
import { SharedReviews } from './shared-reviews.ts';
import { createVouching, type Limits, type TrustedCluster } from './vouching.ts';

export interface KubernetesAccessOptions {
  /** Tokens are shown to each in turn until one vouches, and are disclosed there. */
  readonly clusters: readonly TrustedCluster[];
  /** Names of a cluster's namespaces as they are known now; asked for at each review. */
  readonly namespaces: (clusterUid: string) => Iterable<string>;
  /** Tokens must be meant for one of these; by default, for the API server. */
  readonly audiences?: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: Metrics;
  readonly limits?: Partial<Limits>;
}

export interface KubernetesAccess {
  /**
   * Null where no cluster vouches for the token. One that vouches and allows nothing gives a principal without grants. An answer
   * holds for 30 s; while the API server cannot be asked, one of up to 2 min goes on for looking (role viewer) only. Rejects with
   * `KubernetesUnavailable` where there is none, or with the signal's reason.
   */
  readonly identify: (token: string, signal?: AbortSignal) => Promise<Principal | null>;
}

/** Who this is cannot be found out now; the same call may succeed later. */
export class KubernetesUnavailable extends Error {
  override readonly name = 'KubernetesUnavailable';
  readonly retryAfterMs: number;

  constructor(why: string, retryAfterMs: number | null) {
    super(`Kubernetes tokens cannot be checked now: ${why}`);
    this.retryAfterMs = retryAfterMs ?? 2000;
  }
}

const LIMITS: Limits = { questionMs: 5000, tokenMs: 20_000 };

export function createKubernetesAccess(options: KubernetesAccessOptions): KubernetesAccess {
  const { clock, logger, metrics } = options;
  const vouch = createVouching({
    clusters: options.clusters,
    namespaces: options.namespaces,
    audiences: options.audiences ?? [],
    complaints: new Complaints(clock, logger),
    limits: { ...LIMITS, ...options.limits },
  });
  const answers = new Answers(clock);
  const reviews = new SharedReviews({ vouch, answers, clock, logger, metrics });
  return {
    async identify(token, signal) {
      signal?.throwIfAborted();
      const bearer = readBearer(token);
      if (bearer === null) return null;
      const found = answers.find(bearer.digest);
      if (found.kind === 'bad') return null;
      if (found.kind === 'good') {
        if (found.renew) reviews.of(bearer, false);
        return found.principal;
      }
      const standIn = found.kind === 'stand-in' ? lookingOnly(found.principal) : null;
      if (found.kind === 'stand-in' && !found.renew) return standIn;
      const review = reviews.of(bearer, standIn === null);
      if (review === null) throw new KubernetesUnavailable('too many unknown tokens are shown', 1000);
      const verdict = await orAborted(review.verdict, signal);
      if (verdict.kind === 'known') return verdict.principal;
      if (verdict.kind === 'unknown') return null;
      if (standIn !== null) return standIn;
      throw new KubernetesUnavailable(verdict.why, verdict.retryAfterMs);
    },
  };
}

/** What was allowed a while ago may be looked at, but changes nothing. */
function lookingOnly(principal: Principal): Principal {
  return { ...principal, grants: principal.grants.map(({ scope }) => ({ role: 'viewer', scope })) };
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
