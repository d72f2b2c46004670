import { describe, expect, it } from 'vitest';
import { parseFieldSelector, parseLabelSelector } from './selectors.ts';

const object = { labels: { app: 'web', tier: '', 'a.b/c': 'x' }, fields: { type: 'Warning', note: 'a,b=c' } };
const labels = (text: string) => {
  const selector = parseLabelSelector(text);
  return 'wrong' in selector ? selector.wrong : selector(object);
};
const fields = (text: string) => {
  const selector = parseFieldSelector(text, ['type', 'note']);
  return 'wrong' in selector ? selector.wrong : selector(object);
};

describe('label selectors', () => {
  it.each([
    ['', true],
    ['app=web', true],
    ['app == web,tier', true],
    ['app!=web', false],
    ['missing!=web', true],
    ['app in (api, web)', true],
    ['app notin (api,web)', false],
    ['missing notin (a)', true],
    ['!app', false],
    ['!missing,a.b/c=x', true],
    ['tier=', true],
    ['constructor', false],
  ])('%s is %s', (text, expected) => expect(labels(text)).toBe(expected));

  it.each(['a in b', 'a=b=c', '=x', 'a in (b'])('%s is refused', (text) =>
    expect(labels(text)).toMatch(/unable to parse/),
  );
});

describe('field selectors', () => {
  it.each([
    ['type=Warning', true],
    ['type==Normal', false],
    ['type!=Normal,note=a\\,b\\=c', true],
    ['', true],
  ])('%s is %s', (text, expected) => expect(fields(text)).toBe(expected));

  it('are refused for other fields and other operators', () => {
    expect(fields('spec.x=1')).toBe('field label not supported: spec.x');
    expect(fields('type')).toMatch(/can't understand/);
  });
});
