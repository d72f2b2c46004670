/** Stored events: lists, single ones, and the counts over them. */
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { aggregate, clusterEvent, eventPage, facetField, facets, filterField, histogram } from '../event.ts';
import { eventDifferences } from '../event-differences.ts';
import { cursor, eventFilter, exactText, limit } from '../parameters.ts';

const access = { role: 'viewer', scope: 'applied' } as const;
const field = z.array(facetField).default([]).describe('The fields to count; left out, all.');
const valuesLimit = limit(20, 200).describe('How many values of each field at the most, 1 to 200.');

export const eventEndpoints = {
  listEvents: endpoint({
    id: 'listEvents',
    method: 'GET',
    path: '/api/v1/events',
    tag: 'Events',
    summary: 'Stored events, the most recent activity first',
    access,
    query: { ...eventFilter, limit: limit(100, 1000), cursor },
    answer: eventPage,
    aliases: ['/api/events'],
  }),
  exportEvents: endpoint({
    id: 'exportEvents',
    method: 'GET',
    path: '/api/v1/events/export',
    tag: 'Events',
    summary: 'All events that match, as one file',
    description:
      'Ends with an aborted connection where it could not be finished. In CSV, cells that a spreadsheet would calculate begin with an apostrophe.',
    access,
    query: {
      ...eventFilter,
      format: z.enum(['jsonl', 'csv']).default('jsonl').describe('`jsonl`: one event a line, as lists have them.'),
      limit: z.int().min(1).max(100_000_000).optional().describe('How many at the most; left out, all.'),
    },
    answer: ['application/x-ndjson', 'text/csv'],
  }),
  eventFacets: endpoint({
    id: 'eventFacets',
    method: 'GET',
    path: '/api/v1/events/facets',
    tag: 'Events',
    summary: 'How many events have each value of a field',
    description: 'A field’s own filter is ignored in its counts.',
    access,
    query: { ...eventFilter, field, limit: valuesLimit },
    answer: facets,
  }),
  eventHistogram: endpoint({
    id: 'eventHistogram',
    method: 'GET',
    path: '/api/v1/events/histogram',
    tag: 'Events',
    summary: 'Occurrences over time, by severity',
    access,
    query: {
      ...eventFilter,
      buckets: z.int().min(1).max(500).default(60).describe('How many to cut the range into, 1 to 500.'),
    },
    answer: histogram,
  }),
  eventAggregate: endpoint({
    id: 'eventAggregate',
    method: 'GET',
    path: '/api/v1/events/aggregate',
    tag: 'Events',
    summary: 'Events grouped by one to four fields',
    description:
      'Where `trend` or `compare` is asked of more than can be counted one by one, fields that facets know are told from sums: whole, but with times and the edges of the range to the length of their buckets (5 minutes to a day), and without `distinctObjects`.',
    access,
    query: {
      ...eventFilter,
      by: z
        .array(filterField, 'needs one to four fields')
        .min(1, 'needs one to four fields')
        .max(4, 'needs one to four fields')
        .describe(`Write by=namespace&by=reason; known: ${filterField.options.join(', ')}.`),
      limit: limit(100, 1000),
      trend: z.int().min(0).max(60).default(0).describe('How many slices to cut the range into for `trend`, 0 to 60.'),
      compare: z.enum(['yes', 'no']).default('no').describe('`yes` counts the stretch before the range, too.'),
    },
    answer: aggregate,
  }),
  eventDifferences: endpoint({
    id: 'eventDifferences',
    method: 'GET',
    path: '/api/v1/events/differs',
    tag: 'Events',
    summary: 'What stands out of the events that match, against others',
    description:
      'Ranks values by the signed log-odds of their shares, in standard errors. Fields that the filter itself names are left out against `rest`. Without `from`, the hour before `to`.',
    access,
    query: {
      ...eventFilter,
      baseline: z
        .enum(['before', 'rest'])
        .default('before')
        .describe(
          '`before`: the same filter, in the stretch of the same length just before. `rest`: all else in the range.',
        ),
      limit: limit(20, 100),
    },
    answer: eventDifferences,
  }),
  getEvent: endpoint({
    id: 'getEvent',
    method: 'GET',
    path: '/api/v1/events/{uid}',
    tag: 'Events',
    summary: 'One event',
    access,
    params: { uid: 'The uid of the Event.' },
    query: { cluster: exactText.optional().describe('The uid of its cluster, where several have one of this uid.') },
    answer: clusterEvent,
    aliases: ['/api/events/{uid}'],
  }),
};
