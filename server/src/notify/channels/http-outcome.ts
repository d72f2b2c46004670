/** What an HTTP answer means for a delivery: the same for every channel that speaks plain HTTP. */
import type { GuardedResponse } from '../../kit/guarded-fetch.ts';
import type { DeliveryOutcome } from '../../model/delivery.ts';

/** A 3xx is a failure like any other: the schedule goes on while somebody mends the URL. Only 410 says "never again". */
export function httpOutcome(answer: GuardedResponse, now: number): DeliveryOutcome {
  if (answer.kind === 'refused') return { kind: 'failed', error: answer.error, statusCode: null };
  if (answer.kind === 'failure') return { kind: 'retry', error: answer.error, statusCode: null };
  const statusCode = answer.status;
  if (statusCode >= 200 && statusCode < 300) return { kind: 'delivered', statusCode };
  if (statusCode === 410) return { kind: 'gone', error: 'HTTP 410: the endpoint wants no more', statusCode };
  const retryAfterMs = readRetryAfter(answer.headers['retry-after'], now);
  const error = statusCode >= 300 && statusCode < 400 ? redirectError(statusCode) : `HTTP ${statusCode}`;
  return { kind: 'retry', error, statusCode, ...(retryAfterMs !== null && { retryAfterMs }) };
}

function redirectError(status: number): string {
  return `HTTP ${status}: redirects are not followed, give the URL that it leads to`;
}

/** Seconds or an HTTP date; null for anything else. */
function readRetryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined || header.length > 64) return null;
  if (/^\s*\d{1,10}\s*$/.test(header)) return Number(header) * 1000;
  // Date.parse reads a lot that is no HTTP date; each of those begins with the name of a day.
  const time = /^\s*(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(time) ? null : Math.max(0, time - now);
}
