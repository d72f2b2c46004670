import { expect, test } from 'vitest';
import { encodingFor, isKnown, wantsHtml } from './negotiation.ts';

test.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, deflate', 'gzip'],
  ['GZIP;q=1.0, br;q=0', 'gzip'],
  ['br;q=0.1, gzip;q=1', 'br'],
  ['*', 'br'],
  ['br;q=0, *;q=0.5', 'gzip'],
  ['gzip;q=0, br;q=nonsense', null],
  ['identity', null],
  ['', null],
  [undefined, null],
  ['xgzip, brx', null],
] as const)('of br and gzip, %j takes %s', (header, expected) => {
  expect(encodingFor(header, ['br', 'gzip'])).toBe(expected);
});

test('what was not made cannot be chosen', () => {
  expect(encodingFor('br, gzip', ['gzip'])).toBe('gzip');
  expect(encodingFor('br, gzip', [])).toBeNull();
});

test.each([
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
  ['application/json, text/html;q=0.1', true],
  ['TEXT/HTML', true],
  ['text/html;q=0', false],
  ['text/html;q=0.0, */*', false],
  ['*/*', false],
  ['text/*', false],
  ['application/json', false],
  ['x-text/html', false],
  ['', false],
  [undefined, false],
])('%j is a wish for a page: %j', (header, expected) => {
  expect(wantsHtml(header)).toBe(expected);
});

test.each([
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ['*', true],
  ['"b"', false],
  ['a', false],
  ['', false],
  [undefined, false],
])('with If-None-Match %j, "a" is known: %j', (header, expected) => {
  expect(isKnown(header, '"a"')).toBe(expected);
});

test('a header as long as one may be is read at once', () => {
  const long = ['text/html;', ','.repeat(16_000), '; '.repeat(8000), 'q='.repeat(8000)];
  const before = performance.now();
  for (const header of long) wantsHtml(header);
  expect(performance.now() - before).toBeLessThan(1000);
});
