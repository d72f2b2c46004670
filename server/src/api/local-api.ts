/** The reading API inside one process: a command answers itself from the store, by the very code a server would run. */
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

export async function createLocalApi(
  ports: Pick<ApiPorts, 'history' | 'outbox' | 'clock' | 'logger'>,
): Promise<LocalApi> {
  const server = bareServer(ports.logger);
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
