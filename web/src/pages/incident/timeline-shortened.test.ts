import { describe, expect, it } from 'vitest';
import { shortened } from './timeline-shortened.ts';

const rows = (length: number) => Array.from({ length }, (_, index) => index);

describe('a long timeline', () => {
  it('is shown with its beginning and its end', () => {
    const { head, between, tail } = shortened(rows(100));
    expect([head.length + between + tail.length, head[0], tail.at(-1)]).toEqual([100, 0, 99]);
    expect(between).toBeGreaterThan(0);
  });

  it('is whole where little would be left out', () => {
    expect(shortened(rows(35))).toEqual({ head: rows(35), between: 0, tail: [] });
  });
});
