/** One line of a recording: a list or one watch event of one resource, at a moment. */

/** An object as the API server sent it; nothing about its inside is promised. */
export type RawObject = Readonly<Record<string, unknown>>;

interface LineBase {
  /** Seconds since the recording's start, never less than on the line before it in its file. */
  readonly t: number;
  /** File name in the folder, and line number in it, from 1. */
  readonly file: string;
  readonly line: number;
}

export type RecordedContent =
  | { readonly type: 'LIST'; readonly resourceVersion: string; readonly items: readonly RawObject[] }
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: RawObject }
  | { readonly type: 'BOOKMARK' | 'ERROR' };

export type RecordedLine = LineBase & RecordedContent;

/** A line that could not be read, and why. The lines after it are read as usual. */
export interface BrokenLine extends LineBase {
  readonly type: 'BROKEN';
  readonly reason: string;
  /** Its first characters. */
  readonly excerpt: string;
}

export interface LineHeader {
  readonly resource: string;
  /** As a LIST line states them, or as the line's object does; empty where neither does. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespaced: boolean | undefined;
}

/** Ten years: a `t` beyond it is no time in a recording (milliseconds since 1970, perhaps). */
const LONGEST_SECONDS = 315_360_000;

/** The content of a parsed line, or the reason why it is none. */
export function readContent(value: unknown): RecordedContent | { readonly broken: string } {
  if (!isObject(value)) return { broken: 'the line is not a JSON object' };
  const t = value['t'];
  if (typeof t !== 'number' || !(t >= 0 && t <= LONGEST_SECONDS))
    return { broken: '`t` is not a number of seconds since the start' };
  switch (value['type']) {
    case 'LIST':
      return readList(value);
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      if (!isObject(value['object'])) return { broken: '`object` is missing or not an object' };
      return { type: value['type'], object: value['object'] };
    case 'BOOKMARK':
    case 'ERROR':
      return { type: value['type'] };
    default:
      return { broken: '`type` is none of LIST, ADDED, MODIFIED, DELETED, BOOKMARK, ERROR' };
  }
}

function readList(value: RawObject): RecordedContent | { readonly broken: string } {
  const items = value['items'] ?? [];
  if (!Array.isArray(items) || !items.every(isObject)) return { broken: '`items` is not an array of objects' };
  const resourceVersion = value['resourceVersion'];
  return { type: 'LIST', resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '', items };
}

/** What a line says about the resource that its file records. */
export function readHeader(value: unknown): LineHeader | null {
  if (!isObject(value) || typeof value['resource'] !== 'string') return null;
  const items = Array.isArray(value['items']) ? (value['items'] as unknown[]) : [];
  const first = isObject(value['object']) ? value['object'] : isObject(items[0]) ? items[0] : {};
  const isList = value['type'] === 'LIST';
  const kind = isList ? textOf(value['kind']).replace(/List$/, '') || textOf(first['kind']) : textOf(first['kind']);
  const name = textAt(first, 'metadata', 'name');
  return {
    resource: value['resource'],
    apiVersion: textOf(value['apiVersion']) || textOf(first['apiVersion']),
    kind,
    namespaced: name === '' ? undefined : textAt(first, 'metadata', 'namespace') !== '',
  };
}

export function isObject(value: unknown): value is RawObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of keys, undefined where any step is missing. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  let at: unknown = value;
  for (const key of path) at = isObject(at) ? at[key] : undefined;
  return at;
}

/** The text at a path of keys, empty where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  return textOf(valueAt(value, ...path));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
