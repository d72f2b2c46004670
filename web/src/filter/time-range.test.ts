import { describe, expect, it } from 'vitest';
import { inputOf, isOpen, momentOf, rangeOf, rangeWords, readInput, wider, withRange } from './time-range.ts';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const words = (from: string | null, to: string | null = null) => rangeWords({ from, to }, NOW, 'utc');

describe('a moment', () => {
  it('is read as the API reads it', () => {
    expect(momentOf('now', NOW)).toBe(NOW);
    expect(momentOf('now-1h30m', NOW)).toBe(NOW - 5_400_000);
    expect(momentOf('now+2d', NOW)).toBe(NOW + 172_800_000);
    expect(momentOf('2026-11-26T11:00:00Z', NOW)).toBe(NOW - 3_600_000);
  });

  it('is none where it makes no sense', () => {
    for (const text of ['', 'yesterday', 'now-', 'now-1y', '2026', '2026-13-40T00:00:00Z']) {
      expect(momentOf(text, NOW)).toBeNull();
    }
  });
});

describe('a range in words', () => {
  it('names the last stretch', () => {
    expect(words('now-15m')).toBe('Last 15 min');
    expect(words('now-1h30m', 'now')).toBe('Last 1 h 30 min');
    expect(words(null)).toBe('All time');
  });

  it('names both ends where it has both, and the day where that is not today', () => {
    expect(words('2026-11-25T03:14:00Z', '2026-11-26T04:00:00Z')).toBe('Nov 25, 03:14 to 04:00');
    expect(words('now-3h', 'now-1h')).toBe('3 h ago to 1 h ago');
  });

  it('names the one end that it has', () => {
    expect(words('2026-11-26T04:00:00Z')).toBe('Since 04:00');
    expect(words(null, 'now-1d')).toBe('Until 1 d ago');
  });

  it('shows what it cannot read as it stands: the API says what is wrong', () => {
    expect(words('yesterday')).toBe('Since yesterday');
  });
});

describe('the inputs of a range', () => {
  it('hold a moment in the chosen zone and give it back', () => {
    expect(inputOf(NOW, 'utc')).toBe('2026-11-26T12:00:00');
    expect(readInput('2026-11-26T12:00:00', 'utc')).toBe('2026-11-26T12:00:00.000Z');
    expect(readInput(inputOf(NOW, 'local'), 'local')).toBe('2026-11-26T12:00:00.000Z');
  });

  it('hold nothing where nothing was written', () => {
    expect(readInput('', 'utc')).toBeNull();
    expect(readInput('', 'local')).toBeNull();
  });
});

it('looks at twice the time about the same middle', () => {
  const hour = 3_600_000;
  expect(wider(NOW - 4 * hour, NOW - 2 * hour, NOW)).toEqual({
    from: new Date(NOW - 5 * hour).toISOString(),
    to: new Date(NOW - hour).toISOString(),
  });
});

it('does not look beyond now, and stays open there', () => {
  const hour = 3_600_000;
  expect(wider(NOW - hour, NOW, NOW)).toEqual({ from: new Date(NOW - 2 * hour).toISOString(), to: null });
});

it('is written to the address and read from there', () => {
  const query = withRange(new URLSearchParams('q=x&to=now'), { from: 'now-1h', to: null });
  expect(query.toString()).toBe('q=x&from=now-1h');
  expect(rangeOf(query)).toEqual({ from: 'now-1h', to: null });
  expect([isOpen(rangeOf(query)), isOpen({ from: null, to: 'now-1h' })]).toEqual([true, false]);
});
