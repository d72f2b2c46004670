import { expect, it } from 'vitest';
import { changeOf, stretchBefore } from './change-words.ts';

it.each([
  [5, null, 'unknown', ''],
  [5, 0, 'new', 'New: not seen the day before'],
  [30, 10, 'up', '3× as often as the day before'],
  [25, 10, 'up', '2.5× as often as the day before'],
  [19_600, 10, 'up', '1,960× as often as the day before'],
  [15, 10, 'up', '50 % more than the day before'],
  [11, 10, 'same', 'About as often as the day before'],
  [10, 10, 'same', 'About as often as the day before'],
  [9, 10, 'same', 'About as often as the day before'],
  [5, 10, 'down', '50 % less than the day before'],
  [1, 1000, 'down', 'Over 99 % less than the day before'],
])('says of %i after %j: %s, %j', (occurrences, before, turn, text) => {
  expect(changeOf(occurrences, before, 'the day before')).toEqual({ turn, text });
});

it.each([
  [15, 'the 15 min before'],
  [60, 'the hour before'],
  [360, 'the 6 h before'],
  [1440, 'the day before'],
  [10_080, 'the week before'],
  [43_200, 'the 30 d before'],
])('names what lies before %i minutes', (minutes, words) => {
  expect(stretchBefore(minutes * 60_000)).toBe(words);
});
