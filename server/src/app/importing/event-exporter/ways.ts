/** What leads to a receiver, as rules for people and as settings for sinks. */
import type { Notes } from '../notes.ts';
import { wildcardsOf } from './patterns.ts';
import { dropExpression, hasMetadata, matchExpression, onlyNormal, usable } from './rule-expression.ts';
import type { SourceRule, Way } from './source-rules.ts';

/** As rules have it. */
const LONGEST_EXPRESSION = 4096;

/** When somebody is told by this way: an expression, `true` for always; null where it never is, or cannot be said. */
export function expressionOf(way: Way, notes: Notes): string | null {
  const terms = new Set<string>();
  for (const rule of way.all) {
    const match = matchExpression(rule, notes);
    if (match === null) return null;
    for (const term of match) terms.add(term);
  }
  for (const rule of way.none) {
    const drop = dropExpression(rule, notes);
    if (drop === null) continue;
    if (drop.length === 0) {
      notes.changed(rule.path, 'drops everything: nothing comes by this way');
      return null;
    }
    terms.add(drop.length === 1 ? `!${bracketed(drop[0] ?? '')}` : `!(${drop.join(' && ')})`);
  }
  const expression = terms.size === 0 ? 'true' : [...terms].join(' && ');
  if (expression.length <= LONGEST_EXPRESSION) return expression;
  notes.missing(
    way.path,
    `its conditions are longer than the ${LONGEST_EXPRESSION} characters of a rule: divide them by hand`,
  );
  return null;
}

/** Whether whatever is not dropped at the top comes by this way. */
export function isUnconditional({ all, none }: Way): boolean {
  return (
    none.length === 0 && all.every((rule) => rule.patterns.length === 0 && rule.minCount <= 1 && !hasMetadata(rule))
  );
}

export interface SinkSelection {
  readonly minimumSeverity?: 'low';
  readonly namespaces?: readonly string[];
}

/** A sink chooses by namespace and severity; what else its ways look at is told. */
export function sinkSelection(ways: readonly Way[], notes: Notes): SinkSelection {
  const namespaces = ways.map((way) => namespacesOf(way, notes));
  const chosen = namespaces.some((list) => list === null) ? null : namespaces.flatMap((list) => list ?? []);
  const isProblemsOnly = ways.length > 0 && ways.every(leavesNormalOut);
  for (const way of ways) tellRest(way, chosen !== null, notes);
  if (isProblemsOnly) {
    notes.changed(
      ways[0]?.path ?? '',
      'of Normal events, the sink gets those that tell of a problem: it goes by severity (low and above)',
    );
  }
  return {
    ...(isProblemsOnly && { minimumSeverity: 'low' }),
    ...(chosen !== null && { namespaces: [...new Set(chosen)] }),
  };
}

function leavesNormalOut({ all, none }: Way): boolean {
  return (
    none.some(onlyNormal) ||
    all.some((rule) => rule.patterns.some(({ field, pattern }) => field === 'type' && /^\^?Warning\$?$/.test(pattern)))
  );
}

/** Null where it does not choose by namespace, or not in a way that a list says. */
function namespacesOf({ all }: Way, notes: Notes): readonly string[] | null {
  const patterns = all.flatMap((rule) => rule.patterns.filter(({ field }) => field === 'namespace'));
  const [only, ...others] = patterns;
  if (only === undefined || others.length > 0) return null;
  const pattern = usable(only.pattern, only.path, notes);
  return pattern === null ? null : wildcardsOf(pattern);
}

function tellRest({ all, none }: Way, hasNamespaces: boolean, notes: Notes): void {
  const rest = (rule: SourceRule) => [
    ...rule.patterns
      .filter(({ field }) => field !== 'type' && (field !== 'namespace' || !hasNamespaces))
      .map(({ path }) => path),
    ...(hasMetadata(rule) || rule.minCount > 1 ? [rule.path] : []),
  ];
  for (const path of all.flatMap(rest)) {
    notes.changed(path, 'a sink does not look at this, and gets more: choose at its other end');
  }
  for (const rule of none.filter((dropped) => !onlyNormal(dropped))) {
    notes.changed(
      rule.path,
      'a sink does not look at this, and gets more: choose at its other end, or leave it out of everything with filter',
    );
  }
}

function bracketed(term: string): string {
  return term.startsWith('(') || !/ && | \|\| /.test(term) ? term : `(${term})`;
}
