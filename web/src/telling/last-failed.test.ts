import { describe, expect, it } from 'vitest';
import { lastFailed } from './last-failed.ts';

const lastFailure = { at: '2026-03-01T10:00:00Z', error: 'the host name cannot be resolved' };

describe('lastFailed', () => {
  it('is so where something failed after whatever arrived', () => {
    expect(lastFailed({ lastDeliveredAt: null, lastFailure })).toBe(true);
    expect(lastFailed({ lastDeliveredAt: '2026-03-01T09:00:00Z', lastFailure })).toBe(true);
  });

  it('is not so where something arrived since, or nothing failed', () => {
    expect(lastFailed({ lastDeliveredAt: '2026-03-01T11:00:00Z', lastFailure })).toBe(false);
    expect(lastFailed({ lastDeliveredAt: null, lastFailure: null })).toBe(false);
  });
});
