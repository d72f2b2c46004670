/**
 * Row numbers that name their partition: class (2 bits), day (14 bits, from 2020-01-01) and a number (36 bits), 52 bits in
 * all, so that they are safe integers. Events and occurrences both use it; see docs/decisions/0002.
 */
export const RETENTION_CLASSES = ['short', 'normal', 'long', 'hold'] as const;
export type RetentionClass = (typeof RETENTION_CLASSES)[number];

export const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2020, 0, 1) / DAY_MS;
const LAST_DAY = 2 ** 14 - 1;
/** Row numbers of one day and class. */
export const DAY_SPAN = 2 ** 36;
const CLASS_SPAN = 2 ** 50;

/** Days since 2020-01-01, held inside what 14 bits can say. */
export function dayOf(time: number): number {
  return Math.min(LAST_DAY, Math.max(0, Math.floor(time / DAY_MS) - FIRST_DAY));
}

export function startOfDay(day: number): number {
  return (day + FIRST_DAY) * DAY_MS;
}

/** Index into RETENTION_CLASSES, day, number → row number. */
export function rowNumber(retention: number, day: number, n: number): number {
  return retention * CLASS_SPAN + day * DAY_SPAN + n;
}

export interface PartitionKey {
  readonly retention: number;
  readonly day: number;
}

export function partitionKeyOf(row: number): PartitionKey {
  const retention = Math.floor(row / CLASS_SPAN);
  return { retention, day: Math.floor((row - retention * CLASS_SPAN) / DAY_SPAN) };
}

/** One number for each partition: cheaper to group by than its name. */
export function partitionNumber(row: number): number {
  return Math.floor(row / DAY_SPAN);
}

/** The half-open range of row numbers that a partition holds. */
export function partitionBounds(key: PartitionKey): readonly [from: number, to: number] {
  const from = rowNumber(key.retention, key.day, 0);
  return [from, from + DAY_SPAN];
}

/** `events_normal_20261121`: the same name that an operator sees in psql. */
export function partitionName(table: 'events' | 'occurrences', key: PartitionKey): string {
  const date = new Date(startOfDay(key.day)).toISOString().slice(0, 10).replaceAll('-', '');
  return `${table}_${RETENTION_CLASSES[key.retention] ?? 'normal'}_${date}`;
}

/** The day and class of a partition's name; null for other tables. */
export function parsePartitionName(name: string): PartitionKey | null {
  const match = /^(?:events|occurrences)_([a-z]+)_(\d{4})(\d{2})(\d{2})$/.exec(name);
  if (match === null) return null;
  const retention = RETENTION_CLASSES.findIndex((known) => known === match[1]);
  if (retention < 0) return null;
  return { retention, day: dayOf(Date.UTC(Number(match[2]), Number(match[3]) - 1, Number(match[4]))) };
}
