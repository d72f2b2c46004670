import { expect, test } from 'vitest';
import { printable, safeJson } from './printable.ts';

test.each([
  ['plain ünï 日本 👍', 'plain ünï 日本 👍'],
  ['a\nb\tc\r', 'a\\nb\\tc\\r'],
  ['\u001b[31mred\u001b]0;title\u0007', '\\x1b[31mred\\x1b]0;title\\x07'],
  ['\u009b31m', '\\x9b31m'],
  ['user\u202egnp.exe\u2066', 'user\\u202egnp.exe\\u2066'],
  ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
  ['lone \ud800', 'lone \\ud800'],
])('%j is shown as %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('JSON holds nothing that a terminal obeys, and still means the same', () => {
  const value = { text: '\u001b[2J\u009b\u202e\u2028 ünï', list: ['\u007f'] };
  const json = safeJson(value);
  expect(json).toMatch(/^[^\p{Cc}\p{Bidi_Control}]*$/u);
  expect(JSON.parse(json)).toEqual(value);
});
