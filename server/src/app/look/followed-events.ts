/** Follows the Events of a cluster from where a list ended, by the reflector that a server uses. */
import type { KubeClient } from '../../kube/client.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import type { Clock, Logger, Metrics } from '../../model/ports/process.ts';
import type { ChangeType } from '../../observe/ports.ts';
import { Reflector, type ReflectorHandler } from '../../observe/reflector.ts';
import type { ListedPlace } from './listed-events.ts';

export interface FollowingParts {
  readonly client: KubeClient;
  readonly cluster: ClusterRef;
  readonly place: ListedPlace;
  readonly take: (items: readonly unknown[], type: 'LIST' | ChangeType) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Runs until the signal aborts. */
export async function followEvents(parts: FollowingParts, signal: AbortSignal): Promise<void> {
  const { client, cluster, place, take, clock, logger } = parts;
  const { resource, namespace, resourceVersion } = place;
  const handler: ReflectorHandler = {
    replace: async (items) => take(items, 'LIST'),
    changes: async (events) => {
      for (const { object, type } of events) take([object], type);
    },
    unreadable: async (lines) => logger.warn({ lines: lines.length }, 'events that cannot be read are left out'),
    gap: async ({ reason }) =>
      logger.warn({ reason }, 'the watch was interrupted: what happened meanwhile may be missing'),
    restored: async () => {},
    quiet: async () => {},
  };
  const reflector = new Reflector({
    ...{ client, clock, logger, cluster, resource, namespace, handler },
    random: Math.random,
    metrics: UNCOUNTED,
    selectors: {},
    stream: 'events',
    resume: { resourceVersion, at: clock.now() },
    streamingList: false,
  });
  await reflector.run(signal);
}

/** Nobody reads the figures of one command. */
const UNCOUNTED: Metrics = { count: () => {}, gauge: () => {}, observe: () => {} };
