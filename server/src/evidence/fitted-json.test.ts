import { describe, expect, it } from 'vitest';
import { fittedJson } from './fitted-json.ts';

describe('fitted JSON', () => {
  it('leaves what fits as it is', () => {
    expect(fittedJson({ a: [1, null, 'x'] }, 100)).toEqual({ text: '{"a":[1,null,"x"]}', truncated: false });
  });

  it('shortens strings and lists until it fits, and stays JSON', () => {
    const big = { list: Array.from({ length: 5000 }, (_, index) => index), text: 'ü'.repeat(50_000), kept: true };
    for (const limit of [64_000, 10_000, 1000, 300]) {
      const { text, truncated } = fittedJson(big, limit);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
      expect(truncated).toBe(true);
      expect(JSON.parse(text)).toMatchObject({ kept: true });
    }
  });

  it('ends somewhere, whatever it is given', () => {
    const wide = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`${index}`.repeat(100), 1]));
    expect(fittedJson(wide, 300)).toEqual({ text: '"…"', truncated: true });
    let deep: unknown = 'bottom';
    for (let level = 0; level < 10_000; level += 1) deep = [deep];
    expect(fittedJson(deep, 1000).text).toContain('…');
    expect(fittedJson(undefined, 10).text).toBe('null');
    expect(fittedJson({ a: undefined, b: Number.NaN }, 100).text).toBe('{"a":null,"b":null}');
    expect(fittedJson(JSON.parse('{"__proto__":{"x":1}}'), 100).text).toBe('{"__proto__":{"x":1}}');
  });
});
