/** One batch over HTTP: the request that every sink of that kind makes, and what its answer means where nothing else is known. */
import { gzipSync } from 'node:zlib';
import { endpointOf, type GuardedResponse } from '../kit/guarded-fetch.ts';
import { retryAfterMs } from '../kit/retry-after.ts';
import type { SinkOutcome } from '../model/sink.ts';
import type { HttpSettings } from './settings.ts';
import type { SinkContext } from './sink-type.ts';

interface BatchRequest {
  readonly body: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the settings' URL, on the same host. */
  readonly url?: string;
  /** Of the answer's body; what lies beyond is not read. */
  readonly maxResponseBytes?: number;
}

/** Nothing in most answers matters beyond what went wrong. */
const RESPONSE_BYTES = 65_536;
const EXCERPT = 300;

export type Post = (request: BatchRequest, signal: AbortSignal) => Promise<GuardedResponse>;

export function createPost(settings: HttpSettings, context: SinkContext): Post {
  const trusted = endpointOf(settings.url);
  const timeoutMs = settings.timeoutSeconds * 1000;
  const authorization = authorizationOf(settings);
  return ({ body, contentType, headers, url = settings.url, maxResponseBytes = RESPONSE_BYTES }, signal) =>
    context.fetch({
      url,
      method: 'POST',
      headers: {
        'user-agent': 'Tattle',
        accept: '*/*',
        ...(authorization !== null && { authorization }),
        ...settings.headers,
        ...headers,
        'content-type': contentType,
        ...(settings.gzip && { 'content-encoding': 'gzip' }),
      },
      body: settings.gzip ? gzipSync(body, { level: 1 }) : body,
      totalTimeoutMs: timeoutMs,
      idleTimeoutMs: timeoutMs,
      maxResponseBytes,
      signal,
      ...(trusted !== null && { trusted }),
      ...(settings.ca !== undefined && { ca: settings.ca }),
    });
}

function authorizationOf({ basic, bearer }: HttpSettings): string | null {
  if (bearer !== undefined) return `Bearer ${bearer}`;
  if (basic === undefined) return null;
  return `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}`;
}

/** Statuses that speak of what was sent: it is to be divided until what is at fault stands alone. */
const ABOUT_THE_BODY = new Set([400, 413, 422]);

/**
 * Everything else that is no success is tried again: whoever answers 401, 404 or 410 may be mended, and nothing may be lost until
 * then. A redirect is not followed.
 */
export function outcomeOfAnswer(answer: GuardedResponse, now: number): SinkOutcome {
  if (answer.kind !== 'response') return { kind: 'retry', error: answer.error };
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'taken' };
  if (ABOUT_THE_BODY.has(status)) return { kind: 'refused', error: describeAnswer(answer) };
  const asked = retryAfterMs(answer.headers['retry-after'], now);
  return { kind: 'retry', error: describeAnswer(answer), ...(asked !== null && { retryAfterMs: asked }) };
}

type Answer = GuardedResponse & { kind: 'response' };

/** With the beginning of what it says, for a person. */
function describeAnswer({ status, body }: Answer): string {
  if (status >= 300 && status < 400) {
    return `HTTP ${String(status)}: redirects are not followed, give the URL that it leads to`;
  }
  const said = excerpt(body);
  return said === '' ? `HTTP ${String(status)}` : `HTTP ${String(status)}: ${said}`;
}

/** One line of what the other side says. */
export function excerpt(text: string): string {
  // Control characters do not belong into a log.
  return text
    .slice(0, EXCERPT * 4)
    .replaceAll(/[\s\u0000-\u001f\u007f]+/g, ' ')
    .trim()
    .slice(0, EXCERPT);
}
