/** Stored events: lists, single ones, and the counts over them. */
import { endpoints } from '@tattle/contract';
import { FACET_FIELDS } from '../../model/query.ts';
import { eventDifferences } from '../event-differences.ts';
import { exportEvents } from '../export.ts';
import { eventFilterOf, pageOf, scoped } from '../filters.ts';
import type { ApiPorts } from '../ports.ts';
import { notFound } from '../problem.ts';
import type { Routes } from '../registry.ts';
import { wireAggregateRow, wireEvent, wireHistogram } from '../wire.ts';

/** Without a start, what differs is looked for in the hour before its end. */
const USUAL_MS = 3_600_000;

type EventPorts = Pick<ApiPorts, 'history' | 'clock' | 'logger'>;

export function eventRoutes(routes: Routes, { history, clock, logger }: EventPorts): void {
  routes.add(endpoints.listEvents, async ({ query, scope }) => {
    const page = await history.events(eventFilterOf(query, scope, clock.now()), pageOf(query));
    return { items: page.items.map(wireEvent), nextCursor: page.nextCursor, partial: page.partial };
  });

  routes.add(endpoints.exportEvents, async ({ query, scope, reply }) => {
    const { format, limit } = query;
    // An export of `to` now ends: what comes meanwhile is not part of it.
    const filter = eventFilterOf({ ...query, to: query.to ?? 'now+1s' }, scope, clock.now());
    return exportEvents({ history, filter, format, ...(limit === undefined ? {} : { limit }), reply, logger });
  });

  routes.add(endpoints.eventFacets, async ({ query, scope }) => {
    const fields = query.field.length === 0 ? FACET_FIELDS : [...new Set(query.field)];
    const facets = await history.facets(eventFilterOf(query, scope, clock.now()), fields, query.limit);
    return { facets: facets.map(({ field, values }) => ({ field, values: [...values] })) };
  });

  routes.add(endpoints.eventHistogram, async ({ query, scope }) =>
    wireHistogram(await history.histogram(eventFilterOf(query, scope, clock.now()), query.buckets)),
  );

  routes.add(endpoints.eventAggregate, async ({ query, scope }) => {
    const filter = eventFilterOf(query, scope, clock.now());
    const options = { trend: query.trend, compare: query.compare === 'yes' };
    const { rows, partial } = await history.aggregate(filter, [...new Set(query.by)], query.limit, options);
    return { rows: rows.map(wireAggregateRow), partial };
  });

  routes.add(endpoints.eventDifferences, async ({ query, scope }) => {
    const now = clock.now();
    const filter = eventFilterOf(query, scope, now);
    const to = filter.to ?? now + 1;
    const from = filter.from ?? Math.max(0, to - USUAL_MS);
    const { baseline, limit } = query;
    return eventDifferences({ history, filter: { ...filter, from }, to, baseline, limit });
  });

  routes.add(endpoints.getEvent, async ({ params: { uid }, query: { cluster }, scope }) => {
    const event = uid.includes('\0') ? null : await history.event(uid, cluster, scoped(scope).scope);
    if (event !== null) return wireEvent(event);
    throw notFound(
      'No stored event has this uid.',
      'It may be past its retention; /api/v1/events lists what is stored.',
    );
  });
}
