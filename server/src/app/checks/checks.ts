/** What works and what does not, put together for people: what the process knows, and what it finds out by asking around. */
import type { LiveSettings, ServerChecks, ServerStatus } from '../../api/ports.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { History } from '../../model/ports/history.ts';
import type { Outbox } from '../../model/ports/telling.ts';
import { StoreUnavailable } from '../../model/ports/store.ts';
import type { OutboxRunner } from '../../notify/outbox-runner.ts';
import { isEventStream } from '../../api/readiness.ts';
import { type Check, fail, skipped } from '../doctor/check.ts';
import { channelChecksOf } from './channel-checks.ts';
import { eventsCheck, namespaceChecks, recordingCheck, type Seen, storeCheck } from './own-checks.ts';
import { keptFor, type Reached } from './reaching-out.ts';
import { watchChecks } from './watch-checks.ts';

export interface ChecksParts {
  readonly simulated: boolean;
  readonly status: () => ServerStatus;
  readonly clusters: () => readonly ClusterRef[];
  readonly knownNamespaces: () => Iterable<{ readonly cluster: ClusterRef; readonly namespace: string }>;
  readonly settings: Pick<LiveSettings, 'view' | 'monitors'>;
  readonly channels: OutboxRunner['health'];
  /** Why it cannot send at all; null where it can. */
  readonly brokenChannel: (name: string) => string | null;
  readonly history: Pick<History, 'events' | 'histogram'>;
  readonly outbox: Pick<Outbox, 'deliveries'>;
  readonly reachOut: () => Promise<Reached>;
  readonly clock: Clock;
}

const FRESH_MS = 10_000;
const HOUR_MS = 3_600_000;

export function createChecks(parts: ChecksParts): () => Promise<ServerChecks> {
  return keptFor(FRESH_MS, parts.clock, async () => {
    const at = parts.clock.now();
    const reached = await parts.reachOut();
    const status = parts.status();
    const [seen, told] = await Promise.all([seenIn(parts, status), toldChannels(parts, status, reached)]);
    const isWatched = status.streams.some((stream) => isEventStream(stream) && stream.health === 'watching');
    const items = [
      storeCheck(status.store),
      ...(parts.simulated ? [recordingCheck()] : []),
      ...reached.clusters,
      ...watchChecks(status.streams),
      ...namespaceChecks({
        clusters: parts.clusters(),
        known: [...parts.knownNamespaces()],
        monitors: (namespace) => parts.settings.monitors(namespace),
        isChosen: isAnyChosen(parts.settings),
      }),
      eventsCheck(seen, isWatched),
      ...channelChecksOf(told),
    ];
    return { at, simulated: parts.simulated, items };
  });
}

function isAnyChosen(settings: Pick<LiveSettings, 'view'>): boolean {
  return settings.view().filter.namespaces.length > 0;
}

async function seenIn({ history }: ChecksParts, { store, tally, startedAt }: ServerStatus): Promise<Seen> {
  const [newest, before] = await Promise.all([
    orUndefined(store, async () => (await history.events({ fields: {} }, { limit: 1 })).items[0]?.lastSeen),
    orUndefined(store, () => history.histogram({ from: startedAt - HOUR_MS, to: startedAt, fields: {} }, 1)),
  ]);
  const total = before?.buckets.reduce((sum, bucket) => sum + bucket.total, 0) ?? null;
  return { tally, newest: newest ?? null, before: total };
}

async function toldChannels(
  { channels, brokenChannel, outbox }: ChecksParts,
  { store }: ServerStatus,
  reached: Reached,
) {
  return Promise.all(
    channels().map(async (health) => {
      const { name } = health;
      const page = await orUndefined(store, () =>
        outbox.deliveries({ channel: name, statuses: ['delivered'], limit: 1 }),
      );
      const deliveredAt = page === undefined ? undefined : (page.items[0]?.deliveredAt ?? null);
      return {
        health,
        deliveredAt,
        reached: reached.channels.get(name) ?? addedCheck(name, brokenChannel(name)),
      };
    }),
  );
}

/** Of a channel that somebody added: whether its target takes connections is not for everybody who may see checks. */
function addedCheck(name: string, broken: string | null): Check {
  return broken === null
    ? skipped(`channel ${name}`, 'It was added at run time, and is tried by a test message only')
    : fail(`channel ${name}`, `It cannot send: ${broken}`, 'Change its settings, or bring its key back.');
}

/** A store that is down is told once, by its own check; the others go on without it. */
async function orUndefined<T>({ available }: ServerStatus['store'], ask: () => Promise<T>): Promise<T | undefined> {
  if (!available) return undefined;
  try {
    return await ask();
  } catch (error) {
    if (error instanceof StoreUnavailable) return undefined;
    throw error;
  }
}
