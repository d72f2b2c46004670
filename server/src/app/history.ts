/** The stored history, opened for one command where no server runs. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLocalApi, type LocalApi } from '../api/local-api.ts';
import { actingOn } from './acting.ts';
import { systemClock } from '../kit/clock.ts';
import type { Clock } from '../model/ports/process.ts';
import { openStore, type StoreTarget, type TattleStore } from '../store/open-store.ts';
import { loadSwitchBoard, replayingOutbox } from './channel-switch.ts';
import { loggerFor } from './logger.ts';
import { PrometheusMetrics } from './metrics/metrics.ts';
import { VERSION } from './version.ts';

/** Nothing is stored there: reading must not make a database. */
class NoStoreError extends Error {
  override readonly name = 'NoStoreError';
}

/** Rejects when the store cannot be opened; the message says why and how to mend it. */
export async function openHistory(where: { readonly dataDir?: string; readonly storeUrl?: string }): Promise<LocalApi> {
  const logger = loggerFor({ level: 'warn', format: 'text' });
  const clock = systemClock;
  const store = await openStore({
    target: where.storeUrl === undefined ? existing(where.dataDir) : { kind: 'url', url: where.storeUrl },
    clock,
    logger,
    metrics: new PrometheusMetrics(),
  });
  try {
    const api = await apiOver(store, clock);
    return {
      request: (method, path, body) => api.request(method, path, body),
      stream: (path) => api.stream(path),
      close: () => api.close().finally(() => store.close()),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function apiOver(store: TattleStore, clock: Clock): Promise<LocalApi> {
  const switches = await loadSwitchBoard(store.settings, clock);
  return createLocalApi({
    history: store.history,
    outbox: replayingOutbox(store.outbox, switches, () => undefined),
    act: actingOn(store.store, clock),
    accessStore: store.access,
    audit: store.audit,
    version: VERSION,
  });
}

function existing(directory = '.tattle'): StoreTarget {
  const dataDir = resolve(directory);
  if (existsSync(join(dataDir, 'postgres'))) return { kind: 'embedded', dataDir };
  throw new NoStoreError(`nothing is stored in ${dataDir}: tattle serve, or tattle demo, makes a store there`);
}
