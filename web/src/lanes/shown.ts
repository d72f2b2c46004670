/** Which mark is opened, as the address has it: a single item by its key, a fold by its lane and when its items happened. */
import { beginOf, type Item } from './items.ts';
import type { ClusterLanes, Lane } from './lanes.ts';

type Group = 'change' | 'happened' | 'gap';

export type Shown =
  | { readonly key: string }
  /** Milliseconds, both included; `lane` is its key, of gaps the cluster. */
  | { readonly from: number; readonly to: number; readonly group: Group; readonly lane: string };

export function shownOf(items: readonly [Item, ...Item[]], lane: string): Shown {
  const [first] = items;
  if (items.length === 1) return { key: first.key };
  const moments = items.map(beginOf);
  return {
    from: moments.reduce((least, each) => Math.min(least, each)),
    to: moments.reduce((most, each) => Math.max(most, each)),
    // Incidents that found no room as bars lie among events.
    group: first.kind === 'change' || first.kind === 'gap' ? first.kind : 'happened',
    lane,
  };
}

export function shownText(shown: Shown): string {
  return 'key' in shown ? shown.key : [shown.from, shown.to, shown.group, shown.lane].join('~');
}

export function readShown(text: string | null): Shown | null {
  if (text === null || text === '') return null;
  const [, from, to, group, lane] = /^(\d{1,15})~(\d{1,15})~(change|happened|gap)~(.+)$/s.exec(text) ?? [];
  if (lane === undefined) return { key: text };
  return { from: Number(from), to: Number(to), group: group as Group, lane };
}

/** Empty where what was open is not there any more. `opened` says of a lane whether what it owns has lanes of its own. */
export function itemsShown(
  clusters: readonly ClusterLanes[],
  shown: Shown,
  opened: (key: string) => boolean,
): readonly Item[] {
  const lanes = clusters.flatMap(({ groups }) => groups.flatMap((group) => group.lanes));
  const gaps = clusters.flatMap((cluster) => cluster.gaps);
  if ('key' in shown) return [...gaps, ...lanes.flatMap(({ all }) => all)].filter(({ key }) => key === shown.key);
  const { from, to, group, lane } = shown;
  const items = group === 'gap' ? gaps.filter(({ cluster }) => cluster === lane) : itemsOf(lanes, lane, opened);
  return items.filter((item) => beginOf(item) >= from && beginOf(item) <= to && belongs(item, group));
}

function itemsOf(lanes: readonly Lane[], key: string, opened: (key: string) => boolean): readonly Item[] {
  const lane = [...lanes, ...lanes.flatMap(({ parts }) => parts)].find((each) => each.key === key);
  if (lane === undefined) return [];
  return opened(key) ? lane.own : lane.all;
}

function belongs({ kind }: Item, group: Group): boolean {
  return group === 'happened' ? kind === 'event' || kind === 'incident' : kind === group;
}
