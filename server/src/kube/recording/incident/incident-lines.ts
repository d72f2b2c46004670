/** An exported incident as the lines of a recording: first what was there, then what happened, in the order of time. */
import { rfc3339 } from '../../../kit/format-time.ts';
import type { ApiResource } from '../../api-resource.ts';
import type { MergedLine } from '../merge-files.ts';
import { type RawObject, type RecordedContent, textAt } from '../recorded-line.ts';
import { builtInResource, resourceKey } from '../recorded-resource.ts';
import type { ExportedEvent } from './exported-incident.ts';
import type { Moment } from './moment.ts';
import { storyOf } from './object-story.ts';
import type { Playing } from './playing.ts';
import { surroundingsOf } from './surroundings.ts';

export interface IncidentLines {
  readonly resources: readonly ApiResource[];
  readonly lines: readonly MergedLine[];
}

interface Happening {
  readonly at: number;
  readonly resource: ApiResource;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: RawObject;
}

const EVENTS: ApiResource = { group: '', version: 'v1', resource: 'events', kind: 'Event', namespaced: true };

export function incidentLines(playing: Playing): IncidentLines {
  const happenings = [
    ...objectHappenings(storyOf(playing)),
    ...surroundingHappenings(playing),
    ...eventHappenings(once(playing.incident.events), playing.turn),
  ];
  const resources = new Map([[resourceKey(EVENTS), EVENTS]]);
  for (const { resource } of happenings) resources.set(resourceKey(resource), resource);
  for (const kind of surroundingsOf(playing.incident).keys()) {
    const resource = builtInResource(kind);
    if (resource !== undefined) resources.set(resourceKey(resource), resource);
  }
  const before = happenings.filter(({ at }) => at <= playing.start);
  const after = happenings.filter(({ at }) => at > playing.start).sort((a, b) => a.at - b.at);
  const lists = [...resources.values()].map((resource) => ({
    resource,
    content: {
      type: 'LIST' as const,
      resourceVersion: '1',
      items: standing(before, resource),
    },
    at: playing.start,
  }));
  // Events last: what they speak of is known by then.
  const all = [
    ...lists.toSorted((a, b) => Number(a.resource === EVENTS) - Number(b.resource === EVENTS)),
    ...after.map(({ at, resource, type, object }) => ({ at, resource, content: { type, object } })),
  ];
  return {
    resources: [...resources.values()],
    lines: all.map(({ at, resource, content }, index) => lineOf((at - playing.start) / 1000, resource, content, index)),
  };
}

/** As the list of a resource answers: each object once, as it is by then. */
function standing(before: readonly Happening[], resource: ApiResource): readonly RawObject[] {
  const own = before.filter((each) => resourceKey(each.resource) === resourceKey(resource));
  return [...new Map(own.map(({ object }) => [textAt(object, 'metadata', 'uid'), object])).values()];
}

function lineOf(t: number, resource: ApiResource, content: RecordedContent, index: number): MergedLine {
  return { resource, line: { t, file: 'exported incident', line: index + 1, ...content } };
}

/** Custom resources are left out: of their plural a kind says nothing. */
function objectHappenings(moments: readonly Moment[]): readonly Happening[] {
  const seen = new Set<string>();
  return moments.flatMap(({ at, ref, object, gone }) => {
    const resource = builtInResource(ref.kind);
    if (resource === undefined || resource.kind === 'Event') return [];
    const key = `${ref.kind}/${ref.namespace}/${ref.name}`;
    const type = gone ? ('DELETED' as const) : seen.has(key) ? ('MODIFIED' as const) : ('ADDED' as const);
    seen.add(key);
    return [{ at, resource, type, object }];
  });
}

function surroundingHappenings(playing: Playing): readonly Happening[] {
  const { incident, held, start } = playing;
  return [...surroundingsOf(incident)].flatMap(([kind, found]) => {
    const resource = builtInResource(kind);
    if (resource === undefined) return [];
    return found
      .filter(({ ref }) => held.find(ref) === undefined || Object.keys(held.find(ref)?.spec ?? {}).length === 0)
      .map(({ object }) => ({ at: start, resource, type: 'ADDED' as const, object }));
  });
}

/** The newest telling of each. */
function once(events: readonly ExportedEvent[]): readonly ExportedEvent[] {
  const byUid = new Map<string, ExportedEvent>();
  for (const event of events) {
    const known = byUid.get(event.uid);
    if (known === undefined || known.lastSeen < event.lastSeen) byUid.set(event.uid, event);
  }
  return [...byUid.values()];
}

/**
 * First as it began, then, where it was repeated, with its last count: what lay between is not told. None comes before things turn: it
 * would begin the incident before the objects are as they were captured.
 */
function eventHappenings(events: readonly ExportedEvent[], turn: number): readonly Happening[] {
  return events.flatMap((event) => {
    const { firstSeen, lastSeen, count } = event;
    const happening = (at: number, type: 'ADDED' | 'MODIFIED', times: number, until: number) => ({
      at: Math.max(at, turn),
      resource: EVENTS,
      type,
      object: rawEvent(event, times, until),
    });
    if (count === 1 || lastSeen <= turn) return [happening(lastSeen, 'ADDED', count, lastSeen)];
    return [happening(firstSeen, 'ADDED', 1, firstSeen), happening(lastSeen, 'MODIFIED', count, lastSeen)];
  });
}

function rawEvent({ uid, object, ...event }: ExportedEvent, count: number, until: number): RawObject {
  const namespace = object.namespace === '' ? 'default' : object.namespace;
  return {
    metadata: { name: `${object.name}.${uid}`, namespace, uid, creationTimestamp: rfc3339(event.firstSeen) },
    involvedObject: object,
    type: event.type,
    reason: event.reason,
    message: event.message,
    count,
    firstTimestamp: rfc3339(event.firstSeen),
    lastTimestamp: rfc3339(until),
    source: { component: event.source },
  };
}
