/** Says what somebody, a person or a controller, decided to change on an object: its spec, never what became of it. */
import { hash } from 'node:crypto';
import type { FieldChange, ObjectChange } from '../../model/change.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import type { SlimObject } from '../../model/slim-object.ts';
import { byWeight, summarise } from './summarise.ts';
import {
  autoscalerChanges,
  claimChanges,
  namespaceChanges,
  nodeChanges,
  type ObjectChanges,
  serviceChanges,
} from './surroundings.ts';
import { cronJobChanges, deploymentChanges, jobChanges, podSetChanges, type SpecChanges } from './workloads.ts';

/** More at once is a rewritten object: the most telling ones are kept. */
const MOST_FIELDS = 100;

const ofSpec =
  (changes: SpecChanges): ObjectChanges =>
  (before, after) =>
    changes(before.spec, after.spec);

const BY_KIND: ReadonlyMap<string, ObjectChanges> = new Map([
  ['Deployment', ofSpec(deploymentChanges)],
  ['StatefulSet', ofSpec(podSetChanges)],
  ['DaemonSet', ofSpec(podSetChanges)],
  ['ReplicaSet', ofSpec(podSetChanges)],
  ['Job', ofSpec(jobChanges)],
  ['CronJob', ofSpec(cronJobChanges)],
  ['HorizontalPodAutoscaler', autoscalerChanges],
  ['Service', serviceChanges],
  ['Node', nodeChanges],
  ['PersistentVolumeClaim', claimChanges],
  ['Namespace', namespaceChanges],
]);

/** Their changes are not counted by a generation, whatever one says. */
const WITHOUT_GENERATION: ReadonlySet<string> = new Set(['Service', 'Node', 'PersistentVolumeClaim', 'Namespace']);

/**
 * Null where nothing was decided, for kinds that are not looked at, and where `after` is another object of the same name. The
 * values are whole and may hold secrets: `redactChange` masks and then shortens them, and has to before anything is kept.
 */
export function changeOf(cluster: ClusterRef, before: SlimObject, after: SlimObject, at: number): ObjectChange | null {
  const changes = BY_KIND.get(after.ref.kind);
  if (changes === undefined || before.ref.kind !== after.ref.kind || before.ref.uid !== after.ref.uid) return null;
  // A Deployment scales its ReplicaSets as it rolls: the decision is the Deployment's.
  if (after.ref.kind === 'ReplicaSet' && after.owners.length > 0) return null;
  const counted = !WITHOUT_GENERATION.has(after.ref.kind) && after.generation > 0;
  if (counted && after.generation === before.generation) return null;
  const diff = byWeight(changes(before, after)).slice(0, MOST_FIELDS);
  if (diff.length === 0) return null;
  return {
    id: `${after.ref.uid}/${counted ? after.generation : fingerprintOf(diff, after)}`,
    cluster,
    object: after.ref,
    at,
    summary: summarise(diff),
    diff,
    revision: null,
  };
}

/** With the version, since the same change may be made again after it was undone. */
function fingerprintOf(diff: readonly FieldChange[], { resourceVersion }: SlimObject): string {
  const values = diff.map(({ field, after }) => [field, after]);
  return hash('sha256', JSON.stringify([resourceVersion, values]), 'hex').slice(0, 12);
}
