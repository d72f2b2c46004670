/** Normalises Events: both API groups' shapes, of every version and however malformed, become one Observation. */
import { createHash } from 'node:crypto';
import { truncateBytes } from '../kit/truncate.ts';
import type { ClusterRef, ObjectRef } from '../model/object-ref.ts';
import type { Arrival, EventObservation } from '../model/observation.ts';
import type { Clock } from '../model/ports/process.ts';
import type { EventNormaliser } from './ports.ts';
import { count, type Fields, fields, isFields, NO_FIELDS, text, time } from '../kit/fields.ts';
import { cutNote, stringMap } from './normalise-text.ts';

const NAME_LIMIT = 512;
const EXCERPT_BYTES = 2048;

/** `clock` dates what carries no time at all. */
export function createEventNormaliser(clock: Pick<Clock, 'now'>): EventNormaliser {
  return (raw, type, cluster) => {
    if (type === 'DELETED') return { kind: 'dropped', cluster, reason: 'ttl-expired' };
    try {
      const fault = whyUnreadable(raw);
      if (fault !== null) return deadLetter(cluster, raw, fault);
      return { kind: 'observation', observation: observe(raw as Fields, cluster, clock) };
    } catch (error) {
      return deadLetter(cluster, raw, error instanceof Error ? error.message : 'unreadable');
    }
  };
}

function whyUnreadable(raw: unknown): string | null {
  if (!isFields(raw)) return `an Event must be an object, this is ${Array.isArray(raw) ? 'a list' : typeof raw}`;
  if (typeof raw['kind'] === 'string' && raw['kind'] !== 'Event')
    return `expected kind Event, not ${text(raw['kind'], 64)}`;
  const silent = text(raw['reason']) === '' && text(raw['note']) === '' && text(raw['message']) === '';
  return silent && !isFields(raw['regarding']) && !isFields(raw['involvedObject'])
    ? 'an Event with neither reason, message nor involved object'
    : null;
}

function observe(raw: Fields, cluster: ClusterRef, clock: Pick<Clock, 'now'>): EventObservation {
  const metadata = fields(raw['metadata']);
  const series = isFields(raw['series']) ? raw['series'] : undefined;
  const source = fields(raw['source'] ?? raw['deprecatedSource']);
  const eventTime = time(raw['eventTime']);
  const created = time(metadata['creationTimestamp']);
  const began = time(raw['firstTimestamp'] ?? raw['deprecatedFirstTimestamp']);
  const lastSeen =
    (series && time(series['lastObservedTime'])) ??
    time(raw['lastTimestamp'] ?? raw['deprecatedLastTimestamp']) ??
    eventTime ??
    began ??
    created ??
    clock.now();
  const firstSeen = began ?? eventTime ?? created ?? lastSeen;
  return {
    source: 'event',
    cluster,
    uid: uidOf(metadata, raw),
    object: referenceOf(raw['regarding'] ?? raw['involvedObject']),
    related: isFields(raw['related']) ? referenceOf(raw['related']) : null,
    reason: text(raw['reason'], NAME_LIMIT),
    type: text(raw['type'], 64),
    message: cutNote(raw['note'] ?? raw['message']),
    count: occurrences(raw, series),
    firstSeen: firstSeen < lastSeen ? firstSeen : lastSeen,
    lastSeen,
    component: text(firstOf(raw['reportingController'], raw['reportingComponent'], source['component']), NAME_LIMIT),
    host: text(firstOf(source['host'], raw['reportingInstance']), NAME_LIMIT),
    labels: stringMap(metadata['labels']),
    annotations: stringMap(metadata['annotations']),
  };
}

/** Recorders count in one of three places, and some leave an older one behind: the largest is the newest. */
function occurrences(raw: Fields, series: Fields | undefined): number {
  const own = count(raw['count'] ?? raw['deprecatedCount'], 1);
  const inSeries = series === undefined ? 1 : count(series['count'], 1);
  return Math.max(1, own, inSeries);
}

function firstOf(first: unknown, second: unknown, third?: unknown): unknown {
  if (typeof first === 'string' && first !== '') return first;
  return typeof second === 'string' && second !== '' ? second : third;
}

const NOWHERE: ObjectRef = Object.freeze({ kind: '', namespace: '', name: '', uid: '' });

function referenceOf(value: unknown): ObjectRef {
  if (!isFields(value)) return NOWHERE;
  return {
    kind: text(value['kind'], NAME_LIMIT),
    namespace: text(value['namespace'], NAME_LIMIT),
    name: text(value['name'], NAME_LIMIT),
    uid: text(value['uid'], NAME_LIMIT),
  };
}

/** An Event without a usable uid gets one that the same Event gets again: from its name, or else from its content. */
function uidOf(metadata: Fields, raw: Fields): string {
  const uid = metadata['uid'];
  if (typeof uid === 'string' && uid !== '' && uid.length <= 128) return text(uid);
  const own = [uid, metadata['namespace'], metadata['name'], metadata['creationTimestamp']].map((part) =>
    text(part, 4096),
  );
  const content = own.every((part) => part === '') ? contentOf(raw) : [];
  return `derived-${createHash('sha256')
    .update(JSON.stringify([...own, ...content]))
    .digest('hex')
    .slice(0, 32)}`;
}

function contentOf(raw: Fields): readonly string[] {
  const { kind, namespace, name, uid } = referenceOf(raw['regarding'] ?? raw['involvedObject']);
  const began = text(raw['firstTimestamp'] ?? raw['deprecatedFirstTimestamp'] ?? raw['eventTime']);
  return [kind, namespace, name, uid, text(raw['reason']), text(raw['note'] ?? raw['message'], 65_536), began];
}

function deadLetter(cluster: ClusterRef, raw: unknown, error: string): Arrival {
  return { kind: 'dead-letter', cluster, excerpt: excerptOf(raw), error: text(error) };
}

function excerptOf(raw: unknown): string {
  try {
    const written = JSON.stringify(raw) as string | undefined;
    return truncateBytes(text(written ?? typeof raw, EXCERPT_BYTES), EXCERPT_BYTES, 'start').text;
  } catch {
    // Nested deeper than the stack, or a bigint: the outermost names are all that can be shown.
    const names = isFields(raw) ? Object.keys(raw) : Object.keys(NO_FIELDS);
    return truncateBytes(
      text(`not writable as JSON; fields: ${names.join(', ')}`, EXCERPT_BYTES),
      EXCERPT_BYTES,
      'start',
    ).text;
  }
}
