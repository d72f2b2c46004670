/** The path under which people reach the server, where what stands in front of it leaves that path in its requests. */
import type { FastifyInstance } from 'fastify';

/** Takes the base path off a request's URL. What comes without it stays: probes, and proxies that took it off. `/` takes nothing. */
export function withoutBase(basePath: string): (url: string) => string {
  if (basePath === '/') return (url) => url;
  return (url) => (url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : url);
}

/** From the base path without its last slash, a relative link would miss the base path: the way leads on to the one with it. */
export function basePathRoute(server: FastifyInstance, basePath: string): void {
  if (basePath === '/') return;
  const last = basePath.slice(basePath.lastIndexOf('/') + 1);
  server.get(basePath, { config: { rule: 'open' }, exposeHeadRoute: false }, async ({ url }, reply) => {
    const question = url.indexOf('?');
    return reply.redirect(`${last}/${question === -1 ? '' : url.slice(question)}`, 302);
  });
}
