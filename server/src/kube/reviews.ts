/** Asks an API server whose token this is, and what that subject may do: TokenReview and SubjectAccessReview. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, asRecord, asText, fail, type KubeFailure, succeed } from './answer.ts';
import type { JsonObject, KubeClient } from './client.ts';
import { withoutSecret } from './without-secret.ts';

const TOKEN_REVIEWS = '/apis/authentication.k8s.io/v1/tokenreviews';
const ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
/** Before asking again; a server that wants a longer pause than the cap is away, as far as one request can tell. */
const AGAIN_MS = 100;
const AGAIN_CAP_MS = 1000;

export type Reviewer = Pick<KubeClient, 'post'>;

/** Whom a token belongs to, as authorizers know them. */
export interface Subject {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface Permission {
  readonly verb: string;
  /** Empty for the core group. */
  readonly group: string;
  /** Plural, lower case. It need not exist on the server. */
  readonly resource: string;
  /** Null asks about all namespaces at once. */
  readonly namespace: string | null;
}

export interface ReviewBounds {
  readonly signal: AbortSignal;
  /** Of one question, asked again or not, in real time. */
  readonly timeoutMs: number;
}

/**
 * Null where the server does not vouch for the token. With `audiences`, the token must be meant for one of them; without, for
 * the API server itself. Failures carry nothing of the token. Throws only the signal's reason.
 */
export async function reviewToken(
  reviewer: Reviewer,
  { token, audiences }: { readonly token: string; readonly audiences: readonly string[] },
  bounds: ReviewBounds,
): Promise<Answer<Subject | null>> {
  const spec = { token, ...(audiences.length === 0 ? {} : { audiences }) };
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec };
  const answer = await ask(reviewer, TOKEN_REVIEWS, body, bounds);
  if (answer.ok) return readVerdict(answer.value, audiences);
  return { ok: false, failure: withoutSecret(answer.failure, token) };
}

/** Whether an authorizer allows it; no opinion is a no. Throws only the signal's reason. */
export async function reviewAccess(
  reviewer: Reviewer,
  subject: Subject,
  { verb, group, resource, namespace }: Permission,
  bounds: ReviewBounds,
): Promise<Answer<boolean>> {
  // An empty namespace would ask about all of them.
  if (namespace === '') throw new Error('no namespace is called ""');
  const { username, uid, groups, extra } = subject;
  const resourceAttributes = { verb, group, resource, ...(namespace === null ? {} : { namespace }) };
  const spec = { user: username, groups, extra, ...(uid === '' ? {} : { uid }), resourceAttributes };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
  const answer = await ask(reviewer, ACCESS_REVIEWS, body, bounds);
  if (!answer.ok) return answer;
  const status = asRecord(answer.value['status']);
  if (answer.value['kind'] !== 'SubjectAccessReview' || typeof status['allowed'] !== 'boolean')
    return fail('unreadable', `POST ${ACCESS_REVIEWS}: the answer is no SubjectAccessReview`);
  return succeed(status['allowed'] && status['denied'] !== true);
}

/** Whether asking later may succeed. False: the server understood, and refused. */
export function isAway({ kind, code }: KubeFailure): boolean {
  return kind !== 'status' || code === 401 || code === 408 || code === 429 || code >= 500;
}

/**
 * Once more after a hiccup: a review changes nothing, no job runner stands behind it, and of a thousand questions one meets a
 * connection that the server just closed.
 */
async function ask(
  reviewer: Reviewer,
  path: string,
  body: JsonObject,
  { signal, timeoutMs }: ReviewBounds,
): Promise<Answer<JsonObject>> {
  const limit = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, limit]);
  try {
    const first = await reviewer.post(path, body, either);
    if (first.ok || !isHiccup(first.failure)) return first;
    const wait = first.failure.retryAfterMs ?? AGAIN_MS;
    if (wait > AGAIN_CAP_MS) return first;
    await pause(wait, undefined, { signal: either });
    return await reviewer.post(path, body, either);
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) return fail('timeout', `POST ${path}: no answer within ${timeoutMs} ms`);
    throw error;
  }
}

function isHiccup({ kind, code }: KubeFailure): boolean {
  return kind === 'network' || (kind === 'status' && (code === 429 || code >= 500));
}

function readVerdict(review: JsonObject, audiences: readonly string[]): Answer<Subject | null> {
  const status = review['status'];
  if (review['kind'] !== 'TokenReview' || typeof status !== 'object' || status === null)
    return malformed('TokenReview');
  const { authenticated, error = '', audiences: meantFor = [], user } = asRecord(status);
  if (authenticated !== true || error !== '') return succeed(null);
  if (!isTexts(meantFor)) return malformed('list of audiences');
  if (audiences.length > 0 && !meantFor.some((audience) => audiences.includes(audience))) return succeed(null);
  return readSubject(asRecord(user));
}

function readSubject({ username, uid, groups, extra }: Readonly<Record<string, unknown>>): Answer<Subject | null> {
  const name = asText(username);
  if (name === '') return malformed('user');
  const grouped = groups ?? [];
  if (!isTexts(grouped)) return malformed('list of groups');
  const entries = Object.entries(asRecord(extra ?? {}));
  const known = entries.filter((entry): entry is [string, readonly string[]] => isTexts(entry[1]));
  if (known.length < entries.length) return malformed('extra');
  return succeed({ username: name, uid: asText(uid), groups: grouped, extra: Object.fromEntries(known) });
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function malformed(what: string): { ok: false; failure: KubeFailure } {
  return fail('unreadable', `POST ${TOKEN_REVIEWS}: the answer holds no readable ${what}`);
}
