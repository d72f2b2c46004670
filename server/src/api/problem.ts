/** Refusals of a request, and how they look on the wire: RFC 9457 with a hint. */
import type { FastifyReply } from 'fastify';
import type { WireProblem } from '@tattle/contract';

export interface ProblemDetails {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** How to mend it. */
  readonly hint: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** Thrown where a request is read, answered by the one error handler. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  readonly details: ProblemDetails;

  constructor(details: ProblemDetails) {
    super(details.detail);
    this.details = details;
  }
}

export function badParameter(name: string, detail: string, hint: string): RequestProblem {
  return new RequestProblem({
    status: 400,
    title: 'A parameter is wrong',
    detail: `${name}: ${detail}`,
    hint,
    errors: [{ path: name, message: detail }],
  });
}

export function notFound(detail: string, hint: string): RequestProblem {
  return new RequestProblem({ status: 404, title: 'Not found', detail, hint });
}

function problemBody(details: ProblemDetails, requestId: string): WireProblem {
  const { status, title, detail, hint, errors } = details;
  const body = { type: 'about:blank', title, status, detail, hint, requestId };
  return errors === undefined ? body : { ...body, errors: [...errors] };
}

export function sendProblem(reply: FastifyReply, details: ProblemDetails): FastifyReply {
  if (details.status === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', '5');
  return reply
    .code(details.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problemBody(details, reply.request.id)));
}
