import { describe, expect, it } from 'vitest';
import { matcherText, matcherWords, operatorsFor, readMatcher } from './matchers.ts';

describe('a matcher', () => {
  it.each([
    ['namespace="shop"', { name: 'namespace', operator: '=', value: 'shop' }],
    ['severity>=high', { name: 'severity', operator: '>=', value: 'high' }],
    [' label.app/team =~ pay.* ', { name: 'label.app/team', operator: '=~', value: 'pay.*' }],
    [String.raw`title="say \"hi\" \\ bye"`, { name: 'title', operator: '=', value: String.raw`say "hi" \ bye` }],
    ['name=', { name: 'name', operator: '=', value: '' }],
  ])('is read from %s', (text, matcher) => {
    expect(readMatcher(text)).toEqual(matcher);
  });

  it.each(['namespace', '"a"="b"', 'name="open', 'name<3', ''])('is not read from %s', (text) => {
    expect(readMatcher(text)).toBeNull();
  });

  it.each(['plain', ' edges ', 'a "quoted" one', String.raw`back\slash`, 'two\nlines', '<b>'])(
    'is the same after it was written: %s',
    (value) => {
      const matcher = { name: 'title', operator: '!=', value } as const;
      expect(readMatcher(matcherText(matcher))).toEqual(matcher);
    },
  );
});

describe('in words', () => {
  it.each([
    ['namespace="shop"', 'namespace is shop'],
    ['severity>=high', 'severity is at least high'],
    ['label.team!~"pay.*"', 'label team does not match pay.*'],
    ['node!=""', 'node is set'],
    ['cause=', 'cause is not set'],
    ['what is this', 'what is this'],
  ])('%s reads %s', (text, words) => {
    expect(matcherWords(text)).toBe(words);
  });
});

it('orders severities alone', () => {
  expect(operatorsFor('severity')).toContain('>=');
  expect(operatorsFor('namespace')).not.toContain('>=');
});
