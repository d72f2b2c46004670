/** Says what a rollout changed, from the ReplicaSets of two revisions: also for rollouts that began before Tattle did. */
import type { ObjectChange } from '../../model/change.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import type { SlimObject } from '../../model/slim-object.ts';
import { templateChanges } from './pod-template.ts';
import { byWeight, summarise } from './summarise.ts';

const REVISION = 'deployment.kubernetes.io/revision';

/**
 * Null unless both are ReplicaSets of one Deployment and their templates differ. A rollback takes an older ReplicaSet up again,
 * whose age says nothing of when: it was not before the revision that it replaced. The values are to be redacted: `redactChange`.
 */
export function rolloutChange(cluster: ClusterRef, newer: SlimObject, older: SlimObject): ObjectChange | null {
  const [deployment] = newer.owners;
  if (newer.ref.kind !== 'ReplicaSet' || older.ref.kind !== 'ReplicaSet') return null;
  if (deployment?.kind !== 'Deployment' || deployment.uid === '' || older.owners[0]?.uid !== deployment.uid)
    return null;
  const revision = Number(newer.annotations[REVISION]);
  if (!Number.isSafeInteger(revision) || revision <= 0) return null;
  const diff = byWeight(templateChanges(older.spec['template'], newer.spec['template']));
  if (diff.length === 0) return null;
  return {
    id: `${deployment.uid}/revision/${revision}`,
    cluster,
    object: deployment,
    at: Math.max(newer.createdAt, older.createdAt),
    summary: summarise(diff),
    diff,
    revision,
  };
}
