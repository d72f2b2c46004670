/** Whatever went wrong while a request was answered, as a problem with its mend. */
import type { FastifyRequest } from 'fastify';
import { CursorError, StoreUnavailable } from '../model/ports/store.ts';
import type { Logger } from '../model/ports/process.ts';
import { IdentityUnavailable } from './access/bearer.ts';
import type { MetOutages } from './met-outages.ts';
import { RequestProblem, type ProblemDetails } from './problem.ts';

export const NO_SUCH_PATH: ProblemDetails = {
  status: 404,
  title: 'Not found',
  detail: 'Nothing answers to this method and path.',
  hint: 'GET /api/v1/openapi.json lists every path; /api/v1/docs shows them.',
};

/** Faults of ours are logged with the request's id and answered without their details. */
export function explainFault(
  error: unknown,
  request: FastifyRequest,
  logger: Logger,
  outages: MetOutages,
): ProblemDetails {
  if (error instanceof RequestProblem) return error.details;
  if (error instanceof CursorError) return STRANGE_CURSOR;
  if (error instanceof StoreUnavailable) {
    outages.tell(error, request.id);
    return STORE_AWAY;
  }
  if (error instanceof IdentityUnavailable) {
    logger.warn({ err: error, requestId: request.id }, 'whoever vouches for a token cannot be asked');
    return NOBODY_VOUCHES;
  }
  const status = statusOf(error);
  if (status !== undefined && status < 500) return refusal(status, error);
  logger.error(
    { err: error, requestId: request.id, method: request.method, route: request.routeOptions.url },
    'a request failed',
  );
  return OUR_FAULT;
}

const STRANGE_CURSOR: ProblemDetails = {
  status: 400,
  title: 'A parameter is wrong',
  detail: 'cursor: is none that a list gave out',
  hint: 'Send nextCursor as it was, with the same filters, or leave cursor out to begin anew.',
  errors: [{ path: 'cursor', message: 'is none that a list gave out' }],
};

const STORE_AWAY: ProblemDetails = {
  status: 503,
  title: 'The store cannot be reached',
  detail: 'The database does not answer for now, or takes no writes.',
  hint: 'Try again in a few seconds; /readyz says what is wrong with it.',
};

const NOBODY_VOUCHES: ProblemDetails = {
  status: 503,
  title: 'Who you are cannot be found out now',
  detail: 'Whoever vouches for this token does not answer.',
  hint: 'Try again in a few seconds, or use a token that Tattle made.',
};

const OUR_FAULT: ProblemDetails = {
  status: 500,
  title: 'A fault in Tattle',
  detail: 'This should not have happened.',
  hint: 'Look for the requestId in the log of the server.',
};

const REFUSALS: Readonly<Record<number, Pick<ProblemDetails, 'title' | 'hint'>>> = {
  400: { title: 'The request cannot be read', hint: 'Check the path, and that the body is well-formed JSON.' },
  404: { title: NO_SUCH_PATH.title, hint: NO_SUCH_PATH.hint },
  408: { title: 'The request took too long', hint: 'Send it whole, without pauses.' },
  413: { title: 'The body is too large', hint: 'Send 1 MiB at the most; split a long list.' },
  414: { title: 'The path is too long', hint: 'Shorten it.' },
  415: { title: 'Not a known type of body', hint: 'Send JSON with "Content-Type: application/json".' },
};

function refusal(status: number, error: unknown): ProblemDetails {
  const { title, hint } = REFUSALS[status] ?? { title: 'The request is refused', hint: 'Check it and send it again.' };
  return { status, title, hint, detail: error instanceof Error ? error.message.slice(0, 300) : title };
}

/** fastify's own errors carry the status that they stand for. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error) || !('code' in error)) return undefined;
  const { statusCode, code } = error;
  const framework = typeof code === 'string' && code.startsWith('FST_');
  return framework && typeof statusCode === 'number' && statusCode >= 400 ? statusCode : undefined;
}
