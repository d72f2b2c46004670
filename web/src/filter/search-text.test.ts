import { expect, it } from 'vitest';
import { tokensOf, withoutTokens } from './search-text.ts';

const FIELDS = ['reason', 'namespace', 'label'];
const termsIn = (text: string) => tokensOf(text, FIELDS).map(({ term }) => term);

it('tells terms from free words, and quotes keep blanks together', () => {
  const tokens = tokensOf('"pulling image" reason:"Back off" oops', FIELDS);
  expect(tokens.map(({ text }) => text)).toEqual(['"pulling image"', 'reason:"Back off"', 'oops']);
  expect(tokens.map(({ term }) => term?.value ?? null)).toEqual([null, 'Back off', null]);
});

it('reads - and ! as a negation, before the field and before the value', () => {
  const negated = { field: 'reason', value: 'Pulled', negated: true };
  expect(termsIn('-reason:Pulled !reason:Pulled reason:!Pulled')).toEqual([negated, negated, negated]);
});

it('takes what names no field, and a term without a value, for words', () => {
  expect(termsIn('http://x reason: colour:red')).toEqual([null, null, null]);
});

it('takes a label only as a pair that is not negated, as the API does', () => {
  expect(termsIn('label:app=shop label:app -label:app=shop')).toEqual([
    { field: 'label', value: 'app=shop', negated: false },
    null,
    null,
  ]);
});

it('reads an unclosed quote to the end', () => {
  expect(termsIn('reason:"Back off')).toEqual([{ field: 'reason', value: 'Back off', negated: false }]);
});

it('takes a term away and leaves what else was written as it was', () => {
  expect(withoutTokens('"two words"  reason:A x', FIELDS, ({ field }) => field === 'reason')).toBe('"two words" x');
  expect(withoutTokens('a   b', FIELDS, () => true)).toBe('a   b');
});
