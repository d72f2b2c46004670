/** Of several captures, what a reader wants: for each thing the newest one that could be had. */
import type { Evidence } from '../model/incident.ts';

/** One for each (kind, object, container): the newest without an error, else the newest. In the order given. */
export function newestEvidence(evidence: readonly Evidence[]): readonly Evidence[] {
  const best = new Map<string, Evidence>();
  for (const item of evidence) {
    const { kind, namespace, name, uid } = item.object;
    const key = JSON.stringify([item.kind, kind, namespace, name, uid, item.container]);
    const known = best.get(key);
    if (known === undefined || isBetter(item, known)) best.set(key, item);
  }
  return [...best.values()];
}

function isBetter(item: Evidence, known: Evidence): boolean {
  if ((item.error === null) !== (known.error === null)) return item.error === null;
  return item.capturedAt > known.capturedAt;
}
