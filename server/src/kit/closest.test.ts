import { expect, test } from 'vitest';
import { closest } from './closest.ts';

const fields = ['namespace', 'reason', 'severity', 'from', 'to'];

test.each([
  ['namespce', 'namespace'],
  ['naemspace', 'namespace'],
  ['Reason', 'reason'],
  ['severty', 'severity'],
  ['form', 'from'],
])('%s is taken for %s', (typed, meant) => {
  expect(closest(typed, fields)).toBe(meant);
});

test.each(['', 'banana', 'x'.repeat(1_000_000)])('nothing is near to %#', (typed) => {
  expect(closest(typed, fields)).toBeUndefined();
});
