/** Times and durations as messages write them: readers sit in several time zones, so that each time says which one it is. */
import { rfc3339 } from '../../kit/format-time.ts';

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** `2026-11-20 23:44:00 UTC`. */
export function timeText(ms: number): string {
  return `${rfc3339(ms).slice(0, 19).replace('T', ' ')} UTC`;
}

/** The two largest units: `3 h 5 min`, `45 s`. Under a second: `a moment`. */
export function durationText(ms: number): string {
  const largest = UNITS.findIndex(([length]) => ms >= length);
  if (largest === -1) return 'a moment';
  let rest = ms;
  const parts: string[] = [];
  for (const [length, name] of UNITS.slice(largest, largest + 2)) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.join(' ');
}
