/**
 * Which Event is the n-th of a load: half are new, half repeat an earlier one with a count risen by one. It follows from n alone,
 * so a watch can resume anywhere without any history being kept.
 */

export interface SequencedEvent {
  readonly id: number;
  readonly count: number;
}

/** How often each event that repeats does so. */
const REPEATS = 8;

export class LoadSequence {
  /** How many events there are before the first; between two repeats of one event lie twice as many others. */
  readonly initial: number;

  constructor(initial: number) {
    this.initial = initial;
  }

  /** n from 0. */
  at(n: number): SequencedEvent {
    if (n % 2 === 0) return { id: this.initial + n / 2, count: 1 };
    const repeat = (n - 1) / 2;
    const round = Math.floor(repeat / (REPEATS * this.initial));
    const inRound = repeat % (REPEATS * this.initial);
    const member = inRound % this.initial;
    const count = Math.floor(inRound / this.initial) + 2;
    return { id: this.#member(round, member), count };
  }

  /** How often event `id` has happened before the n-th. */
  countBefore(id: number, n: number): number {
    const repeated = Math.floor(n / 2);
    const place = this.#placeOf(id);
    if (place === null) return 1;
    const before = Math.ceil((repeated - place) / this.initial);
    return 1 + Math.min(REPEATS, Math.max(0, before));
  }

  /** Which n is the `count`-th time of event `id`; negative for what was there initially. */
  whenWas(id: number, count: number): number {
    if (count === 1) return (id - this.initial) * 2;
    return 2 * ((this.#placeOf(id) ?? 0) + (count - 2) * this.initial) + 1;
  }

  /** The first round repeats what was there initially, later ones every eighth event of the time before. */
  #member(round: number, member: number): number {
    return round === 0 ? member : this.initial + REPEATS * ((round - 1) * this.initial + member);
  }

  /** Which repeat is the first of this event; null where it never repeats. */
  #placeOf(id: number): number | null {
    if (id < this.initial) return id;
    const fresh = id - this.initial;
    if (fresh % REPEATS !== 0) return null;
    const ordinal = fresh / REPEATS;
    const round = Math.floor(ordinal / this.initial) + 1;
    return round * REPEATS * this.initial + (ordinal % this.initial);
  }
}
