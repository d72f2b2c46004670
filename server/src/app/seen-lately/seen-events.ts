/** What the API asks about arrivals: how many there were in each namespace, and what other filter rules would make of them. */
import type { FilterOutlook, SeenEvents } from '../../api/ports.ts';
import { covers } from '../../kit/scope.ts';
import { Turns } from '../../kit/turns.ts';
import type { Scope } from '../../model/access.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { History } from '../../model/ports/history.ts';
import type { FilterSettings } from '../../model/settings.ts';
import { parseFilter } from '../../triage/filter-settings.ts';
import { problemOf, type Settings } from '../settings.ts';
import { judgeArrivals } from './judge-arrivals.ts';
import { judgeStored } from './judge-stored.ts';
import type { SeenLately } from './seen-lately.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

interface SeenEventsParts {
  readonly seen: SeenLately;
  readonly history: Pick<History, 'events'>;
  readonly settings: Pick<Settings, 'filter'>;
  readonly clock: Pick<Clock, 'now'>;
}

export function seenEvents(parts: SeenEventsParts): SeenEvents {
  const { seen, settings, clock } = parts;
  // Together, previews would take the thread from everything else.
  const turns = new Turns();
  return {
    byNamespace: () => {
      const now = clock.now();
      const places = new Map<string, ReturnType<SeenEvents['byNamespace']>[number]>();
      for (const [{ cluster, namespace }, arrivals] of seen.read(now - DAY_HOURS * HOUR_MS, now).groups) {
        const key = `${cluster.uid}\n${namespace}`;
        places.set(key, { cluster, namespace, arrivals: arrivals + (places.get(key)?.arrivals ?? 0) });
      }
      return [...places.values()];
    },
    preview: async (patch, hours, scope) => {
      const inForce = settings.filter;
      const parsed = parseFilter(patch, inForce);
      if (!parsed.ok) return { kind: 'invalid', problems: parsed.problems.map(problemOf) };
      return {
        kind: 'judged',
        outlook: await turns.run(() => outlookOf(parts, inForce, parsed.settings, hours, scope)),
      };
    },
  };
}

async function outlookOf(
  { seen, history, clock }: SeenEventsParts,
  inForce: FilterSettings,
  tried: FilterSettings,
  hours: number,
  scope: Scope,
): Promise<FilterOutlook> {
  const to = clock.now();
  const from = Math.floor((to - hours * HOUR_MS) / HOUR_MS) * HOUR_MS;
  const { since, groups, ungrouped } = seen.read(from, to);
  const visible = groups.filter(([place]) => covers(scope, place));
  const window = { from, to: to + 1, ...(scope === 'everything' ? {} : { scope }) };
  return {
    from,
    to,
    since,
    ungrouped,
    ...(await judgeArrivals(visible, inForce, tried)),
    ...(await judgeStored(history, window, tried)),
    notJudged: tried.annotationSelector.trim() === '' ? [] : ['annotationSelector'],
  };
}
