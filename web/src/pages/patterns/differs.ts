/** What differs, in words: which value, and where it leads. */
import type { WireEventDifferences } from '@tattle/contract';
import { percent } from '../../design/numbers.ts';

export type Difference = WireEventDifferences['items'][number];
export type Baseline = 'before' | 'rest';

export function readBaseline(text: string | null): Baseline {
  return text === 'rest' ? 'rest' : 'before';
}

const FIELDS: Readonly<Record<Difference['field'], string>> = {
  cluster: 'Cluster',
  namespace: 'Namespace',
  kind: 'Kind',
  reason: 'Reason',
  source: 'Reporter',
  node: 'Node',
  owner: 'Owner',
  label: 'Label',
};

export function fieldTitle({ field }: Pick<Difference, 'field'>): string {
  return FIELDS[field];
}

/** `94 % here, 12 % in the hour before`. */
export function shareWords({ selectionShare, baselineShare }: Difference, otherwise: string): string {
  return `${percent(selectionShare)} here, ${baselineShare === 0 ? 'none' : percent(baselineShare)} ${otherwise}`;
}

/** The filter that finds its events within the selection; null where events cannot be filtered so. */
export function filterOf({
  field,
  value,
}: Pick<Difference, 'field' | 'value'>): Readonly<Record<string, string>> | null {
  return field === 'owner' ? null : { [field]: value };
}

interface Owner {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Of `namespace/kind/name` or `kind/name`. Names of objects may not, but could, hold a slash: null where it is unclear. */
export function ownerOf(value: string): Owner | null {
  const parts = value.split('/');
  const [a = '', b = '', c = ''] = parts;
  if (parts.length === 2) return { kind: a, namespace: '', name: b };
  return parts.length === 3 ? { namespace: a, kind: b, name: c } : null;
}
