/** From the state of streams to what a person must know: whether all was seen, and what was not. */
import { isEventStream } from '../../kit/event-stream.ts';
import type { StreamStatus } from '../../model/ports/source.ts';

/** A cluster's events are watched last, when its objects are known or denied. */
export function isSeen(streams: readonly StreamStatus[], clusters: number): boolean {
  const settled = streams.filter(
    ({ stream, health }) => isEventStream(stream) && (health === 'watching' || health === 'denied'),
  );
  return new Set(settled.map(({ cluster }) => cluster.uid)).size >= clusters;
}

/** Why nothing at all could be seen; null where something was. */
export function verdictOf(
  streams: readonly StreamStatus[],
): { readonly kind: 'denied' | 'unreachable'; readonly detail: string } | null {
  if (streams.some(({ health }) => health === 'watching' || health === 'stale')) return null;
  const denied = streams.find(({ health }) => health === 'denied');
  const [first] = streams;
  const told = denied ?? streams.find(({ detail }) => detail !== '') ?? first;
  const name = told?.cluster.name ?? 'unknown';
  const detail = told === undefined || told.detail === '' ? 'it did not answer in time' : told.detail;
  return { kind: denied === undefined ? 'unreachable' : 'denied', detail: `cluster ${name}: ${detail}` };
}

/** One line for each stream that shows less than was asked for. `clusters` are those that were to be looked at. */
export function notesOf(streams: readonly StreamStatus[], clusters: number): readonly string[] {
  const notes = streams.flatMap(({ cluster, stream, health, detail }) => {
    // A denial carries a whole Role; that belongs to `tattle doctor`.
    const [why = ''] = detail.split('\n');
    if (health === 'watching' || health === 'stale') return [];
    if (health === 'denied') return [`${cluster.name}: ${stream} is denied: ${why}`];
    return [`${cluster.name}: ${stream} was not seen in time${why === '' ? '' : `: ${why}`}`];
  });
  // Events wait for the objects: where these are late, their stream has not even begun.
  if (!isSeen(streams, clusters) && !streams.some(({ stream }) => isEventStream(stream)))
    notes.push('Events were not seen in time: --for-seconds waits longer.');
  const isDenied = streams.some(({ health }) => health === 'denied');
  return isDenied
    ? [...notes, 'What is denied may hold problems that are not told here; tattle doctor prints the Role.']
    : notes;
}
