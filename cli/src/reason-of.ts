/** Why a request or a file failed, in a few words. */
import { getSystemErrorMessage } from 'node:util';

/** The system's own words where it was the system: `connection refused`, `no such file or directory`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  if (error.name === 'TimeoutError') return 'no answer in time';
  const inner = innermost(error);
  const words = 'errno' in inner && typeof inner.errno === 'number' ? getSystemErrorMessage(inner.errno) : undefined;
  return words ?? (inner.message === '' ? error.message : inner.message);
}

/** fetch hides why in the cause, and there one failure for each address. */
function innermost(error: Error): Error {
  const cause: unknown = error.cause instanceof Error ? error.cause : error;
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error ? first : error;
}
