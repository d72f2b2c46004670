import { expect, it } from 'vitest';
import { presenceOf } from './presence.ts';

const times = { since: 'born', goneAt: null, lastSeen: 'seen' };

it.each([
  [{ ...times, presence: 'there' as const }, 'Exists since born'],
  [{ ...times, presence: 'there' as const, since: null }, 'Exists'],
  [{ ...times, presence: 'gone' as const, goneAt: 'died' }, 'Gone since died'],
  [{ ...times, presence: 'gone' as const }, 'Gone last seen seen'],
  [{ ...times, presence: 'unknown' as const }, 'Not known whether it exists last seen seen'],
  [{ presence: 'unknown' as const, since: null, goneAt: null, lastSeen: null }, 'Not known whether it exists'],
])('says of %j: %s', (known, words) => {
  const { word, lead, at } = presenceOf(known);
  expect([word, lead, at].filter((each) => each !== '' && each !== null).join(' ')).toBe(words);
});

it('never calls what is not watched gone', () => {
  expect(presenceOf({ ...times, presence: 'unknown' }).about).toMatch(/not watched/);
});
