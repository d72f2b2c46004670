/** Rows of a long list, page by page: where each page begins is remembered, its rows only near what is being read. */
import type { WireEvent } from '@tattle/contract';

interface PageSlot {
  /** What brings it; null for the first. */
  readonly cursor: string | null;
  /** Index of its first row in the whole list. */
  readonly first: number;
  readonly count: number;
  /** Null where they were let go of; the cursor brings them back. */
  readonly rows: readonly WireEvent[] | null;
}

export interface PageTable {
  readonly pages: readonly PageSlot[];
  /** What brings the page after the last; null at the end of the list. */
  readonly next: string | null;
  /** Rows that are known, held or not. */
  readonly count: number;
}

export interface Answered {
  readonly items: readonly WireEvent[];
  readonly nextCursor: string | null;
}

export const EMPTY_TABLE: PageTable = { pages: [], next: null, count: 0 };

export function appended(table: PageTable, { items, nextCursor }: Answered): PageTable {
  // A page may be empty where the time for it ran out; its place needs no slot.
  const slot = { cursor: table.next, first: table.count, count: items.length, rows: items };
  return {
    pages: items.length === 0 ? table.pages : [...table.pages, slot],
    next: nextCursor,
    count: table.count + items.length,
  };
}

/** A page that was let go of is back. What is beyond its old length belongs to the page after it. */
export function restored(table: PageTable, index: number, items: readonly WireEvent[]): PageTable {
  const slot = table.pages[index];
  if (slot === undefined) return table;
  const rows = items.slice(0, slot.count);
  const missing = slot.count - rows.length;
  const pages = table.pages.map((page, at) => {
    if (at < index) return page;
    if (at === index) return { ...page, rows, count: rows.length };
    return { ...page, first: page.first - missing };
  });
  return { ...table, pages, count: table.count - missing };
}

/** With the rows of the `most` pages that are nearest to a row; the first page stays, since what is new is measured by it. */
export function keptNear(table: PageTable, row: number, most: number): PageTable {
  const held = table.pages.flatMap(({ rows }, index) => (rows === null || index === 0 ? [] : [index]));
  if (held.length < most) return table;
  const here = pageIndexAt(table, row);
  const near = new Set(held.toSorted((a, b) => Math.abs(a - here) - Math.abs(b - here)).slice(0, most - 1));
  const pages = table.pages.map((page, index) => (index === 0 || near.has(index) ? page : { ...page, rows: null }));
  return { ...table, pages };
}

/** Undefined where there is no such row, or its page is not held. */
export function rowAt(table: PageTable, row: number): WireEvent | undefined {
  const page = table.pages[pageIndexAt(table, row)];
  return page?.rows?.[row - page.first];
}

/** Indexes of the pages that these rows need and that are not held. */
export function missingBetween(table: PageTable, first: number, last: number): readonly number[] {
  if (table.count === 0) return [];
  const [from, to] = [pageIndexAt(table, Math.max(0, first)), pageIndexAt(table, Math.min(last, table.count - 1))];
  return table.pages.flatMap(({ rows }, index) => (index >= from && index <= to && rows === null ? [index] : []));
}

/** Index of the row with this uid among those that are held; -1 where it is not. */
export function indexOf(table: PageTable, uid: string): number {
  for (const { first, rows } of table.pages) {
    const at = rows?.findIndex((row) => row.uid === uid) ?? -1;
    if (at >= 0) return first + at;
  }
  return -1;
}

/** Pages are few hundreds and in order: halving finds one. */
function pageIndexAt({ pages }: PageTable, row: number): number {
  let [low, high] = [0, pages.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pages[middle]?.first ?? 0) <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}
