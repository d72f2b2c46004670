/** What kubernetes-event-exporter drops before anything else: what can be, is left out by Tattle's filter, too. */
import type { Notes } from '../notes.ts';
import { wildcardsOf } from './patterns.ts';
import { hasMetadata, usable } from './rule-expression.ts';
import type { Matched, SourceRule } from './source-rules.ts';

/** Lists of the filter, by what a rule looks at. */
const LISTS: Partial<Readonly<Record<Matched, string>>> = {
  namespace: 'excludedNamespaces',
  reason: 'excludeReasons',
  kind: 'excludeKinds',
  component: 'excludeComponents',
};

export interface DividedDrops {
  /** Settings of the filter. */
  readonly filter: Readonly<Record<string, readonly string[]>>;
  /** What only rules can say. */
  readonly rest: readonly SourceRule[];
}

export function divideDrops(drops: readonly SourceRule[], notes: Notes): DividedDrops {
  const filter: Record<string, string[]> = {};
  const rest: SourceRule[] = [];
  for (const rule of drops) {
    const [only, ...others] = rule.patterns;
    const list = only === undefined ? undefined : LISTS[only.field];
    const isSimple = others.length === 0 && rule.minCount <= 1 && !hasMetadata(rule);
    const pattern =
      only !== undefined && list !== undefined && isSimple ? usable(only.pattern, only.path, notes) : null;
    const wildcards = pattern === null ? null : wildcardsOf(pattern);
    if (only === undefined || list === undefined || wildcards === null) {
      rest.push(rule);
      continue;
    }
    (filter[list] ??= []).push(...wildcards);
    notes.taken(only.path, `is left out by filter.${list}, so that Tattle does not keep it either`);
  }
  return { filter, rest };
}
