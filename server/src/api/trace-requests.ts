/** A span for each request of the API: by the route's pattern, since a path may hold names, and a query a credential. */
import { endpoints } from '@tattle/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OpenSpan, Tracing } from '../model/tracing.ts';

/** To be called before other hooks: what they refuse has a span, too. */
export function traceRequests(server: FastifyInstance, tracing: Tracing | undefined): void {
  if (tracing === undefined) return;
  server.addHook('onRequest', (request, reply, done) => {
    const route = tracedRoute(request);
    if (route === null) return done();
    const { method, headers } = request;
    const start = {
      name: `${method} ${route}`,
      attributes: { 'http.request.method': method, 'http.route': route, 'tattle.request.id': request.id },
    };
    const caller = { traceparent: oneOf(headers['traceparent']), tracestate: oneOf(headers['tracestate']) };
    tracing.request(start, caller, (span) => {
      // Also where the caller goes away before the answer.
      reply.raw.once('close', () => end(span, reply));
      done();
    });
  });
}

/** Null for pages, probes and paths that are none; and for the live stream, which lasts for hours. */
function tracedRoute({ routeOptions: { url, config } }: FastifyRequest): string | null {
  if (url === undefined || config.endpoint === undefined || config.endpoint === endpoints.stream) return null;
  return url.startsWith('/api/') ? url : null;
}

function end(span: OpenSpan, { raw }: FastifyReply): void {
  const { statusCode, writableFinished } = raw;
  if (!writableFinished) span.fail('aborted');
  else {
    span.set({ 'http.response.status_code': statusCode });
    if (statusCode >= 500) span.fail(String(statusCode));
  }
  span.end();
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
