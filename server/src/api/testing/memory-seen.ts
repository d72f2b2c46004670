/** What arrived lately, in memory, for tests of the API: the port as its documentation says, in the plainest way. */
import type { Clock } from '../../model/ports/process.ts';
import type { FilterOutlook, LiveSettings, SeenEvents } from '../ports.ts';

export const NO_SELECTOR = { path: 'filter.labelSelector', message: 'is no label selector' };

/** Three arrivals in a namespace that nothing is stored of: its rules are its names alone. */
export function memorySeen(settings: Pick<LiveSettings, 'monitors'>, clock: Pick<Clock, 'now'>): SeenEvents {
  const place = { cluster: { uid: 'c1', name: 'lab' }, namespace: 'loud' };
  const verdicts = (kept: boolean) => ({ kept: kept ? 3 : 0, dropped: kept ? 0 : 3 });
  return {
    byNamespace: () => [{ ...place, arrivals: 3 }],
    preview: async ({ namespaces, labelSelector }, hours) => {
      if (labelSelector === '((') return { kind: 'invalid', problems: [NO_SELECTOR] };
      const keptNow = settings.monitors(place.namespace);
      const keptThen = namespaces === undefined ? keptNow : namespaces === 'all' || namespaces.includes('loud');
      const outlook: FilterOutlook = {
        ...{ from: clock.now() - hours * 3_600_000, to: clock.now(), since: clock.now() - 60_000 },
        ...{ now: verdicts(keptNow), then: verdicts(keptThen) },
        byReason: keptThen ? [] : [{ reason: 'namespace-not-monitored', count: 3 }],
        byNamespace: [{ ...place, seen: 3, keptNow: keptNow ? 3 : 0, keptThen: keptThen ? 3 : 0 }],
        ...{ ungrouped: 0, examples: [], onStored: null, notJudged: [], partial: false },
      };
      return { kind: 'judged', outlook };
    },
  };
}
