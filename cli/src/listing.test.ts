import { expect, it } from 'vitest';
import { listed, WIDE_LIST_FORMS } from './listing.ts';

interface Thing {
  readonly id: string;
  readonly note: string;
}

const ITEMS: readonly Thing[] = [
  { id: 'one', note: 'plain' },
  { id: 'two\u001b[2J', note: 'clears\nthe screen' },
];
const shown = (output: (typeof WIDE_LIST_FORMS)[number], items = ITEMS, headers = true) =>
  listed(
    items,
    { output, headers },
    { nameOf: ({ id }) => id, columns: ['ID', 'NOTE'], row: (it) => [it.id, it.note] },
  );

it('is a table with a header, or without one', () => {
  expect(shown('table', ITEMS.slice(0, 1))).toBe('ID    NOTE\none   plain\n');
  expect(shown('wide', ITEMS.slice(0, 1), false)).toBe('one   plain\n');
});

it('is a name a line, or whole for programs', () => {
  expect(shown('name', ITEMS.slice(0, 1))).toBe('one\n');
  expect(JSON.parse(shown('json'))).toEqual(ITEMS);
  expect(
    shown('jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Thing),
  ).toEqual(ITEMS);
});

it.each(WIDE_LIST_FORMS)('says as %s nothing that a terminal would obey, a line an item', (output) => {
  expect(shown(output)).not.toContain('\u001b');
  if (output === 'table' || output === 'name')
    expect(shown(output).match(/\n/g)).toHaveLength(output === 'table' ? 3 : 2);
});

it('is nothing at all where there is nothing, unless a program reads it', () => {
  expect(['table', 'wide', 'name', 'jsonl'].map((form) => shown(form as 'table', []))).toEqual(['', '', '', '']);
  expect(shown('json', [])).toBe('[]\n');
});
