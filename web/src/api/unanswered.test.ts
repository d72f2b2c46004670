import { expect, it } from 'vitest';
import { Unanswered } from './unanswered.ts';

it('keeps the key of a change whose answer was lost', () => {
  const changes = new Unanswered();
  const first = changes.begin('note a');
  expect(first.key).toMatch(/^[0-9a-f]{32}$/);
  expect(changes.begin('note a').key).toBe(first.key);
  expect(changes.begin('note b').key).not.toBe(first.key);
});

it('makes a new key once the change was answered', () => {
  const changes = new Unanswered();
  const first = changes.begin('note a');
  first.answered();
  expect(changes.begin('note a').key).not.toBe(first.key);
});

it('forgets the oldest of many', () => {
  const changes = new Unanswered();
  const first = changes.begin('0');
  for (let number = 1; number <= 20; number += 1) changes.begin(String(number));
  expect(changes.begin('0').key).not.toBe(first.key);
});
