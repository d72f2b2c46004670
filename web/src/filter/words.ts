/** Filters in words: `namespace is shop`, `reason is not Pulled`. */
import type { Term } from './term.ts';

const FIELD_WORDS: Readonly<Record<string, string>> = {
  source: 'reporter',
  uid: 'event',
  fingerprint: 'repeats',
};

const NOTHING_WORDS: Readonly<Record<string, string>> = {
  namespace: 'none (cluster-scoped)',
  node: 'unknown',
  source: 'unknown',
};

export function fieldWords(field: string): string {
  return FIELD_WORDS[field] ?? field;
}

/** An empty value is one, too. `names` has names for ids, such as of clusters. */
export function valueWords(field: string, value: string, names: ReadonlyMap<string, string> = NO_NAMES): string {
  if (value === '') return NOTHING_WORDS[field] ?? 'empty';
  return names.get(value) ?? value;
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();

/** Terms of one field that belong together: `namespace is` a `or` b. */
export interface TermGroup {
  readonly field: string;
  readonly negated: boolean;
  /** `namespace is`, `repeats of`. */
  readonly lead: string;
  /** Between its values. */
  readonly joint: string;
  readonly terms: readonly Term[];
}

export function groupsOf(terms: readonly Term[]): readonly TermGroup[] {
  const groups = new Map<string, Term[]>();
  for (const term of terms) {
    const key = `${term.field} ${String(term.negated)}`;
    const group = groups.get(key) ?? [];
    group.push(term);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { field, negated } = first;
    return [{ field, negated, lead: leadOf(field, negated), joint: field === 'label' ? 'and' : 'or', terms: group }];
  });
}

function leadOf(field: string, negated: boolean): string {
  if (field === 'fingerprint') return negated ? 'no repeats of' : 'repeats of';
  return `${fieldWords(field)} ${negated ? 'is not' : 'is'}`;
}
