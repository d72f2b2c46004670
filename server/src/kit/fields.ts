/** Reads untrusted JSON: every answer has the type that was asked for, whatever the sender wrote. */
import { parseTime } from './rfc3339.ts';

export type Fields = Readonly<Record<string, unknown>>;

export const NO_FIELDS: Fields = Object.freeze({});

/** PostgreSQL's int4 is the narrowest column that a number of Kubernetes meets on its way. */
const LARGEST_COUNT = 2_147_483_647;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at `value`, else an empty one. */
export function fields(value: unknown): Fields {
  return isFields(value) ? value : NO_FIELDS;
}

/** The objects of a list; whatever else is in it is left out. */
export function objects(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/**
 * A string that any store and any JSON reader takes: lone surrogates and NUL become U+FFFD, numbers and booleans their text,
 * everything else is empty. Longer than `limit` UTF-16 units, it is cut.
 */
export function text(value: unknown, limit = 1024): string {
  if (typeof value !== 'string') return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  const short = value.length > limit ? value.slice(0, limit) : value;
  return isClean(short) ? short : short.toWellFormed().replaceAll('\0', '\ufffd');
}

function isClean(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0');
}

/** A whole number within 0…2³¹−1, also from a numeric string; `otherwise` where there is none. */
export function count(value: unknown, otherwise = 0): number {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  if (Number.isNaN(number)) return otherwise;
  return Math.min(LARGEST_COUNT, Math.max(0, Math.trunc(number)));
}

export function time(value: unknown): number | undefined {
  return parseTime(value);
}
