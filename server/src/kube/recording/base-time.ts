/** When a recording began: events carry wall-clock times, lines only seconds since the start. */
import { textAt, type BrokenLine, type RawObject, type RecordedLine } from './recorded-line.ts';

/** How many of the newest events are asked. */
const NEWEST = 200;
/** An event time this far above the others' median is a reporter's wrong clock, not evidence. */
const PLAUSIBLE_MS = 3_600_000;

/** Event times are cut to whole seconds and reported late, so the largest (event time − t) is the nearest to the truth. */
export class BaseTime {
  #watched: number[] = [];
  #listed: number[] = [];

  see(line: RecordedLine | BrokenLine): void {
    if (line.type === 'LIST') for (const item of line.items) this.#keep(this.#listed, item, line.t);
    if (line.type === 'ADDED' || line.type === 'MODIFIED') this.#keep(this.#watched, line.object, line.t);
  }

  /** 0 where nothing recorded carries a time. */
  milliseconds(): number {
    const candidates = this.#watched.length > 0 ? this.#watched : this.#listed;
    const sorted = candidates.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return sorted.findLast((candidate) => candidate <= median + PLAUSIBLE_MS) ?? 0;
  }

  #keep(kept: number[], object: RawObject, t: number): void {
    const time = newestTime(object);
    if (Number.isNaN(time)) return;
    kept.push(Math.round(time - t * 1000));
    if (kept.length > NEWEST) kept.shift();
  }
}

/** Milliseconds, NaN where the object carries no readable time. */
function newestTime(object: RawObject): number {
  const times = [
    textAt(object, 'series', 'lastObservedTime'),
    textAt(object, 'deprecatedLastTimestamp'),
    textAt(object, 'lastTimestamp'),
    textAt(object, 'eventTime'),
    textAt(object, 'deprecatedFirstTimestamp'),
    textAt(object, 'firstTimestamp'),
    textAt(object, 'metadata', 'creationTimestamp'),
  ];
  return Date.parse(times.find((time) => time !== '') ?? '');
}
