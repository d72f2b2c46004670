/** Times in a request: `now` is the server's. */
import { badParameter } from './problem.ts';
import { parseTime } from './times.ts';

/** Milliseconds since the Unix epoch. Throws `RequestProblem` where it is no time. */
export function readMoment(name: string, text: string, now: number): number {
  const time = parseTime(text, now);
  if (time !== undefined) return time;
  throw badParameter(
    name,
    'is no time',
    'Give RFC 3339 with a zone (2026-01-31T14:00:00Z), now, or now-1h; units are s, m, h, d, w. A + is written %2B in a URL.',
  );
}

/** A half-open range; either end may be missing. Throws `RequestProblem` where it ends before it begins. */
export function readRange(
  texts: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: number,
): { from?: number; to?: number } {
  const from = texts.from === undefined ? undefined : readMoment('from', texts.from, now);
  const to = texts.to === undefined ? undefined : readMoment('to', texts.to, now);
  if (from !== undefined && to !== undefined && from >= to) {
    throw badParameter('from', 'is not before to', 'Times are half-open: from is included, to is not.');
  }
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
