/** Times as senders write them: RFC 3339, or a number since the Unix epoch in whatever unit. */
import { parseTime } from '../../kit/rfc3339.ts';

/** The end of the year 9999. */
const LAST = 253_402_300_799_999;

/** Milliseconds, from 1970 to 9999; undefined for what is no such time, as Go's year 1. */
export function moment(value: unknown): number | undefined {
  const time = typeof value === 'number' ? sinceEpoch(value) : parseTime(value);
  return time !== undefined && time >= 0 && time <= LAST ? time : undefined;
}

/** By its size: seconds until the year 5138, then milliseconds, microseconds, nanoseconds. */
function sinceEpoch(value: number): number | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined;
  if (value < 1e11) return Math.floor(value * 1000);
  if (value < 1e14) return Math.floor(value);
  return Math.floor(value < 1e17 ? value / 1e3 : value / 1e6);
}

/** Of OTLP: nanoseconds, written as a number or, since it has 64 bits, as text. */
export function ofNanoseconds(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,20}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number > 0 ? moment(Math.floor(number / 1e6)) : undefined;
}
