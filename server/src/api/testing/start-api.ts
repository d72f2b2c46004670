/** An API over memory, with the pieces that tests look at. */
import { ManualClock } from '../../kit/clock.ts';
import type { ListedDelivery } from '../../model/ports/telling.ts';
import type { Logger } from '../../model/ports/process.ts';
import { DEFAULT_FILTER, DEFAULT_RETENTION_DAYS, type FilterSettings } from '../../model/settings.ts';
import { createAccess, type AccessOptions } from '../access/access.ts';
import { createApi } from '../api.ts';
import { unwatched } from '../unwatched.ts';
import type { ApiPorts, LiveSettings, LockedSetting, ServerStatus, SettingsView } from '../ports.ts';
import { memoryAccessStore, memoryAuditLog, memoryIdempotency } from './memory-access.ts';
import { memoryChannels } from './memory-channels.ts';
import { MemoryFeed } from './memory-feed.ts';
import { memorySinks } from './memory-sinks.ts';
import { memoryTelling } from './memory-telling.ts';
import { memorySeen, NO_SELECTOR } from './memory-seen.ts';
import { memoryHistory, memoryOutbox, type MemoryContents } from './memory-history.ts';

export const NOON = Date.UTC(2026, 10, 21, 12);

export interface TestApiOptions extends MemoryContents {
  readonly deliveries?: readonly ListedDelivery[];
  readonly locked?: readonly LockedSetting[];
  readonly access?: Partial<AccessOptions>;
  readonly ports?: Partial<ApiPorts>;
}

export async function startApi(options: TestApiOptions = {}) {
  const clock = new ManualClock(NOON);
  const accessStore = memoryAccessStore();
  const audit = memoryAuditLog();
  const access = createAccess({ host: '127.0.0.1', store: accessStore, clock, ...options.access });
  const outbox = memoryOutbox(options.deliveries, options);
  const errors: unknown[] = [];
  const settings = memorySettings(options.locked ?? []);
  const api = await createApi({
    history: memoryHistory(options),
    outbox,
    telling: memoryTelling(),
    channels: memoryChannels(),
    sinks: memorySinks(),
    act: async () => ({ refusal: null, incidentIds: [] }),
    settings,
    status: () => healthyStatus(),
    pendingJobs: async () => ({ evidence: 0, notice: 0 }),
    knownNamespaces: () => [{ cluster: { uid: 'c1', name: 'lab' }, namespace: 'quiet' }],
    seen: memorySeen(settings, clock),
    clusters: () => [{ uid: 'c1', name: 'lab' }],
    objects: unwatched,
    checks: async () => ({ at: NOON, simulated: false, items: [] }),
    testIncident: async ({ namespace }) => ({
      kind: 'begun',
      object: { kind: 'Pod', namespace, name: 'tattle-test-1', uid: '' },
      condition: 'TattleTest',
      incidentId: 'i1',
      resolvesAt: NOON + 70_000,
    }),
    takeIn: async () => ({ kind: 'taken', taken: 1, dropped: {}, faults: [], notes: [] }),
    chatActs: async () => ({ kind: 'unsigned' }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'tattle_up 1\n' }),
    access,
    accessStore,
    audit,
    idempotency: memoryIdempotency(),
    feed: new MemoryFeed(),
    oidc: null,
    kubernetes: false,
    requestsPerMinute: 100_000,
    trustedProxies: [],
    basePath: '/',
    ui: null,
    clock,
    logger: recordingLogger(errors),
    version: '0.0.0-test',
    ...options.ports,
  });
  const authorization = `Bearer ${access.token}`;
  return {
    api,
    access,
    accessStore,
    audit,
    clock,
    outbox,
    settings,
    /** What was logged as an error: faults of ours. */
    errors,
    get: async (url: string, headers: Record<string, string> = {}) => {
      const response = await api.inject({ url, headers: { host: 'localhost:7171', authorization, ...headers } });
      return {
        status: response.statusCode,
        headers: response.headers,
        text: response.body,
        json: jsonOf(response.body),
      };
    },
    send: async (
      method: 'PUT' | 'POST' | 'DELETE',
      url: string,
      body: unknown,
      headers: Record<string, string> = {},
    ) => {
      const response = await api.inject({
        method,
        url,
        headers: { host: 'localhost:7171', authorization, 'content-type': 'application/json', ...headers },
        payload: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return {
        status: response.statusCode,
        headers: response.headers,
        text: response.body,
        json: jsonOf(response.body),
      };
    },
  };
}

export function healthyStatus(overrides: Partial<ServerStatus> = {}): ServerStatus {
  return {
    startedAt: NOON - 60_000,
    stopping: false,
    streams: [],
    store: { available: true, detail: '' },
    queue: { arrivals: 0, capacity: 1000 },
    tally: { received: 0, stored: 0, repeats: 0, dropped: {}, observed: 0, occurrences: 0 },
    notices: [],
    ...overrides,
  };
}

function memorySettings(locked: readonly LockedSetting[]): LiveSettings & { readonly actors: string[] } {
  let filter: FilterSettings = { ...DEFAULT_FILTER, namespaces: ['shop'] };
  let retention = DEFAULT_RETENTION_DAYS;
  const actors: string[] = [];
  const view = (): SettingsView => ({ filter, retention, locked, notices: [] });
  return {
    actors,
    view,
    monitors: (namespace) => filter.namespaces === 'all' || filter.namespaces.includes(namespace),
    async change(patch, by, expected = () => true) {
      if (!expected(view())) return { kind: 'stale' };
      const refused = locked.filter(({ path }) => path.replace('filter.', '') in (patch.filter ?? {}));
      if (refused.length > 0) return { kind: 'locked', locked: refused };
      if (patch.filter?.labelSelector === '((') {
        return { kind: 'invalid', problems: [NO_SELECTOR] };
      }
      filter = { ...filter, ...patch.filter };
      retention = { ...retention, ...patch.retention };
      actors.push(by);
      return { kind: 'saved', view: view() };
    },
  };
}

function recordingLogger(errors: unknown[]): Logger {
  const quiet = () => undefined;
  return { debug: quiet, info: quiet, warn: quiet, error: (fields) => errors.push(fields) };
}

function jsonOf(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
