/** Ticks of an axis of time, on round numbers of the clock on the wall, also where it is put forward or back. */

export interface Tick {
  readonly at: number;
  /** `14:30`, `14:30:05`, or `Nov 26` where a day begins. */
  readonly label: string;
  readonly isDay: boolean;
}

/** Minutes that a zone is ahead of UTC at a time. */
export type OffsetAt = (at: number) => number;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 5, 10, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 28, 91, 364].map((count) => count * DAY),
];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** 1970 began on a Thursday; weeks begin on Mondays. */
const MONDAY = 4 * DAY;

interface AxisRange {
  readonly from: number;
  readonly to: number;
}

/** As many as stand `room` pixels apart on `width` pixels. */
export function axisTicks({ from, to }: AxisRange, width: number, offsetAt: OffsetAt, room = 88): readonly Tick[] {
  if (!(to > from) || width <= 0) return [];
  const least = ((to - from) / width) * room;
  const step = STEPS.find((each) => each >= least) ?? 364 * DAY * Math.ceil(least / (364 * DAY));
  const ticks: Tick[] = [];
  for (let at = nextTick(from - 1, step, offsetAt); at < to; at = nextTick(at, step, offsetAt)) {
    ticks.push(tickAt(at, step, offsetAt));
  }
  return ticks;
}

function nextTick(after: number, step: number, offsetAt: OffsetAt): number {
  const anchor = step > DAY ? MONDAY : 0;
  const offset = offsetAt(after) * MINUTE;
  const wall = (Math.floor((after + offset - anchor) / step) + 1) * step + anchor;
  const at = wall - offset;
  const changed = offsetAt(at) * MINUTE;
  // The clock was changed on the way: what is round before need not be so after. An hour that comes twice is shown twice.
  if (changed === offset || (at + changed - anchor) % step === 0) return at;
  return wall - changed > after ? wall - changed : at;
}

function tickAt(at: number, step: number, offsetAt: OffsetAt): Tick {
  const text = new Date(at + offsetAt(at) * MINUTE).toISOString();
  const time = text.slice(11, 19);
  const isDay = time === '00:00:00';
  const day = `${MONTHS[Number(text.slice(5, 7)) - 1] ?? ''} ${Number(text.slice(8, 10))}`;
  return { at, isDay, label: isDay ? day : step < MINUTE ? time : time.slice(0, 5) };
}

/** The device's own zone. */
export function localOffset(at: number): number {
  return -new Date(at).getTimezoneOffset();
}
