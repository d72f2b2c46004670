import { describe, expect, it } from 'vitest';
import { logLines, partsOf, stretchesOf } from './log-lines.ts';

describe('a log', () => {
  it('has its lines numbered from 1, with the time told apart', () => {
    expect(logLines('2026-11-26T03:00:14.679542728Z info: a\nplain\n')).toEqual([
      { number: 1, stamp: '2026-11-26T03:00:14.679542728Z', text: 'info: a' },
      { number: 2, stamp: null, text: 'plain' },
    ]);
  });

  it('loses the colours of terminals, and keeps markup as text', () => {
    expect(logLines('\u001b[31mred\u001b[0m <b>\r')[0]?.text).toBe('red <b>');
  });
});

describe('what is shown of a log', () => {
  it('is its end', () => {
    expect(stretchesOf(100, { lines: [], around: 3, tail: 10 })).toEqual([
      { from: 0, to: 90, hidden: true },
      { from: 90, to: 100, hidden: false },
    ]);
  });

  it('is what is cited, with what is around it', () => {
    const shown = stretchesOf(100, { lines: [50], around: 3, tail: 10 }).filter(({ hidden }) => !hidden);
    expect(shown).toEqual([
      { from: 47, to: 54, hidden: false },
      { from: 90, to: 100, hidden: false },
    ]);
  });

  it('is all of a short one: no button hides three lines', () => {
    expect(stretchesOf(13, { lines: [], around: 3, tail: 10 }).every(({ hidden }) => !hidden)).toBe(true);
    expect(stretchesOf(0, { lines: [], around: 3, tail: 10 })).toEqual([]);
  });
});

describe('a line', () => {
  const read = (parts: ReturnType<typeof partsOf>) =>
    parts.map(({ text, cited, leftOut }) => (leftOut > 0 ? `(${leftOut})` : cited ? `[${text}]` : text));

  it('has the cited words marked, those that lie over each other once', () => {
    expect(read(partsOf('a FATAL: x b', ['FATAL: x'], false))).toEqual(['a ', '[FATAL: x]', ' b']);
    expect(read(partsOf('abcdef', ['bcd', 'cde'], false))).toEqual(['a', '[bcd]', '[e]', 'f']);
  });

  it('of 20 kB is shown with its beginning, its end and the cited words', () => {
    const parts = partsOf(`${'x'.repeat(10_000)}FATAL${'y'.repeat(10_000)}`, ['FATAL'], false);
    expect(parts.filter(({ leftOut }) => leftOut > 0).map(({ leftOut }) => leftOut)).toEqual([9400, 9400]);
    expect(read(parts)).toContain('[FATAL]');
  });

  it('is whole where that is wanted', () => {
    expect(read(partsOf('x'.repeat(5000), [], true))).toEqual(['x'.repeat(5000)]);
  });
});
