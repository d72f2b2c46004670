/** How much an incident affects, from the objects that its events are about. */
import type { WireIncidentDetail, WireObjectRef } from '@tattle/contract';

/** The API tells this many objects at the most. */
const MOST_TOLD = 200;

export interface Affected {
  readonly objects: number;
  /** Whether there may be more objects than are told. */
  readonly isCut: boolean;
  readonly namespaces: readonly string[];
  readonly nodes: readonly string[];
  /** The most frequent first. */
  readonly kinds: readonly { readonly kind: string; readonly objects: readonly WireObjectRef[] }[];
}

export function affectedOf({
  objects,
  root,
  evidence,
}: Pick<WireIncidentDetail, 'objects' | 'root' | 'evidence'>): Affected {
  const kinds = [...Map.groupBy(objects, ({ kind }) => kind)].map(([kind, those]) => ({ kind, objects: those }));
  const nodes = [root, ...objects, ...evidence.map(({ object }) => object)].filter(({ kind }) => kind === 'Node');
  return {
    objects: objects.length,
    isCut: objects.length >= MOST_TOLD,
    namespaces: distinct([root, ...objects].map(({ namespace }) => namespace)),
    nodes: distinct(nodes.map(({ name }) => name)),
    kinds: kinds.sort((a, b) => b.objects.length - a.objects.length || (a.kind < b.kind ? -1 : 1)),
  };
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name) => name !== ''))].sort();
}
