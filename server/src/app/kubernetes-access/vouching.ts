/** One token shown to the trusted clusters in turn: whose it is, and what that cluster's authorizers let them do there. */
import { type Answer, fail, type KubeFailure } from '../../kube/answer.ts';
import { isAway, reviewAccess, type Reviewer, reviewToken, type Subject } from '../../kube/reviews.ts';
import type { Principal } from '../../model/access.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import type { Complaints, Review } from './complaints.ts';
import { askable, grantsOf, type MayThey } from './grants.ts';
import { Lanes } from './lanes.ts';

/** A cluster whose word about tokens counts. It sees every token that is shown to Tattle. */
export interface TrustedCluster {
  /** Before the user name in a principal's id; another for each cluster, since two may know the same name. */
  readonly idPrefix: string;
  readonly reviewer: Reviewer;
  /** Null until it is known which cluster this is. */
  cluster(): ClusterRef | null;
}

export type Verdict =
  | { readonly kind: 'known'; readonly principal: Principal }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'away'; readonly why: string; readonly retryAfterMs: number | null };

export interface VouchingParts {
  readonly clusters: readonly TrustedCluster[];
  readonly namespaces: (clusterUid: string) => Iterable<string>;
  readonly audiences: readonly string[];
  readonly complaints: Complaints;
  readonly limits: Limits;
}

/** Real time: they guard against servers that hang. */
export interface Limits {
  /** Of one question. */
  readonly questionMs: number;
  /** Of all that one token takes. */
  readonly tokenMs: number;
}

/** Questions open at once, over all tokens: an API server has more to do. */
const QUESTIONS_AT_ONCE = 16;
const MAX_NAME = 1024;
const ANONYMOUS = 'system:anonymous';

/** The first cluster that vouches decides alone. One that is away may be who would have: then the verdict is `away`. */
export function createVouching(parts: VouchingParts): (token: string) => Promise<Verdict> {
  const lanes = new Lanes(QUESTIONS_AT_ONCE);
  return async (token) => {
    const signal = AbortSignal.timeout(parts.limits.tokenMs);
    let otherwise: Verdict = { kind: 'unknown' };
    for (const trusted of parts.clusters) {
      const cluster = trusted.cluster();
      const asking = cluster === null ? null : { ...parts, ...trusted, cluster, lanes, signal };
      const whose = asking === null ? unreached() : await subjectOf(asking, token);
      if (asking !== null && 'subject' in whose) return principalOf(asking, whose.subject);
      if ('kind' in whose && otherwise.kind === 'unknown') otherwise = whose;
    }
    return otherwise;
  };
}

interface Asking extends VouchingParts, Omit<TrustedCluster, 'cluster'> {
  readonly cluster: ClusterRef;
  readonly lanes: Lanes;
  readonly signal: AbortSignal;
}

async function subjectOf(asking: Asking, token: string): Promise<Verdict | { readonly subject: Subject }> {
  const { reviewer, audiences, limits, signal } = asking;
  const bounds = { signal, timeoutMs: limits.questionMs };
  const whose = await withinTime(asking, () => reviewToken(reviewer, { token, audiences }, bounds));
  if (!whose.ok) return failed(asking, 'TokenReview', whose.failure, { kind: 'unknown' });
  const subject = whose.value;
  return subject === null || subject.username === ANONYMOUS ? { kind: 'unknown' } : { subject };
}

async function principalOf(asking: Asking, subject: Subject): Promise<Verdict> {
  const { cluster, complaints, idPrefix } = asking;
  if (!isShowable(subject.username)) {
    complaints.unshowable(cluster);
    return { kind: 'unknown' };
  }
  const identity = { id: `${idPrefix}${subject.username}`, name: subject.username };
  const { namespaces, leftOut } = askable(asking.namespaces(cluster.uid));
  if (leftOut > 0) complaints.leftOut(cluster, leftOut);
  const grants = await grantsOf(questions(asking, subject), { cluster, namespaces });
  if (grants.ok) return { kind: 'known', principal: { ...identity, grants: grants.value } };
  const powerless: Verdict = { kind: 'known', principal: { ...identity, grants: [] } };
  return failed(asking, 'SubjectAccessReview', grants.failure, powerless);
}

/** After the first that has no answer, the others are not asked any more. */
function questions(asking: Asking, subject: Subject): MayThey {
  const bounds = { signal: asking.signal, timeoutMs: asking.limits.questionMs };
  let unanswered: Extract<Answer<boolean>, { ok: false }> | null = null;
  return (permission) =>
    asking.lanes.run(async () => {
      if (unanswered !== null) return unanswered;
      const answer = await withinTime(asking, () => reviewAccess(asking.reviewer, subject, permission, bounds));
      if (!answer.ok) unanswered ??= answer;
      return answer;
    });
}

async function withinTime<T>({ signal, limits }: Asking, work: () => Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) return fail('timeout', `the reviews of one token took more than ${limits.tokenMs} ms`);
    throw error;
  }
}

function failed({ cluster, complaints }: Asking, review: Review, failure: KubeFailure, denied: Verdict): Verdict {
  complaints.failed(cluster, review, failure);
  if (!isAway(failure)) return denied;
  return { kind: 'away', why: `${review} of ${cluster.name}: ${failure.message}`, retryAfterMs: failure.retryAfterMs };
}

function unreached(): Verdict {
  return { kind: 'away', why: 'the cluster was not reached yet', retryAfterMs: null };
}

/** Names go to logs, audit and screens: nothing in them may move a cursor, turn the direction, or hide. */
function isShowable(username: string): boolean {
  return username.length <= MAX_NAME && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(username);
}
