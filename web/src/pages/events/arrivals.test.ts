import type { WireEvent } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { after, headOf, newSince, newWords, upTo } from './arrivals.ts';

const NOW = Date.parse('2026-11-26T12:00:00.000Z');
const seen = (...agoMs: number[]) => agoMs.map((ago) => ({ lastSeen: new Date(NOW - ago).toISOString() }) as WireEvent);
const counted = (events: number, latestAgo: number) => ({
  rows: [
    {
      key: { cluster: 'a' },
      events,
      occurrences: events,
      perMinute: 1,
      firstSeen: new Date(NOW).toISOString(),
      lastSeen: new Date(NOW - latestAgo).toISOString(),
      distinctObjects: null,
      trend: [],
      before: null,
    },
  ],
});

describe('where to count from', () => {
  it('is a little before the newest row, so that what was stored late is counted', () => {
    expect(headOf(seen(0, 3000, 60_000), true)).toEqual({ newest: NOW, from: NOW - 5000, known: 2 });
  });

  it('goes no further back than the rows that are known', () => {
    expect(headOf(seen(0, 100, 200), false)).toEqual({ newest: NOW, from: NOW - 199, known: 2 });
  });

  it('is the newest row where all of the page happened with it', () => {
    expect(headOf(seen(0, 0), false)).toEqual({ newest: NOW, from: NOW, known: 2 });
  });

  it('is open for an empty list', () => {
    expect(headOf([], true)).toEqual({ newest: null, from: null, known: 0 });
  });
});

it('asks from there, and reads the list up to its newest row, whatever range was asked for', () => {
  const head = headOf(seen(0, 3000), true);
  const query = { kind: ['Pod'], from: 'now-1h' };
  expect(after(query, head)).toEqual({ kind: ['Pod'], from: '2026-11-26T11:59:55.000Z' });
  expect(upTo(query, head)).toEqual({ kind: ['Pod'], from: 'now-1h', to: '2026-11-26T12:00:00.001Z' });
  const empty = headOf([], true);
  expect([after(query, empty), upTo(query, empty)]).toEqual([query, query]);
});

describe('how much is new', () => {
  const head = headOf(seen(0, 3000, 60_000), true);

  it('is what is there beyond the rows that are known', () => {
    expect(newSince(head, counted(2, 0))).toBe(0);
    expect(newSince(head, counted(39, -2000))).toBe(37);
  });

  it('is at least one where a known row happened again', () => {
    expect(newSince(head, counted(2, -10_000))).toBe(1);
  });

  it('counts what was stored late', () => {
    expect(newSince(head, counted(3, 0))).toBe(1);
  });

  it('is nothing where nothing matches', () => {
    expect(newSince(headOf([], true), { rows: [] })).toBe(0);
    expect(newSince(headOf([], true), counted(4, 0))).toBe(4);
  });

  it('adds up clusters', () => {
    const both = { rows: [...counted(3, 0).rows, ...counted(4, -1).rows] };
    expect(newSince(head, both)).toBe(5);
  });
});

it('says that repeats count, and counts no further than a thousand', () => {
  expect([newWords(37), newWords(999), newWords(25_000)]).toEqual([
    '37 new or repeated',
    '999 new or repeated',
    '1,000+ new or repeated',
  ]);
});
