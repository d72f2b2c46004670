import { expect, it } from 'vitest';
import { type CaseShape, makeCase, words } from '../../testing/make-case.ts';
import { unexplained } from '../unexplained/unexplained.ts';
import { selfTest } from './self-test.ts';

const OBJECT = { kind: 'Pod', namespace: 'shop', name: 'tattle-test-3f2a9c01' };
const MESSAGE = 'This is a test of Tattle, asked for by ann: nothing is wrong.';
const TEST: CaseShape = {
  condition: 'TattleTest',
  root: { ...OBJECT, uid: '' },
  events: [{ reason: 'TattleTest', message: MESSAGE, object: OBJECT, source: 'tattle' }],
};

it('says that it is a test, by the words that were made up for it', () => {
  const [finding] = selfTest.analyze(makeCase(TEST));
  expect(finding?.explanation).toContain('a test of Tattle, and nothing is wrong');
  expect(words(finding)).toEqual([MESSAGE]);
  expect(finding?.commands).toEqual([]);
});

it('is surer than what is said where nothing explains an incident', () => {
  const [own] = selfTest.analyze(makeCase(TEST));
  const [other] = unexplained.analyze(makeCase(TEST));
  expect(own?.confidence).toBeGreaterThan(other?.confidence ?? 1);
});

it.each<[string, CaseShape]>([
  ['another condition', { ...TEST, condition: 'CrashLoopBackOff' }],
  ['a condition of this name on a real object', { ...TEST, root: { ...OBJECT, name: 'cart-1' } }],
  [
    'a message of somebody else',
    { ...TEST, events: [{ reason: 'TattleTest', message: MESSAGE, object: OBJECT, source: 'kubelet' }] },
  ],
  ['nothing to cite', { ...TEST, events: [] }],
])('takes no real problem for one: %s', (_, shape) => {
  expect(selfTest.analyze(makeCase(shape))).toEqual([]);
});
