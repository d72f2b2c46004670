/** A scope as SQL: what a row's place must hold to be covered, with the same answers as `covers` of kit/scope.ts. */
import type { Scope, ScopeRule } from '../model/access.ts';
import { literally } from './like.ts';
import { isStorable, textArray } from './text.ts';
import type { Values } from './values.ts';

/** Expressions that tell where a row lies. It is covered when one of its namespaces is. */
export interface PlaceColumns {
  readonly clusterUid: string;
  readonly clusterName: string;
  readonly namespaces: readonly string[];
}

/** All rules about one cluster in one: a fleet's worth of them is still a short statement. */
interface Stretch {
  /** Null is every cluster. */
  readonly cluster: string | null;
  readonly whole: boolean;
  readonly names: readonly string[];
  readonly patterns: readonly string[];
}

/** Null where nothing is left out. */
export function withinScope(scope: Scope | undefined, columns: PlaceColumns, values: Values): string | null {
  const stretches = stretchesOf(scope);
  if (stretches === null) return null;
  const parts = stretches.map((stretch) => {
    const conditions = [
      stretch.cluster === null ? [] : isCluster(columns, [stretch.cluster], values),
      stretch.whole ? [] : inNamespaces(columns.namespaces, stretch, values),
    ].flat();
    return conditions.length === 0 ? 'true' : `(${conditions.join(' AND ')})`;
  });
  return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`;
}

/** Like `touchesCluster`: whether anything of the row's cluster may be covered. Null where nothing is left out. */
export function withinClusters(
  scope: Scope | undefined,
  columns: Omit<PlaceColumns, 'namespaces'>,
  values: Values,
): string | null {
  if (scope === undefined || scope === 'everything') return null;
  const clusters = scope.map(({ cluster }) => cluster);
  if (clusters.includes(null)) return null;
  return isCluster(
    columns,
    clusters.filter((cluster) => cluster !== null),
    values,
  );
}

/** Where the two ends of an incident's head or of a strand lie. Seen is a strand of which `any` end is; whole, an incident all of whose ends are. */
export interface EndsWithin {
  readonly root: string;
  readonly subject: string;
  readonly any: string;
  readonly both: string;
}

/** Of a row with a root and a subject, and the row that tells the cluster: the incident's. Null where nothing is left out. */
export function endsWithin(
  scope: Scope | undefined,
  { row, incident }: { readonly row: string; readonly incident: string },
  values: Values,
): EndsWithin | null {
  const cluster = { clusterUid: `${incident}.cluster_uid`, clusterName: `${incident}.cluster_name` };
  const end = (name: string) =>
    withinScope(scope, { ...cluster, namespaces: [`(${row}.${name} ->> 'namespace')`] }, values);
  const [root, subject] = [end('root'), end('subject')];
  if (root === null || subject === null) return null;
  return { root, subject, any: `(${root} OR ${subject})`, both: `(${root} AND ${subject})` };
}

/** Whether it takes a row's namespace to decide. */
export function asksForNamespace(scope: Scope | undefined): boolean {
  return stretchesOf(scope)?.some(({ whole }) => !whole) ?? false;
}

/** Null is everything. */
function stretchesOf(scope: Scope | undefined): readonly Stretch[] | null {
  if (scope === undefined || scope === 'everything') return null;
  if (scope.some(({ cluster, namespaces }) => cluster === null && namespaces === null)) return null;
  const byCluster = Map.groupBy(scope, ({ cluster }) => cluster);
  return [...byCluster]
    .map(([cluster, rules]) => stretchOf(cluster, rules))
    .filter(({ whole, names, patterns }) => whole || names.length > 0 || patterns.length > 0);
}

function stretchOf(cluster: string | null, rules: readonly ScopeRule[]): Stretch {
  // What cannot be stored is the name of nothing: repaired, it would be another's.
  const wanted = new Set(rules.flatMap(({ namespaces }) => namespaces ?? []).filter(isStorable));
  return {
    cluster,
    whole: rules.some(({ namespaces }) => namespaces === null),
    names: [...wanted].filter((name) => name !== '' && !name.includes('*')),
    patterns: [...wanted].filter((name) => name.includes('*')).map(likePattern),
  };
}

/** What lies in no namespace, the empty name, is part of no pattern, not even of `*`. */
function likePattern(pattern: string): string {
  const like = literally(pattern).replaceAll(/\*+/g, '%');
  return like === '%' ? '_%' : like;
}

function isCluster(
  { clusterUid, clusterName }: Omit<PlaceColumns, 'namespaces'>,
  clusters: readonly string[],
  values: Values,
): string {
  const list = values.add(textArray(clusters.filter(isStorable)));
  return `(${clusterUid} = ANY (${list}::text[]) OR ${clusterName} = ANY (${list}::text[]))`;
}

function inNamespaces(columns: readonly string[], { names, patterns }: Stretch, values: Values): string {
  const nameList = names.length === 0 ? null : values.add(textArray(names));
  const patternList = patterns.length === 0 ? null : values.add(textArray(patterns));
  const covered = columns.flatMap((column) => [
    ...(nameList === null ? [] : [`${column} = ANY (${nameList}::text[])`]),
    ...(patternList === null ? [] : [`${column} LIKE ANY (${patternList}::text[])`]),
  ]);
  return `(${covered.join(' OR ')})`;
}
