/** One stream of a source: tries the places where it may be watched, one after the other, until one is not denied. */
import type { ApiResource } from '../kube/api-resource.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { Clock } from '../model/ports/process.ts';
import type { StreamStatus } from '../model/ports/source.ts';

/** A reflector or a poller. */
export interface Follower {
  run(signal: AbortSignal): Promise<void>;
  status(): StreamStatus;
}

/** Where a stream may be watched: a version of the resource, in a namespace or (empty) the whole cluster. */
export interface Place {
  readonly resource: ApiResource;
  readonly namespace: string;
}

export type MakeFollower = (place: Place, onDenied: () => boolean) => Promise<Follower>;

const DENIED_RETRY_MS = 60_000;
/** An API server that has just started denies everybody for a moment, until its roles are loaded. */
const PASSING_DENIALS = 3;
const PASSING_MS = 120_000;

export class PlacedStream {
  readonly #clock: Clock;
  readonly #places: readonly [Place, ...Place[]];
  readonly #make: MakeFollower;
  readonly #onDenied: () => void;
  #shown: Follower | null = null;
  #place: Place | null = null;
  #denials = 0;
  #lastDenied = 0;

  /** `onDenied`: every place denied access; they are asked again each minute. */
  constructor(clock: Clock, places: readonly [Place, ...Place[]], make: MakeFollower, onDenied: () => void) {
    this.#clock = clock;
    this.#places = places;
    this.#make = make;
    this.#onDenied = onDenied;
  }

  /** Where it is watched now; null before it starts. */
  get place(): Place | null {
    return this.#place;
  }

  status(cluster: ClusterRef): StreamStatus {
    const [first] = this.#places;
    const starting: StreamStatus = {
      cluster,
      stream: first.resource.resource,
      health: 'starting',
      since: this.#clock.now(),
      lastHeard: null,
      detail: '',
    };
    return this.#shown?.status() ?? starting;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const [first] = await this.#tryEach(signal);
      if (signal.aborted) return;
      // The preferred place's denial carries the Role that people should rather apply.
      this.#shown = first ?? null;
      this.#onDenied();
      await this.#clock.sleep(DENIED_RETRY_MS, signal);
    }
  }

  /** Returns the followers that were denied, once all were. */
  async #tryEach(signal: AbortSignal): Promise<readonly Follower[]> {
    const denied: Follower[] = [];
    for (const place of this.#places) {
      if (signal.aborted) break;
      const follower = await this.#make(place, () => this.#isDenied());
      this.#shown = follower;
      this.#place = place;
      await follower.run(signal);
      denied.push(follower);
    }
    return denied;
  }

  /** With one place the follower itself asks again; with several, the next one's turn comes. */
  #isDenied(): boolean {
    if (this.#places.length === 1) {
      this.#onDenied();
      return false;
    }
    const now = this.#clock.now();
    this.#denials = now - this.#lastDenied > PASSING_MS ? 1 : this.#denials + 1;
    this.#lastDenied = now;
    const hasWorked = this.#shown !== null && this.#shown.status().lastHeard !== null;
    return !hasWorked || this.#denials > PASSING_DENIALS;
  }
}
