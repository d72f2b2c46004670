/** What a searchable list of checkboxes shows, and what choosing in it does. Pure. */

interface ChecklistCount {
  readonly value: number;
  /** Where what it counts is to be seen: path and query of a page. */
  readonly to?: readonly [path: string, query: Readonly<Record<string, string>>];
}

export interface ChecklistItem {
  readonly value: string;
  /** Beside the name: `system`, `does not exist yet`. */
  readonly note?: string;
  /** One for each column; null where it is not known. */
  readonly counts: readonly (ChecklistCount | null)[];
  /** Chosen by something else, which is named: `team-*`. It cannot be unticked here. */
  readonly by?: string;
}

/** Those that hold every word of the search, in the name or in the note. */
export function searched(items: readonly ChecklistItem[], search: string): readonly ChecklistItem[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return items;
  return items.filter(({ value, note = '' }) => {
    const text = `${value} ${note}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function withChoice(chosen: readonly string[], value: string, on: boolean): readonly string[] {
  if (on === chosen.includes(value)) return chosen;
  return on ? [...chosen, value] : chosen.filter((each) => each !== value);
}

/** All that are shown, besides what was chosen before; what is chosen by something else needs no tick of its own. */
export function withAll(chosen: readonly string[], shown: readonly ChecklistItem[]): readonly string[] {
  const fresh = shown.filter(({ value, by }) => by === undefined && !chosen.includes(value));
  return [...chosen, ...fresh.map(({ value }) => value)];
}

export function withoutAll(chosen: readonly string[], shown: readonly ChecklistItem[]): readonly string[] {
  const gone = new Set(shown.map(({ value }) => value));
  return chosen.filter((value) => !gone.has(value));
}
