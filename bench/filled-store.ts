/** A data directory with many events in it, made before its server starts. */
import { join } from 'node:path';
import { systemClock } from '../server/src/kit/clock.ts';
import { EmbeddedServer } from '../server/src/store/embedded/server.ts';
import { openStore } from '../server/src/store/open-store.ts';
import { fillHistory } from '../server/src/store/testing/fill-history.ts';

const DAY_MS = 86_400_000;

/** So many events over the eight days before today, in the data directory `data` of a home whose server has not started yet. */
export async function fillStore(home: string, events: number): Promise<void> {
  const silent = () => undefined;
  const logger = { debug: silent, info: silent, warn: silent, error: console.error };
  const server = await EmbeddedServer.open({ dataDir: join(home, 'data'), logger });
  try {
    const { user, database, host } = server.address;
    const url = `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(String(host))}`;
    const metrics = { count: silent, gauge: silent, observe: silent };
    const store = await openStore({ target: { kind: 'url', url }, clock: systemClock, logger, metrics });
    await store.close();
    // Up to the end of yesterday: the server numbers today's events itself, from the first on.
    const end = Math.floor(Date.now() / DAY_MS) * DAY_MS - 1;
    await fillHistory({ url, events, days: 8, end, clusters: 1, namespaces: 30, log: silent });
  } finally {
    await server.close();
  }
}
