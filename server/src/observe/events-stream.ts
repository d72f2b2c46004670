/** The event stream's way into the intake: raw objects become arrivals, and each batch brings the position after it. */
import type { EventNormaliser } from './ports.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { Arrival } from '../model/observation.ts';
import type { Clock, Metrics } from '../model/ports/process.ts';
import type { Intake } from '../model/ports/source.ts';
import type { Position } from '../model/position.ts';
import type { UnreadableLine, WatchEvent } from '../kube/watch-stream.ts';
import type { ReplacePage } from './reflector-list.ts';
import type { ReflectorHandler } from './reflector.ts';
import type { StreamGap } from './reflector-coverage.ts';

export interface EventsStreamOptions {
  readonly cluster: ClusterRef;
  readonly stream: string;
  readonly clock: Clock;
  readonly intake: Intake;
  readonly normalise: EventNormaliser;
  readonly metrics: Metrics;
  /** Of the saved position; 0 for a new stream. */
  readonly epoch: number;
}

export class EventsStream implements ReflectorHandler {
  readonly #options: EventsStreamOptions;
  #epoch: number;

  constructor(options: EventsStreamOptions) {
    this.#options = options;
    this.#epoch = options.epoch;
  }

  async replace(items: readonly unknown[], page: ReplacePage): Promise<void> {
    const { intake, normalise, cluster } = this.#options;
    const arrivals = items.map((item) => normalise(item, 'LIST', cluster));
    // Pages come in the order of names, not of time: only the last one covers its version.
    await intake.offer(arrivals, page.last ? { position: this.#position(page.resourceVersion) } : {});
  }

  async changes(events: readonly WatchEvent[], resourceVersion: string): Promise<void> {
    const { intake, normalise, cluster } = this.#options;
    const arrivals: Arrival[] = [];
    for (const event of events) arrivals.push(normalise(event.object, event.type, cluster));
    await intake.offer(arrivals, { position: this.#position(resourceVersion) });
  }

  async unreadable(lines: readonly UnreadableLine[]): Promise<void> {
    const { cluster } = this.#options;
    await this.#options.intake.offer(lines.map((line) => ({ kind: 'dead-letter', cluster, ...line })));
  }

  async gap(gap: StreamGap): Promise<void> {
    const { cluster, stream, clock, metrics } = this.#options;
    const seconds = ((gap.to ?? clock.now()) - gap.from) / 1000;
    metrics.count('tattle_watch_gaps_total', { cluster: cluster.name, stream, reason: gap.reason });
    metrics.count('tattle_watch_gap_seconds_total', { cluster: cluster.name, stream }, Math.max(0, seconds));
    await this.#options.intake.offer([], { gap: { clusterUid: cluster.uid, stream, ...gap } });
  }

  async restored(): Promise<void> {
    this.#epoch += 1;
  }

  async quiet(resourceVersion: string, at: number): Promise<void> {
    await this.#options.intake.offer([], { position: this.#position(resourceVersion, at) });
  }

  #position(resourceVersion: string, at = this.#options.clock.now()): Position {
    const { cluster, stream } = this.#options;
    return { clusterUid: cluster.uid, stream, resourceVersion, epoch: this.#epoch, at };
  }
}
