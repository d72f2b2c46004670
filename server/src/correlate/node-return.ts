/** A node that came back answers again: incidents of its pods that opened while it was away are looked at once more. */
import type { Strand } from '../model/incident.ts';
import type { ObjectCache } from '../model/slim-object.ts';
import type { Draft } from './draft.ts';
import type { Memory } from './memory.ts';

/** `lost`: the node's strand, now over. Captures are bounded for each incident, so this adds one round at the most. */
export function lookAgain(lost: Strand, memory: Memory, draft: Draft, cache: ObjectCache): void {
  for (const id of memory.openIds()) {
    const incident = draft.incident(id);
    if (incident === undefined || incident.cluster.uid !== lost.cluster.uid) continue;
    if (incident.subject.kind !== 'Pod' || incident.openedAt < lost.firstSeen) continue;
    if (cache.nodeOf(lost.cluster.uid, incident.subject) !== lost.root.name) continue;
    draft.capture(id, `back-${lost.root.name}`, lost.lastSeen);
  }
}
