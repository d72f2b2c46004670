/** What the page Now asks, and how often. */
import { createQuery, keepPreviousData } from '@tanstack/svelte-query';
import type { WireIncident, WireIncidentView } from '@tattle/contract';
import { ask } from '../../api/ask.svelte.ts';
import { call } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';
import type { Query } from '../../api/types.ts';
import { SEVERITIES } from '../../design/severities.ts';
import { countedBySeverity, inOrder, type SeverityCount } from './open-incidents.ts';

const STATUS_MS = 10_000;
/** What goes with incidents is large: it is asked for now and then, and when another incident is there. */
const VIEWS_MS = 20_000;
const KNOWN = 100;
const IN_FULL = 50;
const GOING_ON = { state: ['!resolved'] } satisfies Query<'listIncidents'>;
const WORST = { severity: ['critical', 'high'] } satisfies Query<'listIncidents'>;
const BY_SEVERITY = { field: ['severity'] } satisfies Query<'incidentFacets'>;

export function askStatus() {
  return ask(
    'getStatus',
    () => ({}),
    () => ({ everyMs: STATUS_MS }),
  );
}

/** The incidents that go on, up to date by the live stream. */
export function askOpen() {
  const newest = ask('listIncidents', () => ({ query: { ...GOING_ON, limit: KNOWN } }));
  // Beyond what one answer holds, the newest may leave out the worst.
  const isCut = $derived(newest.data?.nextCursor != null);
  const worst = ask(
    'listIncidents',
    () => ({ query: { ...GOING_ON, ...WORST, limit: KNOWN } }),
    () => ({ enabled: isCut }),
  );
  const facets = ask(
    'incidentFacets',
    () => ({ query: { ...GOING_ON, ...BY_SEVERITY } }),
    () => ({ enabled: isCut }),
  );
  const incidents = $derived(inOrder(newest.data?.items ?? [], isCut ? (worst.data?.items ?? []) : []));
  const counts = $derived.by((): readonly SeverityCount[] => {
    const values = isCut ? facets.data?.facets.find(({ field }) => field === 'severity')?.values : undefined;
    if (values === undefined) return countedBySeverity(incidents);
    return SEVERITIES.flatMap((severity) => {
      const counted = values.find(({ value }) => value === severity);
      return counted === undefined ? [] : [{ severity, incidents: counted.incidents }];
    });
  });
  return {
    get asked() {
      return newest;
    },
    get incidents() {
      return incidents;
    },
    get counts() {
      return counts;
    },
  };
}

/** Incidents with their changes, objects and timeline. */
export function askViews(incidents: () => readonly WireIncident[]) {
  const ids = $derived(
    incidents()
      .map(({ id, state }) => `${id} ${state}`)
      .sort((a, b) => a.localeCompare(b)),
  );
  const query = createQuery<readonly WireIncidentView[], ApiProblem>(() => ({
    queryKey: ['openInFull', ids],
    queryFn: async ({ signal }) => {
      const page = await call('listIncidents', { query: { ...GOING_ON, view: 'full', limit: IN_FULL } }, { signal });
      return page.items.filter((item): item is WireIncidentView => 'timeline' in item);
    },
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: VIEWS_MS,
  }));
  const views = $derived(ids.length === 0 ? [] : (query.data ?? []));
  return {
    get all() {
      return views;
    },
  };
}
