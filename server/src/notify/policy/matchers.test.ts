import { describe, expect, it } from 'vitest';
import type { Facts } from './facts.ts';
import { compileMatchers, matcherText, matchesNothingKnown, readMatcher } from './matchers.ts';

const facts: Facts = {
  namespace: 'shop',
  severity: 'high',
  condition: 'OOMKilled',
  name: 'cart "v2"',
  'label.team': 'pay',
};

function holds(...texts: string[]): boolean {
  const matchers = texts.map((text) => {
    const read = readMatcher(text);
    if (!read.ok) throw new Error(read.problem);
    return read.value;
  });
  return compileMatchers(matchers)(facts);
}

function problem(text: string): string {
  const read = readMatcher(text);
  return read.ok ? '' : read.problem;
}

describe('a matcher', () => {
  it.each([
    ['namespace=shop', true],
    ['namespace = "shop"', true],
    ['namespace!=shop', false],
    ['namespace=~"sh.*"', true],
    ['namespace=~"ho"', false],
    ['namespace!~"web|kube-.*"', true],
    ['severity>=high', true],
    ['severity>=critical', false],
    ['severity>=info', true],
    ['label.team=pay', true],
    ['label.nope=""', true],
    ['label.nope!=x', true],
    ['node=', true],
    ['name="cart \\"v2\\""', true],
    ['title=~"(?s).*"', true],
  ])('%s', (text, wanted) => {
    expect(holds(text)).toBe(wanted);
  });

  it('holds together with others only where all hold', () => {
    expect(holds('namespace=shop', 'severity>=high')).toBe(true);
    expect(holds('namespace=shop', 'severity=critical')).toBe(false);
    expect(holds()).toBe(true);
  });

  it('is written as it is read', () => {
    const read = readMatcher('name = "a \\\\ b \\" c"');
    if (!read.ok) throw new Error(read.problem);
    expect(readMatcher(matcherText(read.value))).toEqual(read);
  });

  it.each([
    ['shop', 'NAME=VALUE'],
    ['namspace=shop', 'did you mean namespace?'],
    ['__proto__=x', 'nothing that is known'],
    ['severity=urgent', 'it can be critical'],
    ['severity>=urgent', '>= is for severity'],
    ['namespace>=shop', '>= is for severity'],
    ['namespace="shop', 'quotes do not close'],
    ['namespace=~"("', 'no pattern'],
    ['namespace=~"(?=x)"', 'no pattern'],
    [`namespace=~"${'a'.repeat(2000)}"`, 'no pattern'],
    [`title=~"${'(a?){1000}'.repeat(90)}"`, 'too large'],
    [`title=~"(${'ab'.repeat(450)}){1000}"`, 'too large'],
    [`title=~"${'((a{0,30}){0,30}){0,1}'.repeat(40)}"`, 'too large'],
  ])('that cannot be used says why: %s', (text, why) => {
    expect(problem(text)).toContain(why);
  });

  it('takes the patterns that people count with', () => {
    for (const pattern of [
      '[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}',
      '([0-9]{1,3}\\.){3}[0-9]{1,3}',
      'cart-[a-z0-9]{5,10}-[a-z0-9]{5}',
      '.{0,200}timeout',
      'a'.repeat(990),
    ]) {
      expect(problem(`title=~"${pattern}"`)).toBe('');
    }
  });

  it('says no at once where a pattern would be large', () => {
    const before = performance.now();
    for (let times = 0; times < 50; times += 1) problem(`title=~"(${'ab'.repeat(450)}){1000}"`);
    expect(performance.now() - before).toBeLessThan(500);
  });

  it('is not stalled by a pattern that others would stall on', () => {
    const read = readMatcher('title=~"(a+)+b"');
    if (!read.ok) throw new Error(read.problem);
    expect(compileMatchers([read.value])({ title: 'a'.repeat(50_000) })).toBe(false);
  });

  it('is known to say nothing where it holds for what is not there', () => {
    const of = (text: string) => {
      const read = readMatcher(text);
      return read.ok && matchesNothingKnown([read.value]);
    };
    expect(of('namespace=~".*"')).toBe(true);
    expect(of('severity!=low')).toBe(true);
    expect(of('namespace=shop')).toBe(false);
    expect(of('severity>=info')).toBe(false);
  });
});
