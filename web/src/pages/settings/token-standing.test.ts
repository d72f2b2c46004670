import type { WireToken } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { goodFirst, standingOf } from './token-standing.ts';

const NOW = Date.parse('2026-02-01T12:00:00.000Z');
const token = (id: string, more: Partial<WireToken> = {}): WireToken => ({
  id,
  name: id,
  grants: [],
  createdBy: 'link',
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
  ...more,
});

describe('a token', () => {
  it('is good until it ends, to the millisecond, or is revoked', () => {
    expect(standingOf(token('a'), NOW)).toBe('good');
    expect(standingOf(token('a', { expiresAt: '2026-02-01T12:00:00.001Z' }), NOW)).toBe('good');
    expect(standingOf(token('a', { expiresAt: '2026-02-01T12:00:00.000Z' }), NOW)).toBe('expired');
    const both = { expiresAt: '2026-01-02T00:00:00.000Z', revokedAt: '2026-01-01T00:00:00.000Z' };
    expect(standingOf(token('a', both), NOW)).toBe('revoked');
  });

  it('stands before those that are not good, which keep their order', () => {
    const revoked = { revokedAt: '2026-01-01T00:00:00.000Z' };
    const listed = [token('a', revoked), token('b'), token('c', { expiresAt: '2026-01-02T00:00:00.000Z' }), token('d')];
    expect(goodFirst(listed, NOW).map(({ id }) => id)).toEqual(['b', 'd', 'a', 'c']);
  });
});
