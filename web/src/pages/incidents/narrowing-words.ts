/** A filter in words. */
import { causeWords } from '../../design/condition-words.ts';
import { type Narrowing, RANGES } from './filter.ts';

const NAMES: Readonly<Record<Exclude<Narrowing['field'], 'q' | 'range'>, string>> = {
  severity: 'Severity',
  cause: 'Cause',
  namespace: 'Namespace',
  kind: 'Kind',
  category: 'Area',
  cluster: 'Cluster',
  condition: 'Condition',
  name: 'Name',
  state: 'State',
};

/** `Namespace: shop`, `Kind: not Pod`, `“web”`, `Last hour`. */
export function narrowingWords({ field, value }: Narrowing, clusters: ReadonlyMap<string, string>): string {
  if (field === 'q') return `“${value}”`;
  if (field === 'range') return rangeWords(value);
  const isLeftOut = value.startsWith('!');
  const plain = isLeftOut ? value.slice(1) : value;
  const words = field === 'cause' ? causeWords(plain) : field === 'cluster' ? (clusters.get(plain) ?? plain) : plain;
  return `${NAMES[field]}: ${isLeftOut ? 'not ' : ''}${words}`;
}

function rangeWords(value: string): string {
  const [from = '', to = ''] = value.split(' ');
  const known = RANGES.find((range) => range.from === from);
  if (known !== undefined && (to === '' || to === 'now')) return known.words;
  return [from === '' ? '' : `from ${from}`, to === '' ? '' : `to ${to}`].filter((part) => part !== '').join(' ');
}
