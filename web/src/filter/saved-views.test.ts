import { expect, it } from 'vitest';
import { LONGEST_NAME, MOST_VIEWS, readViews, renamed, viewQuery, withoutView, withView } from './saved-views.ts';

const query = new URLSearchParams('kind=Pod&event=123');

it('keeps a view under its name, without what belongs to the moment', () => {
  expect(withView([], ' Pods ', query)).toEqual({ views: [{ name: 'Pods', query: 'kind=Pod' }] });
  expect(viewQuery(query)).toBe('kind=Pod');
});

it('replaces one of the same name', () => {
  expect(withView([{ name: 'Pods', query: 'kind=Node' }], 'Pods', query)).toEqual({
    views: [{ name: 'Pods', query: 'kind=Pod' }],
  });
});

it('gives a view another name, unless that is taken', () => {
  const views = [
    { name: 'a', query: '' },
    { name: 'b', query: 'kind=Pod' },
  ];
  expect(renamed(views, 'b', 'c')).toEqual({ views: [views[0], { name: 'c', query: 'kind=Pod' }] });
  expect(renamed(views, 'b', 'a')).toHaveProperty('refused');
  expect(renamed(views, 'b', '  ')).toHaveProperty('refused');
});

it('removes one', () => {
  expect(withoutView([{ name: 'a', query: '' }], 'a')).toEqual([]);
});

it('keeps no more than it says, and nothing without a name or too long', () => {
  const full = Array.from({ length: MOST_VIEWS }, (_, index) => ({ name: `view ${index}`, query: '' }));
  expect(withView(full, 'one more', query)).toHaveProperty('refused');
  expect(withView(full, 'view 3', query)).toHaveProperty('views');
  expect(withView([], '\u0000 ', query)).toHaveProperty('refused');
  expect(withView([], 'long', new URLSearchParams({ q: 'x'.repeat(9000) }))).toHaveProperty('refused');
});

it('reads back what it wrote', () => {
  const views = [{ name: '<img src=x onerror=alert(1)> ‮ 🎉', query: 'q=%22a%22' }];
  expect(readViews(JSON.stringify(views))).toEqual(views);
});

it('reads whatever else is stored as far as it makes sense', () => {
  for (const text of [
    null,
    '',
    'nonsense',
    '{}',
    '"x"',
    'null',
    '[1, null, {"name": 1, "query": ""}]',
    '[{"name":""}]',
  ]) {
    expect(readViews(text)).toEqual([]);
  }
  const [long] = readViews(JSON.stringify([{ name: '🎉'.repeat(500), query: '' }]));
  expect([...(long?.name ?? '')]).toHaveLength(LONGEST_NAME);
  const many = Array.from({ length: 5000 }, (_, index) => ({ name: `${index}`, query: '' }));
  expect(readViews(JSON.stringify(many))).toHaveLength(MOST_VIEWS);
});
