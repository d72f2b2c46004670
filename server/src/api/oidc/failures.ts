/** What went wrong with the issuer, in words that may be shown and logged: never those of an answer, which hold tokens. */
import * as client from 'openid-client';
import { IssuerUnavailable } from './options.ts';

/** In our own words where there are any, else in the library's. */
export function whatFailed(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof IssuerUnavailable) return at.message;
  if (!(error instanceof Error)) return 'an unknown failure';
  const { cause } = error;
  if (cause instanceof Response) return `${error.message} (${cause.status})`;
  return error instanceof client.ClientError && cause instanceof Error && 'code' in cause
    ? cause.message
    : error.message;
}

/** Whether it is nobody's fault here, and may pass. */
export function isUnavailable(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof IssuerUnavailable) return true;
    if (at instanceof client.ClientError && TEMPORARY.has(at.code ?? '')) return true;
  }
  return false;
}

/** No answer in time, a status that says nothing, or a page instead of an answer, as proxies send. */
const TEMPORARY = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
]);

/** The library hangs whole answers on its errors, tokens included: a log would print them. Messages and stacks stay. */
export function withoutAnswers(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('no error was thrown, but something else');
  const { cause } = error;
  const plain = new Error(error.message, cause instanceof Error ? { cause: withoutAnswers(cause) } : {});
  plain.name = error.name;
  if (error.stack !== undefined) plain.stack = error.stack;
  return plain;
}
