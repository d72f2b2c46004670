import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { reasonOf } from './reason-of.ts';

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => 'it did not fail',
    (error: unknown) => reasonOf(error),
  );

test('what the system refuses is told in its own words, without codes and calls', async () => {
  expect(await failureOf(readFile('/nowhere/at/all'))).toBe('no such file or directory');
  expect(await failureOf(fetch('http://127.0.0.1:9'))).toMatch(/^(connection refused|bad port)$/);
});

test('of several addresses that fail, the first one counts', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED ::1:7171'), { errno: -111, code: 'ECONNREFUSED' });
  const error = new TypeError('fetch failed', { cause: new AggregateError([refused, refused]) });
  expect(reasonOf(error)).toBe(process.platform === 'linux' ? 'connection refused' : reasonOf(refused));
});

test('time that ran out, and what is no error, have words of their own', () => {
  expect(reasonOf(new DOMException('aborted', 'TimeoutError'))).toBe('no answer in time');
  expect(reasonOf('x')).toBe('unknown reason');
  expect(reasonOf(new Error('as it says'))).toBe('as it says');
});
