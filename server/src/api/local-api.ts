/** The reading API inside one process: a command answers itself from the store, by the very code a server would run. */
import { systemClock } from '../kit/clock.ts';
import type { Logger } from '../model/ports.ts';
import type { ApiPorts } from './ports.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { eventRoutes } from './routes/events.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { bareServer } from './server.ts';

export interface LocalApi {
  /** `path` with its query, from /api/v1 on; events, incidents and deliveries only. */
  request(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: string }>;
  close(): Promise<void>;
}

export async function createLocalApi(stored: Pick<ApiPorts, 'history' | 'outbox' | 'act'>): Promise<LocalApi> {
  const ports = { ...stored, clock: systemClock };
  const server = bareServer(SILENT);
  eventRoutes(server, ports);
  incidentRoutes(server, ports);
  deliveryRoutes(server, ports);
  await server.ready();
  return {
    async request(method, path, body) {
      const payload =
        body === undefined ? {} : { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const response = await server.inject({ method, url: path, ...payload });
      return { status: response.statusCode, body: response.body };
    },
    close: () => server.close(),
  };
}

/** The command tells what went wrong; a log beside its output would only be in the way. */
const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
