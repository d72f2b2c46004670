import { describe, expect, it } from 'vitest';
import { compileSelector, type LabelMap } from './label-selector.ts';

function matches(selector: string, labels: LabelMap): boolean {
  const compiled = compileSelector(selector);
  if (!compiled.ok) throw new Error(compiled.problem);
  return compiled.matches(labels);
}

describe('a label selector', () => {
  const web = { app: 'web', tier: 'front', 'example.com/team': 'shop', empty: '' };

  it.each([
    ['', true],
    ['app=web', true],
    ['app==web', true],
    ['app = web , tier = front', true],
    ['app=web,tier=back', false],
    ['app!=web', false],
    ['missing!=web', true],
    ['app in (api, web)', true],
    ['app in (api)', false],
    ['app notin (api,db)', true],
    ['missing notin (a)', true],
    ['missing in (a)', false],
    ['app', true],
    ['!app', false],
    ['!missing', true],
    ['example.com/team=shop,!missing,tier in (front)', true],
    ['empty=', true],
    ['empty in ()', true],
    ['app=', false],
    ['toString', false],
  ])('%j answers %j', (selector, answer) => expect(matches(selector, web)).toBe(answer));

  it('takes quoted values, for annotations', () => {
    expect(matches('note="on call, (nights)"', { note: 'on call, (nights)' })).toBe(true);
  });

  it.each([
    'app=web,',
    'app in web',
    'app in (a',
    '=web',
    'a b',
    'a=(b)',
    '"unclosed',
    'a=b c=d',
    ',',
    'app in (a b)',
    '-x=1',
    '!',
  ])('refuses %j with a reason', (selector) => {
    const compiled = compileSelector(selector);
    expect(compiled).toMatchObject({ ok: false });
    if (!compiled.ok) expect(compiled.problem.length).toBeGreaterThan(10);
  });
});
