/** Stretches of time and moments to come, as people write them in flags. */
import { apiTime } from './event-query.ts';
import { usageFailure } from './failure.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const STRETCH = /^(\d{1,9}[smhdw]){1,5}$/;
const MINUTE_MS = 60_000;

/** `30s`, `2h`, `1d12h`, in milliseconds. Throws `CommandFailure`. */
export function stretchOf(flag: string, text: string): number {
  const parts = STRETCH.test(text) ? text.matchAll(/(\d+)([smhdw])/g) : [];
  const ms = [...parts].reduce((sum, [, number, unit = '']) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
  if (ms > 0) return ms;
  throw usageFailure(`${flag} "${text}" is no stretch of time`, 'Write 30s, 45m, 2h or 1d12h.');
}

/** The same in whole minutes, of which there is at least one. Throws `CommandFailure`. */
export function minutesOf(flag: string, text: string): number {
  const ms = stretchOf(flag, text);
  if (ms % MINUTE_MS === 0) return ms / MINUTE_MS;
  throw usageFailure(`${flag} "${text}" is no whole number of minutes`, 'Write 45m, 2h or 1d12h.');
}

/** A moment that may lie ahead. Throws `CommandFailure`. */
export function momentOf(flag: string, text: string): string {
  // A stretch means the past wherever else a time is taken; here it would be a trap.
  if (STRETCH.test(text)) {
    throw usageFailure(`${flag} "${text}" is a stretch of time, and no moment`, 'Write 2026-01-31T18:00:00Z.');
  }
  return apiTime(flag, text);
}
