/** The stored history, opened for one command where no server runs. */
import { resolve } from 'node:path';
import { createLocalApi, type LocalApi } from '../api/local-api.ts';
import { actingOn } from './acting.ts';
import { systemClock } from '../kit/clock.ts';
import { openStore } from '../store/open-store.ts';
import { loadSwitchBoard, replayingOutbox } from './channel-switch.ts';
import { loggerFor } from './logger.ts';
import { PrometheusMetrics } from './metrics.ts';

/** Rejects when the store cannot be opened; the message says why and how to mend it. */
export async function openHistory(where: { readonly dataDir?: string; readonly storeUrl?: string }): Promise<LocalApi> {
  const logger = loggerFor({ level: 'warn', format: 'text' });
  const clock = systemClock;
  const store = await openStore({
    target:
      where.storeUrl === undefined
        ? { kind: 'embedded', dataDir: resolve(where.dataDir ?? '.tattle') }
        : { kind: 'url', url: where.storeUrl },
    clock,
    logger,
    metrics: new PrometheusMetrics(),
  });
  const switches = await loadSwitchBoard(store.settings, clock);
  const outbox = replayingOutbox(store.outbox, switches, () => undefined);
  const api = await createLocalApi({ history: store.history, outbox, act: actingOn(store.store, clock) });
  return {
    request: (method, path, body) => api.request(method, path, body),
    close: async () => {
      await api.close();
      await store.close();
    },
  };
}
