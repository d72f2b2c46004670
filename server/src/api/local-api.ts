/** What of the API needs the store alone, inside one process: a command answers itself by the very code a server would run. */
import { systemClock } from '../kit/clock.ts';
import type { Logger } from '../model/ports/process.ts';
import type { ApiPorts } from './ports.ts';
import { Routes } from './registry.ts';
import { auditRoutes, tokenRoutes } from './routes/access.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { eventRoutes } from './routes/events.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { placeRoutes } from './routes/places.ts';
import { bareServer } from './server.ts';
import { unwatched } from './unwatched.ts';

export interface LocalApi {
  /** `path` with its query, from /api/v1 on; what the store alone can answer. */
  request(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: string }>;
  /** What a GET answers, as it is made: no more is held than a piece. The body rejects where it breaks off. */
  stream(path: string): Promise<{ readonly status: number; readonly body: AsyncIterable<Uint8Array> }>;
  close(): Promise<void>;
}

export type StoredPorts = Pick<ApiPorts, 'history' | 'outbox' | 'act' | 'accessStore' | 'audit' | 'version'>;

export async function createLocalApi(stored: StoredPorts): Promise<LocalApi> {
  const ports = { ...stored, clusters: () => [], objects: unwatched, clock: systemClock, logger: SILENT };
  const server = bareServer(SILENT);
  const routes = new Routes(server, null);
  eventRoutes(routes, ports);
  placeRoutes(routes, ports);
  incidentRoutes(routes, ports);
  deliveryRoutes(routes, ports);
  tokenRoutes(routes, { ...ports, forgetToken: () => undefined });
  auditRoutes(routes, ports);
  await server.ready();
  return {
    async request(method, path, body) {
      const payload =
        body === undefined ? {} : { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const response = await server.inject({ method, url: path, ...payload });
      return { status: response.statusCode, body: response.body };
    },
    async stream(path) {
      const response = await server.inject({ method: 'GET', url: path, payloadAsStream: true });
      const body = response.stream();
      // Where nobody reads on, what writes must not wait for that.
      body.once('close', () => response.raw.res.destroy());
      return { status: response.statusCode, body };
    },
    close: () => server.close(),
  };
}

/** The command tells what went wrong; a log beside its output would only be in the way. */
const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
