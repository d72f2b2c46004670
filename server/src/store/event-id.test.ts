import { describe, expect, it } from 'vitest';
import {
  dayOf,
  parsePartitionName,
  partitionBounds,
  partitionKeyOf,
  partitionName,
  rowNumber,
  startOfDay,
} from './event-id.ts';

describe('row numbers', () => {
  it('are safe integers that name their partition, up to the last class, day and number', () => {
    for (const retention of [0, 1, 3]) {
      for (const day of [0, 2_516, 2 ** 14 - 1]) {
        for (const n of [0, 1, 2 ** 36 - 1]) {
          const row = rowNumber(retention, day, n);
          expect(Number.isSafeInteger(row)).toBe(true);
          expect(partitionKeyOf(row)).toEqual({ retention, day });
          const [from, to] = partitionBounds({ retention, day });
          expect(row >= from && row < to).toBe(true);
        }
      }
    }
  });

  it('hold any time inside their days', () => {
    expect(dayOf(Date.UTC(2020, 0, 1))).toBe(0);
    expect(dayOf(Date.UTC(1970, 0, 1))).toBe(0);
    expect(dayOf(Date.UTC(9999, 0, 1))).toBe(2 ** 14 - 1);
    expect(startOfDay(dayOf(Date.UTC(2026, 10, 21, 13)))).toBe(Date.UTC(2026, 10, 21));
  });

  it('are found again from the name of their partition', () => {
    const key = { retention: 1, day: dayOf(Date.UTC(2026, 10, 21)) };
    expect(partitionName('events', key)).toBe('events_normal_20261121');
    expect(parsePartitionName('events_normal_20261121')).toEqual(key);
    expect(parsePartitionName('events_eternal_20261121')).toBeNull();
    expect(parsePartitionName('event_dims')).toBeNull();
  });
});
