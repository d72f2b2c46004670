/** Which incidents are wanted, as the address says it: the API's own parameters, but that those which go on are shown unless told otherwise. */
import type { QueryChange } from '../../address/link.ts';
import type { Query } from '../../api/types.ts';

export type Tab = 'open' | 'resolved' | 'all';

const FIELDS = ['severity', 'cause', 'namespace', 'kind', 'category', 'cluster', 'condition', 'name'] as const;
export type FilterField = (typeof FIELDS)[number];

/** One thing that narrows the list. */
export interface Narrowing {
  readonly field: FilterField | 'state' | 'q' | 'range';
  /** As the address has it, with its `!`; of a range both ends. */
  readonly value: string;
}

/** What the address says is sent as it is: what it gets wrong, the server names. */
export function queryOf(search: URLSearchParams): Query<'listIncidents'> {
  const single = ['q', 'from', 'to'].flatMap((key) => {
    const value = search.get(key)?.trim() ?? '';
    return value === '' ? [] : [[key, value] as const];
  });
  const many = FIELDS.map((field) => [field, search.getAll(field)] as const).filter(([, values]) => values.length > 0);
  return { ...Object.fromEntries<unknown>([...single, ...many]), state: statesOf(search) };
}

function statesOf(search: URLSearchParams): NonNullable<Query<'listIncidents'>['state']> {
  const states = search.getAll('state');
  if (states.length === 0) return ['!resolved'];
  return states.includes('all') ? [] : (states as ReturnType<typeof statesOf>);
}

/** Null where the states are none of the tabs', as some links have them. */
export function tabOf(search: URLSearchParams): Tab | null {
  const states = search.getAll('state');
  if (states.includes('all')) return 'all';
  if (states.every((state) => state === '!resolved' || (!state.startsWith('!') && state !== 'resolved'))) return 'open';
  return states.length === 1 && states[0] === 'resolved' ? 'resolved' : null;
}

/** What leads to a tab: everything else stays. */
export function tabChange(tab: Tab): QueryChange {
  return { state: tab === 'open' ? null : tab };
}

/** What narrows the list within its tab. */
export function narrowingsOf(search: URLSearchParams): readonly Narrowing[] {
  const fields = [...FIELDS, ...(tabOf(search) === 'all' ? [] : (['state'] as const))];
  const plain = fields.flatMap((field) => search.getAll(field).map((value) => ({ field, value })));
  const q = search.get('q')?.trim() ?? '';
  const range = [search.get('from') ?? '', search.get('to') ?? ''];
  return [
    ...(q === '' ? [] : [{ field: 'q', value: q } as const]),
    ...plain.filter(({ field, value }) => field !== 'state' || !(value === 'resolved' || value === '!resolved')),
    ...(range.some((end) => end !== '') ? [{ field: 'range', value: range.join(' ') } as const] : []),
  ];
}

export function without(search: URLSearchParams, { field, value }: Narrowing): QueryChange {
  if (field === 'q') return { q: null };
  if (field === 'range') return { from: null, to: null };
  return { [field]: search.getAll(field).filter((each) => each !== value) };
}

/** All of the tab. */
export function withoutAny(search: URLSearchParams): QueryChange {
  const fields = Object.fromEntries([...FIELDS, 'q', 'from', 'to'].map((key) => [key, null]));
  return { ...fields, ...tabChange(tabOf(search) ?? 'all') };
}

/** With a value of a field chosen, or no longer; left-out values (`!`) of that field go when one is chosen. */
export function toggled(search: URLSearchParams, field: FilterField | 'state', value: string): QueryChange {
  const chosen = search.getAll(field).filter((each) => !each.startsWith('!') && each !== 'all');
  return { [field]: chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value] };
}
