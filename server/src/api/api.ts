/** The HTTP API: its routes behind their guard, on a port or without one. */
import type { FastifyInstance } from 'fastify';
import { guardRequests } from './guard.ts';
import type { ApiPorts } from './ports.ts';
import { OnceOnly } from './idempotency.ts';
import { Routes } from './registry.ts';
import { auditRoutes, sessionRoutes, tokenRoutes } from './routes/access.ts';
import { channelRoutes } from './routes/channels.ts';
import { checkRoutes } from './routes/checks.ts';
import { configOutlookRoutes } from './routes/config-outlook.ts';
import { configRoutes } from './routes/config.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { documentationRoutes } from './routes/documentation.ts';
import { eventRoutes } from './routes/events.ts';
import { frontPageRoute } from './routes/front-page.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { intakeRoutes } from './routes/intake.ts';
import { interactionRoutes } from './routes/interactions.ts';
import { namespaceRoutes } from './routes/namespaces.ts';
import { placeRoutes } from './routes/places.ts';
import { runtimeChannelRoutes } from './routes/runtime-channels.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { silenceRoutes } from './routes/silences.ts';
import { sinkRoutes } from './routes/sinks.ts';
import { statusRoutes } from './routes/status.ts';
import { streamRoutes } from './routes/stream.ts';
import { testIncidentRoute } from './routes/test-incident.ts';
import { createFeedHub } from './stream/feed-hub.ts';
import { bareServer } from './server.ts';
import { traceRequests } from './trace-requests.ts';
import { basePathRoute } from './ui/base-path.ts';
import { type BuiltUi, readUi } from './ui/built-ui.ts';
import { uiRoutes } from './ui/ui-routes.ts';

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
  const server = bareServer(ports.logger, ports);
  traceRequests(server, ports.tracing);
  await guardRequests(server, ports);
  const once = new OnceOnly(ports.idempotency, ports.clock);
  const routes = new Routes(server, once);
  const ui = await uiOf(ports);
  frontPageRoute(server, ports, ui);
  if (ui !== null) uiRoutes(server, ui);
  basePathRoute(server, ports.basePath);
  documentationRoutes(routes, server, ports.version);
  statusRoutes(routes, ports);
  checkRoutes(routes, ports);
  eventRoutes(routes, ports);
  placeRoutes(routes, ports);
  incidentRoutes(routes, ports);
  testIncidentRoute(routes, ports);
  await server.register(async (apart) => intakeRoutes(new Routes(apart, once), apart, ports));
  // An Idempotency-Key is not part of what is signed: it means nothing there.
  await server.register(async (apart) => interactionRoutes(new Routes(apart, null), apart, ports));
  deliveryRoutes(routes, ports);
  silenceRoutes(routes, ports);
  channelRoutes(routes, ports);
  runtimeChannelRoutes(routes, ports);
  sinkRoutes(routes, ports);
  configRoutes(routes, ports);
  configOutlookRoutes(routes, ports);
  namespaceRoutes(routes, ports);
  sessionRoutes(routes, ports);
  tokenRoutes(routes, { ...ports, forgetToken: (id) => ports.access.storedTokens.forget(id) });
  auditRoutes(routes, ports);
  signInRoutes(routes, server, ports);
  const stopping = new AbortController();
  const hub = createFeedHub(ports);
  streamRoutes(routes, ports, hub, stopping.signal);
  const reading = hub.run(stopping.signal);
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
      // Streams have no end of their own.
      stopping.abort();
      await reading;
      const cut = setTimeout(() => server.server.closeAllConnections(), CLOSE_GRACE_MS);
      await server.close().finally(() => clearTimeout(cut));
    },
  };
}

/** Without its UI, Tattle works on. */
async function uiOf({ ui: folder, logger }: Pick<ApiPorts, 'ui' | 'logger'>): Promise<BuiltUi | null> {
  if (folder === null) return null;
  const reading = await readUi(folder);
  if (reading.kind === 'built') return reading.ui;
  logger.warn({ why: reading.why }, 'the web UI is not served: build it with "npm run build" and start again');
  return null;
}

/** Where someone on this machine reaches what listens on `host`. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
