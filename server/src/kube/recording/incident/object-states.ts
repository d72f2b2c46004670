/** How the objects of an exported incident fare: as they were captured, and what is said where they were not. */
import { type Fields, fields, isFields, objects } from '../../../kit/fields.ts';
import type { ObjectRef } from '../../../model/object-ref.ts';
import { type ExportedIncident, keyOf } from './exported-incident.ts';
import type { HeldObject } from './held-objects.ts';
import { type Playing, WORKLOADS } from './playing.ts';

/** State that evidence holds of what is no part of the incident would begin incidents of its own. */
export function showsState({ ref }: HeldObject, { incident, held }: Playing): boolean {
  const members = new Set(incident.members.map(keyOf));
  for (let at: ObjectRef | null = ref, steps = 0; at !== null && steps < 8; steps += 1) {
    if (members.has(keyOf(at))) return true;
    at = held.find(at)?.owner ?? null;
  }
  return incident.root.kind !== 'Node' || !(ref.kind === 'Pod' || WORKLOADS.has(ref.kind));
}

/**
 * As captured, and after it in back-off where its crash loop went on: evidence may have been captured while the container was being
 * tried once more, which would otherwise read as its recovery.
 */
export function statusesOf(
  { ref, statuses }: HeldObject,
  { clearedAt, loops }: ExportedIncident,
): HeldObject['statuses'] {
  const lastLoop = loops.get(keyOf(ref));
  if (lastLoop === undefined) return statuses;
  return statuses.flatMap((captured, index) => {
    const goesOn = captured.at < lastLoop || (clearedAt === null && index === statuses.length - 1);
    return goesOn ? [captured, { at: captured.at + 1, status: backOff(captured.status) }] : [captured];
  });
}

function backOff(status: Fields): Fields {
  const containers = objects(status['containerStatuses']).map((container) => {
    const { terminated } = fields(container['state']);
    const ended = isFields(terminated) ? terminated : fields(container['lastState'])['terminated'];
    if (!isFields(ended) || isFields(fields(container['state'])['waiting'])) return container;
    return {
      ...container,
      ready: false,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: ended },
    };
  });
  return { ...status, containerStatuses: containers };
}

/** Where nothing was captured: nothing is said that a detector would read as trouble. */
export function bareStatus({ ref }: HeldObject): Fields {
  if (ref.kind !== 'Pod') return {};
  return { phase: 'Running', conditions: [{ type: 'PodScheduled', status: 'True' }] };
}
