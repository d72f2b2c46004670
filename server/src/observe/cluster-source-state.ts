/** Object state's way into the intake: the tracker reads each object, and what its detectors say goes on. */
import type { UnreadableLine, WatchEvent } from '../kube/watch-stream.ts';
import type { ObjectChange } from '../model/change.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { Observation } from '../model/observation.ts';
import type { Intake } from '../model/ports/source.ts';
import type { Logger } from '../model/ports/process.ts';
import type { ObjectTracker, WatchedResource } from './ports.ts';
import type { ReflectorHandler } from './reflector.ts';
import type { ReplacePage } from './reflector-list.ts';

export interface ObjectStreamOptions {
  readonly cluster: ClusterRef;
  readonly resource: WatchedResource;
  /** Empty: the whole cluster. */
  readonly namespace: string;
  readonly intake: Intake;
  readonly tracker: ObjectTracker;
  readonly logger: Logger;
  /** The first list is complete. */
  readonly onSynced: () => void;
}

/** Needs no position: object state is always listed. A gap needs no record either, as a list shows what lasts. */
export class ObjectStream implements ReflectorHandler {
  readonly #options: ObjectStreamOptions;

  constructor(options: ObjectStreamOptions) {
    this.#options = options;
  }

  async replace(items: readonly unknown[], page: ReplacePage): Promise<void> {
    const { tracker, cluster, resource, namespace } = this.#options;
    const scope = { first: page.first, namespace };
    const seen = tracker.replace(cluster, resource, items, page.last, scope);
    await offerObservations(this.#options.intake, cluster, seen, items.length, tracker.takeChanges(cluster));
    if (page.last) this.#options.onSynced();
  }

  async changes(events: readonly WatchEvent[]): Promise<void> {
    if (events.length === 0) return;
    const { tracker, cluster, resource } = this.#options;
    const seen: Observation[] = [];
    for (const event of events) seen.push(...tracker.change(cluster, resource, event.type, event.object));
    await offerObservations(this.#options.intake, cluster, seen, events.length, tracker.takeChanges(cluster));
  }

  async unreadable(lines: readonly UnreadableLine[]): Promise<void> {
    const { cluster, resource, logger } = this.#options;
    for (const line of lines) {
      logger.warn(
        { cluster: cluster.name, resource: resource.resource, error: line.error },
        'an object could not be read',
      );
    }
  }

  async gap(): Promise<void> {}

  async restored(): Promise<void> {}

  async quiet(): Promise<void> {}
}

export async function offerObservations(
  intake: Intake,
  cluster: ClusterRef,
  observations: readonly Observation[],
  items: number,
  changes: readonly ObjectChange[],
): Promise<void> {
  if (observations.length === 0 && items === 0 && changes.length === 0) return;
  await intake.offer(
    observations.map((observation) => ({ kind: 'observation', observation })),
    { observed: { cluster: cluster.name, items }, ...(changes.length > 0 && { changes }) },
  );
}
