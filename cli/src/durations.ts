/** How long ago, in the short form that kubectl prints. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** Two units at the most, and one where the second would say little: 90s, 5m30s, 45m, 3h20m, 30h, 3d4h, 40d, 2y30d. */
export function shortDuration(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / SECOND)) * SECOND;
  if (whole < 2 * MINUTE) return `${whole / SECOND}s`;
  if (whole < 10 * MINUTE) return pair(whole, MINUTE, 'm', SECOND, 's');
  if (whole < 3 * HOUR) return single(whole, MINUTE, 'm');
  if (whole < 8 * HOUR) return pair(whole, HOUR, 'h', MINUTE, 'm');
  if (whole < 2 * DAY) return single(whole, HOUR, 'h');
  if (whole < 8 * DAY) return pair(whole, DAY, 'd', HOUR, 'h');
  if (whole < 2 * YEAR) return single(whole, DAY, 'd');
  if (whole < 8 * YEAR) return pair(whole, YEAR, 'y', DAY, 'd');
  return single(whole, YEAR, 'y');
}

function single(ms: number, unit: number, name: string): string {
  return `${Math.floor(ms / unit)}${name}`;
}

function pair(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small);
  return rest === 0 ? single(ms, large, largeName) : `${single(ms, large, largeName)}${rest}${smallName}`;
}
