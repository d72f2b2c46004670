import { describe, expect, it } from 'vitest';
import { parseQuantity, printBytes, printCores, printQuantity } from './quantity.ts';

describe('a quantity', () => {
  it.each([
    ['64Gi', 64 * 2 ** 30],
    ['3994120Ki', 3994120 * 1024],
    ['24Mi', 24 * 2 ** 20],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['128M', 128e6],
    ['5k', 5000],
    ['500m', 0.5],
    ['100n', 1e-7],
    ['2', 2],
    ['.5', 0.5],
    ['1e3', 1000],
    ['12E2', 1200],
    ['1E', 1e18],
    ['-1Ki', -1024],
    [110, 110],
    [' 2Gi ', 2 * 2 ** 30],
  ])('%j is %d', (written, expected) => {
    expect(parseQuantity(written)).toBeCloseTo(expected, 9);
  });

  it.each(['', 'Gi', '1 Gi', '1gi', '1K', '0x10', '1e', 'ten', '1e999', null, {}, undefined, Number.NaN])(
    '%j is none',
    (written) => {
      expect(parseQuantity(written)).toBeUndefined();
    },
  );

  it.each([
    [64 * 2 ** 30, '64Gi'],
    [3994120 * 1024, '3.8Gi'],
    [24 * 2 ** 20, '24Mi'],
    [900, '900'],
    [0, '0'],
    [-2048, '-2Ki'],
  ])('of %d bytes is printed as %s', (bytes, expected) => {
    expect(printBytes(bytes)).toBe(expected);
  });

  it.each([
    [0.25, '250m'],
    [1.5, '1.5'],
    [4, '4'],
    [0, '0'],
  ])('of %d cores is printed as %s', (cores, expected) => {
    expect(printCores(cores)).toBe(expected);
  });

  it('is printed in the unit of its resource', () => {
    expect(printQuantity(0.4, 'requests.cpu')).toBe('400m');
    expect(printQuantity(2 ** 30, 'limits.memory')).toBe('1Gi');
    expect(printQuantity(8, 'nvidia.com/gpu')).toBe('8');
    expect(printQuantity(2, 'pods')).toBe('2');
  });
});
