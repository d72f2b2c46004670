/** The namespaces that one can choose: those that there are, by name, and what was written by hand. Pure. */
import type { WireNamespaces } from '@tattle/contract';
import type { ChecklistItem } from '../../design/checklist.ts';
import { counted } from '../../design/numbers.ts';
import { isPattern, matchesPattern } from './name-pattern.ts';

/** A name of the settings holds in every cluster. */
export interface NamespaceName {
  readonly name: string;
  /** Names of the clusters that have it. */
  readonly clusters: readonly string[];
  readonly seenLastDay: number;
  readonly stored: number;
}

/** By name, the busiest first; Kubernetes' own ones last. */
export function namespaceNames(items: WireNamespaces['items']): readonly NamespaceName[] {
  const byName = new Map<string, NamespaceName>();
  for (const { namespace: name, clusterName, seenLastDay, events } of items) {
    const { clusters, ...before } = byName.get(name) ?? { clusters: [], seenLastDay: 0, stored: 0 };
    byName.set(name, {
      name,
      clusters: [...clusters, clusterName],
      seenLastDay: before.seenLastDay + seenLastDay,
      stored: before.stored + events,
    });
  }
  return [...byName.values()].sort(
    (a, b) =>
      Number(isSystem(a.name)) - Number(isSystem(b.name)) ||
      b.seenLastDay - a.seenLastDay ||
      b.stored - a.stored ||
      a.name.localeCompare(b.name),
  );
}

function isSystem(name: string): boolean {
  return name.startsWith('kube-');
}

interface Listed {
  readonly names: readonly NamespaceName[];
  readonly chosen: readonly string[];
  /** What was chosen before the draft: it stays in the list when it is unticked, so that it can be ticked again. */
  readonly before: readonly string[];
}

/** What was written by hand comes first, then what there is. */
export function namespaceItems({ names, chosen, before }: Listed): readonly ChecklistItem[] {
  const known = new Set(names.map(({ name }) => name));
  const several = new Set(names.flatMap(({ clusters }) => clusters)).size > 1;
  const patterns = chosen.filter(isPattern);
  const written = [...new Set([...before, ...chosen])].filter((name) => !known.has(name));
  const ofPattern = (pattern: string) => names.filter(({ name }) => matchesPattern(pattern, name)).length;
  const byHand = written.map((value) => ({
    value,
    note: isPattern(value)
      ? `pattern, matches ${counted(ofPattern(value), 'namespace')}`
      : 'there is none of this name yet',
    counts: [null, null],
  }));
  return [...byHand, ...names.map((name) => itemOf(name, chosen.includes(name.name) ? [] : patterns, several))];
}

function itemOf(
  { name, clusters, seenLastDay, stored }: NamespaceName,
  patterns: readonly string[],
  several: boolean,
): ChecklistItem {
  const by = patterns.find((pattern) => matchesPattern(pattern, name));
  const notes = [...(isSystem(name) ? ['system'] : []), ...(several ? [`in ${clusters.join(', ')}`] : [])];
  return {
    value: name,
    ...(notes.length === 0 ? {} : { note: notes.join(' · ') }),
    ...(by === undefined ? {} : { by }),
    counts: [{ value: seenLastDay }, { value: stored, to: ['/events', { namespace: name }] }],
  };
}

/** How many of the namespaces that there are would be monitored. */
export function monitoredCount(
  names: readonly NamespaceName[],
  namespaces: 'all' | readonly string[],
  excluded: readonly string[],
): number {
  const among = (patterns: readonly string[], name: string) => patterns.some((each) => matchesPattern(each, name));
  return names.filter(({ name }) => !among(excluded, name) && (namespaces === 'all' || among(namespaces, name))).length;
}
