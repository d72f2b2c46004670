/** What an HTTP answer means for a delivery: the same for every channel that speaks plain HTTP. */
import type { GuardedResponse } from '../../kit/guarded-fetch.ts';
import { retryAfterMs } from '../../kit/retry-after.ts';
import type { DeliveryOutcome } from '../../model/delivery.ts';

/** A 3xx is a failure like any other: the schedule goes on while somebody mends the URL. Only 410 says "never again". */
export function httpOutcome(answer: GuardedResponse, now: number): DeliveryOutcome {
  if (answer.kind === 'refused') return { kind: 'failed', error: answer.error, statusCode: null };
  if (answer.kind === 'failure') return { kind: 'retry', error: answer.error, statusCode: null };
  const statusCode = answer.status;
  if (statusCode >= 200 && statusCode < 300) return { kind: 'delivered', statusCode };
  if (statusCode === 410) return { kind: 'gone', error: 'HTTP 410: the endpoint wants no more', statusCode };
  const asked = retryAfterMs(answer.headers['retry-after'], now);
  const error = statusCode >= 300 && statusCode < 400 ? redirectError(statusCode) : `HTTP ${statusCode}`;
  return { kind: 'retry', error, statusCode, ...(asked !== null && { retryAfterMs: asked }) };
}

function redirectError(status: number): string {
  return `HTTP ${status}: redirects are not followed, give the URL that it leads to`;
}
