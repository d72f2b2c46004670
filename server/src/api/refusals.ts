/** Why a request is not let in, for whoever sent it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestProblem } from './problem.ts';

export function wrongHost(): RequestProblem {
  return new RequestProblem({
    status: 421,
    title: 'Not under this name',
    detail: 'The Host header names a host that this server does not answer for.',
    hint: 'Use localhost or the address itself, or add the name to TATTLE_ALLOWED_HOSTS (listen.allowedHosts).',
  });
}

export function crossSite(): RequestProblem {
  return new RequestProblem({
    status: 403,
    title: 'Not from another site',
    detail: 'A page of another origin may change nothing here.',
    hint: 'Send changes from this origin, or without a browser and with a Bearer token.',
  });
}

export function unidentified(request: FastifyRequest, reply: FastifyReply): RequestProblem {
  reply.header('www-authenticate', 'Bearer realm="tattle"');
  const shown = request.headers.authorization !== undefined || request.headers.cookie !== undefined;
  return new RequestProblem({
    status: 401,
    title: 'Who are you?',
    detail: shown ? 'The credential that was sent is not, or no longer, valid.' : 'No credential was sent.',
    hint: 'Open the link that was printed at start, or send a token as "Authorization: Bearer TOKEN".',
  });
}

/** Whoever sent it is known, but may not do this here. */
export function notAllowed(detail: string): RequestProblem {
  return new RequestProblem({
    status: 403,
    title: 'Not yours to do',
    detail,
    hint: 'GET /api/v1/session shows what you may do where; an admin grants more.',
  });
}

/** To whoever tries again after a 5xx only, as Alertmanager does. */
export function tooManyForNow(perMinute: number): RequestProblem {
  return new RequestProblem({ ...tooMany(perMinute).details, status: 503, hint: 'Send it again after Retry-After.' });
}

export function tooMany(perMinute: number): RequestProblem {
  return new RequestProblem({
    status: 429,
    title: 'Too many requests',
    detail: `More than ${perMinute} requests came within a minute.`,
    hint: 'Wait as long as Retry-After says; /api/v1/stream tells what changes without asking again and again.',
  });
}
