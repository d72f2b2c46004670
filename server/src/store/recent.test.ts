import { describe, expect, it } from 'vitest';
import { Recent } from './recent.ts';

describe('the bounded memory of recent things', () => {
  it('never holds more than its bound, and keeps what is used', () => {
    const recent = new Recent<number, string>(100);
    recent.set(-1, 'used');
    for (let i = 0; i < 10_000; i++) {
      recent.set(i, String(i));
      expect(recent.get(-1)).toBe('used');
      expect(recent.size).toBeLessThanOrEqual(100);
    }
    expect(recent.get(0)).toBeUndefined();
    expect(recent.get(9_999)).toBe('9999');
    recent.clear();
    expect(recent.get(9_999)).toBeUndefined();
  });
});
