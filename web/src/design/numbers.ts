/** Numbers as people read them. */

const WHOLE = new Intl.NumberFormat('en');
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** `14,203`. */
export function whole(value: number): string {
  return WHOLE.format(value);
}

/** `14.2K`, for where there is little room; the whole one belongs into a title. */
export function short(value: number): string {
  return value < 10_000 ? WHOLE.format(value) : SHORT.format(value);
}

/** `1 event`, `2 events`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${whole(value)} ${value === 1 ? one : many}`;
}

/** `4.2 GB`; powers of 1000, as disks are sold. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** step;
  return `${scaled < 10 && step > 0 ? scaled.toFixed(1) : Math.round(scaled)} ${units[step]}`;
}

/** `82 %`; what is little, but there, is `< 1 %`. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (share > 0 && rounded === 0) return '< 1 %';
  if (share < 1 && rounded === 100) return '> 99 %';
  return `${rounded} %`;
}
