/** What arrived of the event stream in the last day, kept or not: counted by the hour, in memory, in groups that the filter's lists cannot tell apart. */
import type { ClusterRef } from '../../model/object-ref.ts';
import type { EventObservation, Observation } from '../../model/observation.ts';
import { createClassifier } from '../../triage/classify.ts';
import { MEANINGS } from '../../triage/meanings.ts';

export interface SeenGroup {
  readonly cluster: ClusterRef;
  /** Empty for what lies in none. */
  readonly namespace: string;
  readonly kind: string;
  readonly reason: string;
  readonly condition: string | null;
  readonly type: string;
  readonly component: string;
}

export interface SeenReading {
  /** From when on the counts are: an hour's beginning, or when the process started. */
  readonly since: number;
  readonly groups: readonly (readonly [group: SeenGroup, arrivals: number])[];
  /** Arrivals that no group had room for. */
  readonly ungrouped: number;
}

const HOUR_MS = 3_600_000;
/** The hour that runs, and the 24 before it. */
const HOURS = 25;
/** With its counts and texts a group takes half a kilobyte, some 10 MB for all of them. */
const MOST_GROUPS = 20_000;
/** Names that Kubernetes made are shorter together; a hostile reporter's must not fill the memory. */
const LONGEST_KEY = 1024;

interface Row {
  readonly group: SeenGroup;
  readonly at: number;
}

/**
 * Arrivals are counted, not how often an Event says that it happened: the difference to the last time is known only of those that
 * are stored.
 */
export class SeenLately {
  #since: number;
  readonly #limit: number;
  readonly #rows = new Map<string, Row>();
  /** `HOURS` counts for each row, the last row for what has no group. */
  readonly #counts: Uint32Array;
  #free: number[] = [];
  readonly #classify = createClassifier();
  #used = 0;
  #hour: number;

  constructor(since: number, limit = MOST_GROUPS) {
    this.#since = since;
    this.#limit = limit;
    this.#hour = hourOf(since);
    this.#counts = new Uint32Array((limit + 1) * HOURS);
  }

  /** Of object state nothing is counted. */
  count(observations: readonly Observation[], now: number): void {
    this.#turnTo(now);
    const slot = this.#hour % HOURS;
    for (const observation of observations) {
      if (observation.source !== 'event') continue;
      const index = this.#rowOf(observation) * HOURS + slot;
      this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    }
  }

  /** Of whole hours: from the one on in which `from` lies, at most a day back. */
  read(from: number, now: number): SeenReading {
    this.#turnTo(now);
    const first = Math.min(this.#hour, Math.max(hourOf(from), this.#hour - HOURS + 1));
    const slots = Array.from({ length: this.#hour - first + 1 }, (_, i) => (first + i) % HOURS);
    const groups: [SeenGroup, number][] = [];
    for (const { group, at } of this.#rows.values()) {
      const arrivals = this.#sum(at, slots);
      if (arrivals > 0) groups.push([group, arrivals]);
    }
    return { since: Math.max(this.#since, first * HOUR_MS), groups, ungrouped: this.#sum(this.#limit, slots) };
  }

  #sum(row: number, slots: readonly number[]): number {
    let sum = 0;
    for (const slot of slots) sum += this.#counts[row * HOURS + slot] ?? 0;
    return sum;
  }

  #rowOf(observation: EventObservation): number {
    const key = this.#keyOf(observation);
    const known = this.#rows.get(key);
    if (known !== undefined) return known.at;
    if (this.#rows.size === this.#limit || key.length > LONGEST_KEY) return this.#limit;
    const at = this.#free.pop() ?? this.#used++;
    this.#rows.set(key, { group: this.#groupOf(observation), at });
    return at;
  }

  /** What a message alone decides is asked of each arrival; else a condition follows from what the key holds. */
  #keyOf(observation: EventObservation): string {
    const { cluster, object, reason, type, component } = observation;
    const key = `${cluster.uid}\n${object.namespace}\n${object.kind}\n${type}\n${component}\n${reason}`;
    return MEANINGS.has(reason) ? `${key}\n${this.#conditionOf(observation) ?? ''}` : key;
  }

  #groupOf(observation: EventObservation): SeenGroup {
    const { cluster, object, reason, type, component } = observation;
    const { namespace, kind } = object;
    return { cluster, namespace, kind, reason, condition: this.#conditionOf(observation), type, component };
  }

  /** Whoever owns the object decides the severity alone. */
  #conditionOf(observation: EventObservation): string | null {
    return this.#classify(observation, observation.object).condition;
  }

  /** A clock that is set back counts into the hour that was reached; by more than is remembered, it was wrong before. */
  #turnTo(now: number): void {
    const hour = hourOf(now);
    if (hour <= this.#hour - HOURS) this.#beginAnew(now);
    if (hour <= this.#hour) return;
    const stale = Math.min(HOURS, hour - this.#hour);
    for (let back = 0; back < stale; back += 1) {
      for (let at = (hour - back) % HOURS; at < this.#counts.length; at += HOURS) this.#counts[at] = 0;
    }
    this.#hour = hour;
    // Once an hour: over 20,000 groups it takes some milliseconds.
    for (const [key, { at }] of this.#rows) {
      if (this.#counts.subarray(at * HOURS, (at + 1) * HOURS).some((count) => count > 0)) continue;
      this.#rows.delete(key);
      this.#free.push(at);
    }
  }

  #beginAnew(now: number): void {
    this.#since = now;
    this.#hour = hourOf(now);
    this.#counts.fill(0);
    this.#rows.clear();
    this.#free = [];
    this.#used = 0;
  }
}

function hourOf(time: number): number {
  return Math.floor(time / HOUR_MS);
}
