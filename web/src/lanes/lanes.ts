/** Lanes of a timeline: one for each root owner with what it owns below it, grouped by cluster and namespace, trouble first. */
import type { WireObjectRef, WireSeverity } from '@tattle/contract';
import { SEVERITIES } from '../design/severities.ts';
import { type Item, placeKey, worstOf } from './items.ts';

export interface Lane {
  readonly key: string;
  readonly cluster: string;
  readonly object: WireObjectRef;
  /** Of the object itself; the oldest first. */
  readonly own: readonly Item[];
  /** Of the object and of what it owns; the oldest first. */
  readonly all: readonly Item[];
  /** What it owns, with one lane each. */
  readonly parts: readonly Lane[];
  /** Of the incidents that go on; null where none does. */
  readonly trouble: WireSeverity | null;
}

export interface LaneGroup {
  readonly key: string;
  /** Empty for nodes and what else lies in no namespace. */
  readonly namespace: string;
  readonly lanes: readonly Lane[];
}

export interface ClusterLanes {
  readonly cluster: string;
  readonly clusterName: string;
  readonly gaps: readonly Item[];
  readonly groups: readonly LaneGroup[];
}

export function lanesOf(items: readonly Item[]): readonly ClusterLanes[] {
  const clusters = groupBy(items, ({ cluster }) => cluster);
  return [...clusters]
    .map(([cluster, own]) => ({
      cluster,
      clusterName: own[0]?.clusterName ?? cluster,
      gaps: own.filter(({ kind }) => kind === 'gap'),
      groups: groupsOf(cluster, own),
    }))
    .sort((a, b) => compare(a.clusterName, b.clusterName));
}

function groupsOf(cluster: string, items: readonly Item[]): readonly LaneGroup[] {
  const roots = groupBy(
    items.filter(({ kind, object }) => kind !== 'gap' && object !== null),
    (item) => placeKey(cluster, rootOf(item)),
  );
  const lanes = [...roots].map(([key, own]) => laneOf(key, cluster, own)).sort(byTroubleThenName);
  const namespaces = groupBy(lanes, ({ object }) => object.namespace);
  return [...namespaces]
    .map(([namespace, own]) => ({ key: `${cluster}/${namespace}`, namespace, lanes: own }))
    .sort((a, b) => rankOf(a.lanes) - rankOf(b.lanes) || compare(a.namespace, b.namespace));
}

function laneOf(key: string, cluster: string, items: readonly Item[]): Lane {
  const [first] = items;
  if (first === undefined) throw new Error('a lane is made of items');
  const places = groupBy(items, (item) => placeKey(cluster, objectOf(item)));
  const parts = [...places]
    .filter(([place]) => place !== key)
    .map(([place, own]) => ({ ...bare(place, cluster, own), object: objectOf(own[0] ?? first) }))
    .sort(byTroubleThenName);
  return { ...bare(key, cluster, items), object: rootOf(first), own: places.get(key) ?? [], parts };
}

function bare(key: string, cluster: string, items: readonly Item[]): Omit<Lane, 'object'> {
  const goingOn = items.filter(({ kind, until }) => kind === 'incident' && until === null);
  return { key, cluster, own: items, all: items, parts: [], trouble: worstOf(goingOn) };
}

const NOWHERE: WireObjectRef = { kind: '', namespace: '', name: '', uid: '' };

function objectOf({ object }: Item): WireObjectRef {
  return object ?? NOWHERE;
}

function rootOf({ rootOwner, object }: Item): WireObjectRef {
  return rootOwner ?? object ?? NOWHERE;
}

function byTroubleThenName(a: Lane, b: Lane): number {
  return rankOf([a]) - rankOf([b]) || compare(a.object.kind, b.object.kind) || compare(a.object.name, b.object.name);
}

/** The worst is the lowest. */
function rankOf(lanes: readonly Pick<Lane, 'trouble'>[]): number {
  const ranks = lanes.map(({ trouble }) => (trouble === null ? SEVERITIES.length : SEVERITIES.indexOf(trouble)));
  return ranks.reduce((least, rank) => Math.min(least, rank), SEVERITIES.length);
}

function groupBy<Value>(values: readonly Value[], keyOf: (value: Value) => string): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
