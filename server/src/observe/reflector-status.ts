/** How one reflector is doing, and what of its stream is covered: what people are shown, and where gaps begin. */
import type { Clock, Logger } from '../model/ports/process.ts';
import type { StreamStatus, WatchHealth } from '../model/ports/source.ts';
import type { ClusterRef } from '../model/object-ref.ts';

/** A watch that was not heard for this long is shown as stale, whatever we believe about it. */
const STALE_MS = 60_000;

export class ReflectorStatus {
  readonly #cluster: ClusterRef;
  readonly #stream: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #health: WatchHealth = 'starting';
  #since: number;
  #lastHeard: number | null = null;
  #detail = '';

  constructor(cluster: ClusterRef, stream: string, clock: Clock, logger: Logger) {
    this.#cluster = cluster;
    this.#stream = stream;
    this.#clock = clock;
    this.#logger = logger;
    this.#since = clock.now();
  }

  get health(): WatchHealth {
    return this.#health;
  }

  heard(): void {
    this.#lastHeard = this.#clock.now();
  }

  /** Logs a change once, not each try. */
  set(health: WatchHealth, detail = ''): void {
    this.#detail = detail;
    if (health === this.#health) return;
    const fields = { cluster: this.#cluster.name, stream: this.#stream, health, was: this.#health, detail };
    this.#health = health;
    this.#since = this.#clock.now();
    if (health === 'denied' || health === 'unreachable') this.#logger.warn(fields, `watch is ${health}`);
    else this.#logger.debug(fields, `watch is ${health}`);
  }

  snapshot(): StreamStatus {
    const stale =
      this.#health === 'watching' && this.#lastHeard !== null && this.#clock.now() - this.#lastHeard > STALE_MS;
    return {
      cluster: this.#cluster,
      stream: this.#stream,
      health: stale ? 'stale' : this.#health,
      since: this.#since,
      lastHeard: this.#lastHeard,
      detail: stale
        ? 'Nothing was read for over a minute: the store is slow, or the connection is dead.'
        : this.#detail,
    };
  }
}
