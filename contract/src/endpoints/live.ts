/** The live stream, and this document. */
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { liveFilter, text } from '../parameters.ts';
import { streamMessage } from '../stream.ts';

export const liveEndpoints = {
  stream: endpoint({
    id: 'stream',
    method: 'GET',
    path: '/api/v1/stream',
    tag: 'Live',
    summary: 'What changes, as it changes: Server-Sent Events',
    description:
      'Messages `change` and `reset` carry JSON; the schema shows one message. Each has an id; sent back as `Last-Event-ID`, the stream goes on after it, over restarts, too, for a quarter of an hour. Without an id it begins now. A comment comes every 15 s. The filters choose among events; incidents and topics are told whatever they say.',
    access: { role: 'viewer', scope: 'applied' },
    headers: { 'Last-Event-ID': 'The id of the last message that was taken; browsers send it by themselves.' },
    query: {
      ...liveFilter,
      after: text.optional().describe('As Last-Event-ID, for clients that cannot send the header.'),
      events: z
        .enum(['yes', 'no'])
        .default('yes')
        .describe('`no` leaves events out; the topic `events` says that some came.'),
    },
    answer: ['text/event-stream'],
    message: streamMessage,
  }),
  openapi: endpoint({
    id: 'openapi',
    method: 'GET',
    path: '/api/v1/openapi.json',
    tag: 'Documentation',
    summary: 'This document',
    access: 'open',
    answer: z.looseObject({ openapi: z.string() }),
  }),
};
