/** Whether something happened before within the window: decides new jobs and notices, never whether an event is kept. */
import type { TriagedEvent } from '../model/cluster-event.ts';

export interface DeduplicationOptions {
  /** Milliseconds; 300 s by default. */
  readonly ttlMs?: number;
  /** Fingerprints remembered at the most; at some 120 bytes each, 100,000 take 12 MB. */
  readonly limit?: number;
}

interface Sighting {
  /** Latest time of the event itself, never ahead of when it arrived. */
  seen: number;
  /** When Tattle learned of it: what was touched longest ago is forgotten first. */
  touched: number;
}

/**
 * A sliding window over fingerprints. It asks for times of events only, so that answers do not depend on batches, speed or
 * restarts, and a reporter whose clock is wrong is compared with itself. An event older than what is known is a repeat, too.
 *
 * At its bound it forgets what was quiet longest and counts that in `forgotten`: what comes back then counts as fresh. One
 * notice too many is the honest error; a problem that nobody is told of is not.
 */
export class Deduplicator {
  readonly ttlMs: number;
  readonly #limit: number;
  /** In the order of `touched`. */
  readonly #sightings = new Map<string, Sighting>();
  #forgotten = 0;

  constructor({ ttlMs = 300_000, limit = 100_000 }: DeduplicationOptions = {}) {
    this.ttlMs = ttlMs;
    this.#limit = limit;
  }

  /** How many sightings went before their time because the bound was reached. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get size(): number {
    return this.#sightings.size;
  }

  /** Changes nothing: ask as often as a batch has to be decided again. `at` is the batch's ingest time. */
  isFresh({ fingerprint, observation }: TriagedEvent, at: number): boolean {
    const known = this.#sightings.get(fingerprint);
    return known === undefined || Math.min(observation.lastSeen, at) - known.seen > this.ttlMs;
  }

  /** After the commit, in the order of arrival. */
  adopt(events: readonly TriagedEvent[], at: number): void {
    for (const { fingerprint, observation } of events) this.#touch(fingerprint, Math.min(observation.lastSeen, at), at);
    this.#expire(at);
  }

  /** Replaces all memory by what the store knows, after a restart or a commit that failed. */
  recover(recent: readonly (readonly [fingerprint: string, lastSeen: number])[]): void {
    this.#sightings.clear();
    for (const [fingerprint, seen] of [...recent].sort((a, b) => a[1] - b[1])) this.#touch(fingerprint, seen, seen);
  }

  #touch(fingerprint: string, seen: number, at: number): void {
    const known = this.#sightings.get(fingerprint);
    if (known !== undefined) {
      this.#sightings.delete(fingerprint);
      known.seen = Math.max(known.seen, seen);
      known.touched = Math.max(known.touched, at);
      this.#sightings.set(fingerprint, known);
      return;
    }
    if (this.#sightings.size >= this.#limit) {
      const [oldest] = this.#sightings.keys();
      if (oldest !== undefined) this.#sightings.delete(oldest);
      this.#forgotten += 1;
    }
    this.#sightings.set(fingerprint, { seen, touched: at });
  }

  /** By arrival, not by event time: a clock that is an hour behind must not empty the window. */
  #expire(at: number): void {
    for (const [fingerprint, { touched }] of this.#sightings) {
      if (at - touched <= this.ttlMs) return;
      this.#sightings.delete(fingerprint);
    }
  }
}
