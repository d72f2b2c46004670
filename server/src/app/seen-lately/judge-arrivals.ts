/** Arrivals under two sets of rules: how many each keeps, why the second drops, and in which namespaces. */
import type { NamespaceOutlook, Verdicts } from '../../api/ports.ts';
import type { DropReason } from '../../model/observation.ts';
import type { FilterSettings } from '../../model/settings.ts';
import { pauses } from './pauses.ts';
import type { SeenReading } from './seen-lately.ts';
import { groupVerdict } from './verdicts.ts';

const MOST_NAMESPACES = 200;
/** So many verdicts take no time, whatever the rules. */
const SLICE = 5;

interface JudgedArrivals {
  readonly now: Verdicts;
  readonly then: Verdicts;
  /** The most first. */
  readonly byReason: readonly { readonly reason: DropReason; readonly count: number }[];
  /** The most seen first. */
  readonly byNamespace: readonly NamespaceOutlook[];
}

interface Counting {
  kept: number;
  dropped: number;
}

export async function judgeArrivals(
  groups: SeenReading['groups'],
  inForce: FilterSettings,
  tried: FilterSettings,
): Promise<JudgedArrivals> {
  const [nowDrops, thenDrops] = [groupVerdict(inForce), groupVerdict(tried)];
  const now: Counting = { kept: 0, dropped: 0 };
  const then: Counting = { kept: 0, dropped: 0 };
  const reasons = new Map<DropReason, number>();
  const places = new Map<string, Mutable<NamespaceOutlook>>();
  const pause = pauses();
  for (const [i, [group, arrivals]] of groups.entries()) {
    if (i % SLICE === 0) await pause();
    const isKeptNow = nowDrops(group) === null;
    const reason = thenDrops(group);
    now[isKeptNow ? 'kept' : 'dropped'] += arrivals;
    then[reason === null ? 'kept' : 'dropped'] += arrivals;
    if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + arrivals);
    const { cluster, namespace } = group;
    const key = `${cluster.uid}\n${namespace}`;
    const place = places.get(key) ?? { cluster, namespace, seen: 0, keptNow: 0, keptThen: 0 };
    places.set(key, place);
    place.seen += arrivals;
    if (isKeptNow) place.keptNow += arrivals;
    if (reason === null) place.keptThen += arrivals;
  }
  return {
    now,
    then,
    byReason: [...reasons].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
    byNamespace: [...places.values()].sort((a, b) => b.seen - a.seen).slice(0, MOST_NAMESPACES),
  };
}

type Mutable<Type> = { -readonly [Member in keyof Type]: Type[Member] };
