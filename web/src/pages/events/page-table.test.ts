import type { WireEvent } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import {
  appended,
  EMPTY_TABLE,
  indexOf,
  keptNear,
  missingBetween,
  type PageTable,
  restored,
  rowAt,
} from './page-table.ts';

const row = (index: number) => ({ uid: `uid-${index}` }) as WireEvent;
const rows = (first: number, count: number) => Array.from({ length: count }, (_, index) => row(first + index));

/** `pages` pages of ten rows, with more to come. */
function tableOf(pages: number): PageTable {
  let table = EMPTY_TABLE;
  for (let page = 0; page < pages; page += 1) {
    table = appended(table, { items: rows(page * 10, 10), nextCursor: `after ${page}` });
  }
  return table;
}

describe('reading on', () => {
  it('puts each page behind the one before', () => {
    const table = tableOf(3);
    expect([table.count, table.next]).toEqual([30, 'after 2']);
    expect([0, 9, 10, 29, 30].map((index) => rowAt(table, index)?.uid)).toEqual([
      'uid-0',
      'uid-9',
      'uid-10',
      'uid-29',
      undefined,
    ]);
  });

  it('ends where the API says so', () => {
    expect(appended(tableOf(1), { items: rows(10, 3), nextCursor: null })).toMatchObject({ count: 13, next: null });
  });

  it('goes on behind a page that brought nothing in its time', () => {
    const table = appended(tableOf(1), { items: [], nextCursor: 'further' });
    expect([table.pages.length, table.count, table.next]).toEqual([1, 10, 'further']);
  });
});

describe('letting go', () => {
  it('holds as many pages as it may, those near what is read and the first', () => {
    const table = keptNear(tableOf(20), 105, 4);
    const held = table.pages.flatMap(({ rows: own }, index) => (own === null ? [] : [index]));
    expect(held).toEqual([0, 9, 10, 11]);
    expect(table.count).toBe(200);
  });

  it('holds all while they are few', () => {
    const table = tableOf(3);
    expect(keptNear(table, 0, 12)).toBe(table);
  });

  it('says which pages must come back for what is looked at', () => {
    const table = keptNear(tableOf(20), 195, 3);
    expect(missingBetween(table, 95, 105)).toEqual([9, 10]);
    expect(missingBetween(table, 195, 199)).toEqual([]);
    expect(missingBetween(EMPTY_TABLE, 0, 5)).toEqual([]);
    expect(rowAt(table, 100)).toBeUndefined();
  });

  it('brings a page back in its place, by the cursor that brought it first', () => {
    const table = keptNear(tableOf(20), 195, 3);
    expect(table.pages[10]?.cursor).toBe('after 9');
    const back = restored(table, 10, rows(100, 10));
    expect(rowAt(back, 103)?.uid).toBe('uid-103');
    expect(back.count).toBe(200);
  });

  it('closes up where rows of it are gone meanwhile, and takes none of the next page', () => {
    const table = keptNear(tableOf(20), 195, 3);
    expect(restored(table, 10, rows(100, 12)).count).toBe(200);
    const shorter = restored(table, 10, rows(100, 7));
    expect(shorter.count).toBe(197);
    expect(rowAt(shorter, 196)?.uid).toBe('uid-199');
  });
});

it('finds a row by its uid', () => {
  expect([indexOf(tableOf(3), 'uid-17'), indexOf(tableOf(3), 'elsewhere')]).toEqual([17, -1]);
});
