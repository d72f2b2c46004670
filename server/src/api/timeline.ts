/** The timeline of an incident, oldest first: events, changes, turns of its life, what was captured, found and told, what people did. */
import type { WireTimelineEntry } from '@tattle/contract';
import type { ObjectChange } from '../model/change.ts';
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { LogEntry, Strand } from '../model/incident.ts';
import { rfc3339 } from './times.ts';

interface Capture {
  readonly at: number;
  readonly had: number;
  readonly missed: number;
}

export interface TimelineParts {
  readonly strands: readonly Strand[];
  readonly log: readonly LogEntry[];
  readonly changes: readonly ObjectChange[];
  readonly events: readonly ClusterEvent[];
  readonly captures: readonly Capture[];
  readonly diagnosis: Diagnosis | null;
  readonly deliveries: readonly Delivery[];
}

type Entry = Omit<WireTimelineEntry, 'at'> & { readonly at: number };

export function timelineOf(parts: TimelineParts): readonly WireTimelineEntry[] {
  const entries: Entry[] = [
    ...parts.changes.map(changed),
    ...parts.events.map(happened),
    ...parts.log.map(({ at, kind, by, text }): Entry => ({ at, kind, by, text, object: null })),
    ...parts.strands.filter(joinedByItself).map(joined),
    ...parts.captures.map(captured),
    ...(parts.diagnosis === null ? [] : [diagnosed(parts.diagnosis)]),
    ...parts.deliveries.map(told),
  ];
  return entries.sort((a, b) => a.at - b.at).map((entry) => ({ ...entry, at: rfc3339(entry.at) }));
}

function changed({ at, object, summary }: ObjectChange): Entry {
  return { at, kind: 'change', by: '', text: `${object.kind} ${object.name}: ${summary}`, object };
}

/** Where it began; what came again is in the number. */
function happened({ firstSeen, source, reason, message, count, object }: ClusterEvent): Entry {
  const times = count > 1 ? ` (x${count})` : '';
  // `OOMKilled is over: …` says its reason itself.
  const text = times === '' && message.startsWith(`${reason} `) ? message : `${reason}${times}: ${message}`;
  return { at: firstSeen, kind: 'event', by: source, text, object };
}

/** What people moved here is told by the log, when they did it. */
function joinedByItself({ rule, bornIn, incidentId }: Strand): boolean {
  return rule !== 'opened' && bornIn === incidentId;
}

function joined({ firstSeen, condition, root, because }: Strand): Entry {
  return { at: firstSeen, kind: 'joined', by: 'tattle', text: `${condition}: ${because}`, object: root };
}

function captured({ at, had, missed }: Capture): Entry {
  const without = missed === 0 ? '' : `, ${missed} could not be had`;
  const text = `captured ${had} ${had === 1 ? 'piece' : 'pieces'} of evidence${without}`;
  return { at, kind: 'evidence', by: 'tattle', text, object: null };
}

function diagnosed({ at, cause, explanation }: Diagnosis): Entry {
  return { at, kind: 'diagnosed', by: 'tattle', text: `${cause}: ${explanation}`, object: null };
}

function told({ createdAt, deliveredAt, channel, noticeKind, status }: Delivery): Entry {
  const text = `${noticeKind} to ${channel}: ${status}`;
  return { at: deliveredAt ?? createdAt, kind: 'notice', by: 'tattle', text, object: null };
}
