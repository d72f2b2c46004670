/** A list in the form that was asked for: as a table, a name a line, or for programs. */
import { structured } from './forms.ts';
import { printable } from './printable.ts';
import { Table } from './table.ts';

export const LIST_FORMS = ['table', 'json', 'jsonl', 'yaml', 'name'] as const;
export type ListForm = (typeof LIST_FORMS)[number];
/** With a table of more columns. */
export const WIDE_LIST_FORMS = ['table', 'wide', 'json', 'jsonl', 'yaml', 'name'] as const;
export type WideListForm = (typeof WIDE_LIST_FORMS)[number];

export interface ListLook {
  readonly output: WideListForm;
  readonly headers: boolean;
}

/** How the items of one kind are shown. */
interface Listing<Item> {
  /** What other commands take for it. */
  readonly nameOf: (item: Item) => string;
  readonly columns: readonly string[];
  /** A cell a column, as it came: what a terminal may not see is taken out here. */
  readonly row: (item: Item) => readonly string[];
}

/** Ends with a line end, and is empty where there is nothing, unless a program reads it. */
export function listed<Item>(
  items: readonly Item[],
  { output, headers }: ListLook,
  { nameOf, columns, row }: Listing<Item>,
): string {
  switch (output) {
    case 'json':
    case 'jsonl':
    case 'yaml':
      return structured(items, output);
    case 'name':
      return items.map((item) => `${printable(nameOf(item))}\n`).join('');
    case 'table':
    case 'wide':
      return new Table(columns).render(
        items.map((item) => row(item).map(printable)),
        headers && items.length > 0,
      );
  }
}
