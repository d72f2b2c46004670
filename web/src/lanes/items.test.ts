import { expect, it } from 'vitest';
import { changeLabel, conditionOf, messageOf, readItems, worstOf } from './items.ts';
import { wireItem } from './testing/items.ts';

it('gives every item a key of its own, however alike they are', () => {
  const items = readItems([wireItem('event', 1), wireItem('event', 1), wireItem('event', 1)]);
  expect(new Set(items.map(({ key }) => key)).size).toBe(3);
});

it('keeps the key of an event while it happens again', () => {
  const [first] = readItems([wireItem('event', 1, { uid: 'u', count: 1 })]);
  const [later] = readItems([wireItem('event', 5, { uid: 'u', count: 9 })]);
  expect(later?.key).toBe(first?.key);
});

it.each([
  ['BackOff (x4): Back-off restarting', 'BackOff', 'Back-off restarting'],
  ['BackOff: Back-off (x4): restarting', 'BackOff', 'Back-off (x4): restarting'],
  ['BackOffs are many', 'BackOff', 'BackOffs are many'],
])('reads the message of %j', (text, reason, message) => {
  expect(messageOf({ kind: 'event', text, reason })).toBe(message);
});

it('names a rollout by its revision', () => {
  expect(changeLabel({ revision: 5, text: 'image changed' })).toBe('Rev 5: image changed');
  expect(changeLabel({ revision: null, text: 'image changed' })).toBe('image changed');
});

it('reads the condition of an incident, and takes a text without one whole', () => {
  expect(conditionOf({ text: 'CrashLoopBackOff: Deployment shop/web' })).toBe('CrashLoopBackOff');
  expect(conditionOf({ text: 'something else' })).toBe('something else');
});

it('finds the worst severity, and none among changes', () => {
  expect(worstOf([{ severity: 'low' }, { severity: 'critical' }, { severity: null }])).toBe('critical');
  expect(worstOf([{ severity: null }])).toBeNull();
});
