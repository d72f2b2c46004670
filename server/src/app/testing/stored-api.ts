/** The API over a real store: what it asks is answered by PostgreSQL. */
import type { Scope } from '../../model/access.ts';
import type { Delivery } from '../../model/delivery.ts';
import type { Command } from '../../model/incident-command.ts';
import type { ApiPorts } from '../../api/ports.ts';
import { storedToken } from '../../api/testing/callers.ts';
import { startApi } from '../../api/testing/start-api.ts';
import { openPolicy } from '../../notify/policy/policy.ts';
import { notifySettings } from '../../notify/policy/settings.ts';
import { ManualClock } from '../../kit/clock.ts';
import { createTelling } from '../telling/telling.ts';
import type { TattleStore } from '../../store/open-store.ts';

export async function startStoredApi(store: TattleStore, now: number, ports: Partial<ApiPorts> = {}) {
  const acts: Command[] = [];
  const started = await startApi({
    access: { store: store.access },
    ports: {
      history: store.history,
      outbox: store.outbox,
      telling: tellingOver(store, now),
      accessStore: store.access,
      audit: store.audit,
      idempotency: store.idempotency,
      feed: store.feed,
      act: async (command) => {
        acts.push(command);
        return { refusal: null, incidentIds: [command.id] };
      },
      ...ports,
    },
  });
  started.clock.advanceTo(now);
  /** What everybody's deliveries are like now. */
  const deliveries = async (): Promise<readonly Delivery[]> => (await store.outbox.deliveries({ limit: 1000 })).items;
  /** Someone who is an admin in this scope. */
  const adminOf = async (scope: Scope) => {
    const { secret } = await storedToken(store.access, [{ role: 'admin', scope }], { now });
    const authorization = `Bearer ${secret}`;
    const headers = { authorization };
    return {
      authorization,
      get: (url: string) => started.get(url, headers),
      send: (method: 'PUT' | 'POST' | 'DELETE', url: string, body: unknown) => started.send(method, url, body, headers),
    };
  };
  return { ...started, acts, deliveries, adminOf };
}

/** Of channels there are none. */
function tellingOver(store: TattleStore, now: number) {
  return createTelling({
    store,
    outbox: store.outbox,
    deliveries: { health: () => [], wake: () => undefined },
    channels: () => [],
    aboutChannel: () => ({ origin: 'configuration', broken: null }),
    policy: openPolicy,
    section: notifySettings.parse({}),
    wakeNotices: () => undefined,
    clock: new ManualClock(now),
  });
}
