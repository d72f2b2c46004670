/** The live stream: what changes, cut down to what the caller may and wants to see. */
import { endpoints, type WireStreamChange } from '@tattle/contract';
import type { FastifyRequest } from 'fastify';
import { scopeOf } from '../../kit/scope.ts';
import { matchesEvent } from '../../kit/matches-event.ts';
import type { Scope } from '../../model/access.ts';
import type { FeedEntry } from '../../model/ports/feed.ts';
import type { EventFilter } from '../../model/query.ts';
import { IdentityUnavailable } from '../access/bearer.ts';
import type { Access } from '../access/access.ts';
import { eventFilterOf } from '../filters.ts';
import type { ApiPorts } from '../ports.ts';
import type { Routes } from '../registry.ts';
import type { FeedHub } from '../stream/feed-hub.ts';
import { OpenStreams } from '../stream/open-streams.ts';
import { SharedIncidents } from '../stream/shared-incidents.ts';
import { responseSink } from '../stream/stream-sink.ts';
import { writeStream } from '../stream/write-stream.ts';
import { wireEvent } from '../wire.ts';

type Ports = Pick<ApiPorts, 'history' | 'access' | 'clock' | 'logger'>;

/** Streams end when the signal aborts. */
export function streamRoutes(routes: Routes, ports: Ports, hub: FeedHub, signal: AbortSignal): void {
  const { history, access, clock, logger } = ports;
  const streams = new OpenStreams();
  const shared = new SharedIncidents(history);

  routes.add(
    endpoints.stream,
    async ({ query, scope, principal, request, reply }) => {
      const { after: named, events, ...fields } = query;
      // Nothing live lies in the past: a filter without times needs no now.
      const filter = eventFilterOf({ ...fields, from: undefined, to: undefined }, scope, clock.now());
      const close = streams.open(principal.id);
      try {
        reply.hijack();
        reply.raw.writeHead(200, { ...headersOf(reply.getHeaders()), ...STREAM_HEADERS });
        await writeStream({
          hub,
          after: lastEventId(request) ?? named ?? null,
          sink: responseSink(reply.raw),
          visible: async (entry) => visibleOf(entry, { filter, inFull: events === 'yes' }, scope, shared),
          allowed: () => stillAllowed(request, scope, access),
          clock,
          signal,
        });
      } catch (error) {
        logger.error({ err: error, requestId: request.id }, 'a live stream broke off');
        reply.raw.destroy();
      } finally {
        close();
      }
      return reply;
    },
    { endless: true },
  );
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // nginx would keep messages until its buffer is full.
  'x-accel-buffering': 'no',
};

/** `inFull` brings the events that the filter chooses; else only whether there were any. */
interface WantedEvents {
  readonly filter: EventFilter;
  readonly inFull: boolean;
}

async function visibleOf(
  entry: FeedEntry,
  { filter, inFull }: WantedEvents,
  scope: Scope,
  shared: SharedIncidents,
): Promise<WireStreamChange | null> {
  const events = inFull ? entry.events.filter((event) => matchesEvent(filter, event)).map(wireEvent) : [];
  const hint = !inFull && entry.events.some((event) => matchesEvent(filter, event));
  const incidents = await shared.seen(entry, scope);
  const topics = [...entry.topics, ...(hint ? (['events'] as const) : [])];
  return events.length + incidents.length + topics.length === 0 ? null : { events, incidents, topics };
}

/** As it was when the stream began; a smaller or larger scope wants a new one. */
async function stillAllowed(request: FastifyRequest, scope: Scope, access: Access): Promise<boolean> {
  const credentials = { headers: request.headers, localPort: request.socket.localPort };
  try {
    const identity = (await access.identify(credentials)) ?? (await access.identifyElsewhere(credentials));
    return identity !== null && JSON.stringify(scopeOf(identity.principal, 'viewer')) === JSON.stringify(scope);
  } catch (error) {
    if (error instanceof IdentityUnavailable) return false;
    throw error;
  }
}

function lastEventId({ headers }: FastifyRequest): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function headersOf(headers: Readonly<Record<string, number | string | string[] | undefined>>) {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
}
