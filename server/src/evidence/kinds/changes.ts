/** What was changed before the incident, at its root and around it, as the store has it: redacted when it was stored. */
import { rfc3339 } from '../../kit/format-time.ts';
import type { ObjectChange } from '../../model/change.ts';
import type { Incident } from '../../model/incident.ts';
import { type Captured, capturedError, capturedValue } from '../captured.ts';

/** Newest first, of the incident's cluster, in [from, to). */
export type RecentChanges = (
  incident: Incident,
  from: number,
  to: number,
  limit: number,
) => Promise<readonly ObjectChange[]>;

/** A wrong setting often takes a rollout's time, and a person's, to show. */
const LOOK_BACK_MS = 1_800_000;
const MOST_READ = 500;
const MOST_KEPT = 50;

/** Null where nothing was changed. */
export async function captureChanges(incident: Incident, recent: RecentChanges, at: number): Promise<Captured | null> {
  try {
    const changes = await recent(incident, incident.openedAt - LOOK_BACK_MS, at + 1, MOST_READ);
    const near = changes.filter((change) => isNear(change, incident)).slice(0, MOST_KEPT);
    return near.length === 0 ? null : capturedValue('changes', incident.root, near.map(changeEntry));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return capturedError('changes', incident.root, `the stored changes could not be asked: ${why}`);
  }
}

/** Of its namespaces, of nodes, and, for what happens to a node or the cluster, of everything. */
function isNear({ object }: ObjectChange, { root, subject }: Incident): boolean {
  if (object.namespace === '' || root.namespace === '') return true;
  return object.namespace === root.namespace || object.namespace === subject.namespace;
}

function changeEntry({ id, at, object, summary, diff, revision }: ObjectChange) {
  return { id, at: rfc3339(at), object, summary, diff, revision };
}
