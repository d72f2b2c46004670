/** A filter in words. */
import { causeWords } from '../../design/condition-words.ts';
import { type Range, rangeOf } from '../../filter/time-range.ts';
import type { Narrowing } from './filter.ts';

export interface Wording {
  /** Names of clusters by their uid. */
  readonly clusters: ReadonlyMap<string, string>;
  readonly range: (range: Range) => string;
}

const NAMES: Readonly<Record<Exclude<Narrowing['field'], 'q' | 'range'>, string>> = {
  severity: 'severity',
  cause: 'cause',
  namespace: 'namespace',
  kind: 'kind',
  category: 'area',
  cluster: 'cluster',
  condition: 'condition',
  name: 'name',
  state: 'state',
};

export interface NarrowingWords {
  /** `namespace is`, `kind is not`; empty where the value says it all: `“web”`, `Last 1 h`. */
  readonly lead: string;
  readonly value: string;
}

/** As the filters of events say it. */
export function narrowingWords({ field, value }: Narrowing, { clusters, range }: Wording): NarrowingWords {
  if (field === 'q') return { lead: '', value: `“${value}”` };
  if (field === 'range') {
    const [from = '', to = ''] = value.split(' ');
    return { lead: '', value: range(rangeOf(new URLSearchParams({ from, to }))) };
  }
  const isLeftOut = value.startsWith('!');
  const plain = isLeftOut ? value.slice(1) : value;
  const words = field === 'cause' ? causeWords(plain) : field === 'cluster' ? (clusters.get(plain) ?? plain) : plain;
  return { lead: `${NAMES[field]} is${isLeftOut ? ' not' : ''}`, value: words };
}

/** In one: `namespace is shop`. */
export function spokenNarrowing(narrowing: Narrowing, wording: Wording): string {
  const { lead, value } = narrowingWords(narrowing, wording);
  return lead === '' ? value : `${lead} ${value}`;
}
