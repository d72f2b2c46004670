/** Times on the wire: written as RFC 3339, read also as `now` or `now-1h30m`. */

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

const RELATIVE = /^now(?:([-+])((?:\d{1,9}[smhdw]){1,5}))?$/;
const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.\d{1,9})?(?:[Zz]|[-+]\d\d:\d\d)$/;

/** The last millisecond that RFC 3339 can write. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Milliseconds since the Unix epoch, between 1970 and 9999; undefined where it is no time. */
export function parseTime(text: string, now: number): number | undefined {
  const relative = RELATIVE.exec(text);
  if (relative !== null) return clamped(now + (relative[1] === '+' ? 1 : -1) * spanMs(relative[2] ?? ''));
  const parts = RFC_3339.exec(text);
  if (parts === null || !dayExists(Number(parts[1]), Number(parts[2]), Number(parts[3]))) return undefined;
  // A leap second is read as the second after it: JavaScript's clock has none.
  const leap = parts[6] === '60';
  const time = Date.parse(leap ? `${text.slice(0, 17)}59${text.slice(19)}` : text);
  return Number.isNaN(time) ? undefined : clamped(time + (leap ? 1000 : 0));
}

function spanMs(text: string): number {
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)([smhdw])/g)) total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  return total;
}

/** Date.parse takes the 30th of February for the 1st of March. */
function dayExists(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function clamped(time: number): number {
  return Math.min(Math.max(time, 0), LATEST);
}

/** RFC 3339 in UTC; what lies outside the years 0 to 9999 is shown as its nearest end, since the format ends there. */
export function rfc3339(time: number): string {
  const earliest = -62_167_219_200_000;
  return new Date(Number.isNaN(time) ? 0 : Math.min(Math.max(time, earliest), LATEST)).toISOString();
}
