import { expect, it } from 'vitest';
import { bytes, counted, percent, short, whole } from './numbers.ts';

it('writes counts as people read them', () => {
  expect(whole(14_203)).toBe('14,203');
  expect(short(9_999)).toBe('9,999');
  expect(short(14_203)).toBe('14.2K');
  expect([counted(0, 'event'), counted(1, 'event'), counted(2, 'event')]).toEqual(['0 events', '1 event', '2 events']);
  expect(counted(2, 'policy', 'policies')).toBe('2 policies');
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [4_200, '4.2 kB'],
  [42_000_000, '42 MB'],
  [4_200_000_000, '4.2 GB'],
  [9e15, '9000 TB'],
])('writes %i bytes as %s', (value, text) => {
  expect(bytes(value)).toBe(text);
});

it('never calls a little nothing, nor nearly all everything', () => {
  expect([0, 0.001, 0.42, 0.999, 1].map(percent)).toEqual(['0 %', '< 1 %', '42 %', '> 99 %', '100 %']);
});
