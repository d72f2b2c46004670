/** The HTTP API: its routes behind their guard, on a port or without one. */
import type { FastifyInstance } from 'fastify';
import { guardRequests } from './guard.ts';
import type { ApiPorts } from './ports.ts';
import { configRoutes } from './routes/config.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { eventRoutes } from './routes/events.ts';
import { frontPageRoute } from './routes/front-page.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { statusRoutes } from './routes/status.ts';
import { bareServer } from './server.ts';

/** Requests still under way this long after `close` are cut. */
const CLOSE_GRACE_MS = 3000;

export interface Api {
  /** Port 0 takes a free one. Rejects when the address cannot be had. `url` is as this machine reaches it. */
  listen(host: string, port: number): Promise<{ readonly url: string; readonly port: number }>;
  /** Answers a request without a port. */
  readonly inject: FastifyInstance['inject'];
  close(): Promise<void>;
}

export async function createApi(ports: ApiPorts): Promise<Api> {
  const server = bareServer(ports.logger);
  guardRequests(server, ports.access);
  frontPageRoute(server, ports);
  statusRoutes(server, ports);
  eventRoutes(server, ports);
  incidentRoutes(server, ports);
  deliveryRoutes(server, ports);
  configRoutes(server, ports);
  await server.ready();
  return {
    async listen(host, port) {
      await server.listen({ host, port });
      const address = server.server.address();
      const actual = typeof address === 'object' && address !== null ? address.port : port;
      return { url: `http://${reachable(host)}:${actual}`, port: actual };
    },
    inject: server.inject.bind(server),
    async close() {
      const cut = setTimeout(() => server.server.closeAllConnections(), CLOSE_GRACE_MS);
      await server.close().finally(() => clearTimeout(cut));
    },
  };
}

/** Where someone on this machine reaches what listens on `host`. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
