/** Stored events: lists, single ones, and the counts over them. */
import type { FastifyInstance } from 'fastify';
import type { WireAggregate, WireEvent, WireEventPage, WireFacets, WireHistogram } from '@tattle/contract';
import { FACET_FIELDS, FILTER_FIELDS } from '../../model/query.ts';
import { EVENT_FILTER_PARAMETERS, readEventFilter } from '../event-filter.ts';
import { notAmong, Parameters } from '../parameters.ts';
import type { ApiPorts } from '../ports.ts';
import { badParameter, notFound } from '../problem.ts';
import { wireAggregateRow, wireEvent, wireHistogram } from '../wire.ts';

type EventPorts = Pick<ApiPorts, 'history' | 'clock'>;

export function eventRoutes(server: FastifyInstance, { history, clock }: EventPorts): void {
  const read = (url: string, own: readonly string[]) => {
    const parameters = new Parameters(url, [...EVENT_FILTER_PARAMETERS, ...own]);
    return { parameters, filter: readEventFilter(parameters, clock.now()) };
  };

  server.get('/api/v1/events', async (request): Promise<WireEventPage> => {
    const { parameters, filter } = read(request.url, ['limit', 'cursor']);
    const limit = parameters.whole('limit', 100, 1, 1000);
    const cursor = parameters.one('cursor');
    const page = await history.events(filter, { limit, ...(cursor === undefined ? {} : { cursor }) });
    return { items: page.items.map(wireEvent), nextCursor: page.nextCursor, partial: page.partial };
  });

  server.get('/api/v1/events/facets', async (request): Promise<WireFacets> => {
    const { parameters, filter } = read(request.url, ['field', 'limit']);
    const asked = parameters.among('field', FACET_FIELDS);
    const limit = parameters.whole('limit', 20, 1, 200);
    const facets = await history.facets(filter, asked.length === 0 ? FACET_FIELDS : [...new Set(asked)], limit);
    return { facets: facets.map(({ field, values }) => ({ field, values: [...values] })) };
  });

  server.get('/api/v1/events/histogram', async (request): Promise<WireHistogram> => {
    const { parameters, filter } = read(request.url, ['buckets']);
    return wireHistogram(await history.histogram(filter, parameters.whole('buckets', 60, 1, 500)));
  });

  server.get('/api/v1/events/aggregate', async (request): Promise<WireAggregate> => {
    const { parameters, filter } = read(request.url, ['by', 'limit']);
    const by = [...new Set(parameters.among('by', FILTER_FIELDS))];
    if (by.length === 0 || by.length > 4) {
      throw badParameter(
        'by',
        'needs one to four fields',
        `Write by=namespace&by=reason; known: ${FILTER_FIELDS.join(', ')}.`,
      );
    }
    const { rows, partial } = await history.aggregate(filter, by, parameters.whole('limit', 100, 1, 1000));
    return { rows: rows.map(wireAggregateRow), partial };
  });

  server.get<{ Params: { uid: string } }>('/api/v1/events/:uid', async (request): Promise<WireEvent> => {
    const { uid } = request.params;
    const cluster = new Parameters(request.url, ['cluster']).one('cluster');
    if (cluster?.startsWith('!') === true) throw notAmong('cluster', cluster, ['the uid of one cluster']);
    const event = uid.includes('\0') ? null : await history.event(uid, cluster);
    if (event !== null) return wireEvent(event);
    throw notFound(
      'No stored event has this uid.',
      'It may be past its retention; /api/v1/events lists what is stored.',
    );
  });
}
