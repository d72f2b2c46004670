/** All events that match, page after page, as one file: no more is held in memory than a page. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { WireEvent } from '@tattle/contract';
import type { History } from '../model/ports/history.ts';
import type { Logger } from '../model/ports/process.ts';
import type { EventFilter, EventPage } from '../model/query.ts';
import { csvLine } from './csv.ts';
import { wireEvent } from './wire.ts';

const PAGE = 1000;

export interface ExportRequest {
  readonly history: History;
  readonly filter: EventFilter;
  readonly format: 'jsonl' | 'csv';
  readonly limit?: number;
  readonly reply: FastifyReply;
  readonly logger: Logger;
}

/**
 * The first page is read before anything is sent, so that what is wrong from the start is told as a problem. The others are read as
 * they are taken: whoever reads slowly slows it, whoever leaves ends it.
 */
export async function exportEvents(request: ExportRequest): Promise<FastifyReply> {
  const { history, filter, format, limit = Number.MAX_SAFE_INTEGER, reply } = request;
  const first = await history.events(filter, { limit: Math.min(PAGE, limit) });
  reply.header('content-type', `${FORMATS[format].type}; charset=utf-8`);
  reply.header('content-disposition', `attachment; filename="tattle-events.${format}"`);
  // Nobody reads the body of a HEAD, and the framework would run through all of it.
  if (reply.request.method === 'HEAD') return reply.send('');
  // The connection is cut where it fails: a file that ends early must not look whole.
  return reply.send(Readable.from(textOf(first, limit, request), { objectMode: false }));
}

async function* textOf(
  first: EventPage,
  limit: number,
  { history, filter, format, logger, reply }: ExportRequest,
): AsyncGenerator<string> {
  const { head, line } = FORMATS[format];
  yield head;
  let left = limit;
  try {
    for (let page = first; ; ) {
      left -= page.items.length;
      yield page.items.map((event) => line(wireEvent(event))).join('');
      if (page.nextCursor === null || left <= 0) return;
      page = await history.events(filter, { limit: Math.min(PAGE, left), cursor: page.nextCursor });
    }
  } catch (error) {
    logger.error({ err: error, requestId: reply.request.id }, 'an export broke off');
    throw new Error('the export broke off', { cause: error });
  }
}

const COLUMNS: readonly (readonly [name: string, value: (event: WireEvent) => string | number | null])[] = [
  ['lastSeen', ({ lastSeen }) => lastSeen],
  ['firstSeen', ({ firstSeen }) => firstSeen],
  ['count', ({ count }) => count],
  ['severity', ({ severity }) => severity],
  ['type', ({ type }) => type],
  ['reason', ({ reason }) => reason],
  ['condition', ({ condition }) => condition],
  ['category', ({ category }) => category],
  ['cluster', ({ clusterName }) => clusterName],
  ['namespace', ({ object }) => object.namespace],
  ['kind', ({ object }) => object.kind],
  ['name', ({ object }) => object.name],
  ['owner', ({ rootOwner }) => `${rootOwner.kind}/${rootOwner.name}`],
  ['node', ({ node }) => node],
  ['source', ({ source }) => source],
  ['message', ({ message }) => message],
  ['incident', ({ incidentId }) => incidentId],
  ['uid', ({ uid }) => uid],
];

const FORMATS = {
  jsonl: { type: 'application/x-ndjson', head: '', line: (event: WireEvent) => `${JSON.stringify(event)}\n` },
  csv: {
    type: 'text/csv',
    head: csvLine(COLUMNS.map(([name]) => name)),
    line: (event: WireEvent) => csvLine(COLUMNS.map(([, value]) => value(event))),
  },
} as const;
