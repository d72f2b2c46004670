/** Whether Tattle does its work, said so that a person knows which part does not. */
import type { WireReadiness } from '@tattle/contract';
import type { StreamStatus } from '../model/ports/source.ts';
import type { ServerStatus } from './ports.ts';

type Check = WireReadiness['checks'][number];

/** A cluster that is not reached, or whose objects are still listed, has no stream of events to blame. */
const NO_EVENTS: Check = { name: 'events', state: 'failing', detail: 'no cluster’s events are watched yet' };

/**
 * Unready when it is stopping, when the store cannot take events, or when no cluster's events arrive.
 * One cluster of several, or one resource, that does not work degrades: it must not take the rest out of service.
 */
export function assessReadiness(status: ServerStatus): WireReadiness {
  const eventStreams = status.streams.filter(isEventStream);
  const deaf = status.streams.length > 0 && !eventStreams.some(works);
  const checks: Check[] = [
    { name: 'process', state: status.stopping ? 'failing' : 'ok', detail: status.stopping ? 'is stopping' : '' },
    { name: 'store', state: status.store.available ? 'ok' : 'failing', detail: status.store.detail },
    ...(deaf && eventStreams.length === 0 ? [NO_EVENTS] : []),
    ...status.streams.map((stream) => streamCheck(stream, deaf)),
  ];
  return { ready: !checks.some(({ state }) => state === 'failing'), checks };
}

function streamCheck(stream: StreamStatus, deaf: boolean): Check {
  const name = `watch ${stream.cluster.name} ${stream.stream}`;
  if (works(stream)) return { name, state: 'ok', detail: '' };
  const detail = stream.detail === '' ? stream.health : `${stream.health}: ${stream.detail}`;
  return { name, state: deaf && isEventStream(stream) ? 'failing' : 'degraded', detail };
}

function works(stream: StreamStatus): boolean {
  return stream.health === 'watching';
}

/** `events.k8s.io/v1/events`, `v1/events@namespace`. */
export function isEventStream(stream: Pick<StreamStatus, 'stream'>): boolean {
  return /(^|\/)events(@|$)/.test(stream.stream);
}
