/** What owns the object, how each owner fares, and the rollouts that led here. */
import { rfc3339 } from '../../kit/format-time.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import { type Captured, capturedValue } from '../captured.ts';
import { fields, objects, type Snapshot, type Surroundings, see, text } from '../snapshot.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';
const MOST_REVISIONS = 10;

/** Null where the object is its own root and no workload. */
export async function captureOwners(object: ObjectRef, surroundings: Surroundings): Promise<Captured | null> {
  const { cache, incident } = surroundings;
  const cluster = incident.cluster.uid;
  const chain: Snapshot[] = cache.ownerChain(cluster, object).filter(({ ref }) => ref.kind !== 'Pod');
  if (chain.length === 0 && incident.root.kind !== 'Pod') {
    const root = await see(incident.root, surroundings);
    if (root.kind === 'seen') chain.push(root.object);
  }
  if (chain.length === 0) return null;
  const deployment = chain.find(({ ref }) => ref.kind === 'Deployment');
  return capturedValue('owners', object, {
    chain: chain.map(ownerEntry),
    rollouts: deployment === undefined ? [] : rollouts(deployment, surroundings),
  });
}

function ownerEntry({ ref, spec, status, annotations }: Snapshot) {
  return {
    kind: ref.kind,
    namespace: ref.namespace,
    name: ref.name,
    uid: ref.uid,
    ...(REVISION in annotations && { revision: Number(annotations[REVISION]) }),
    wanted_replicas: spec.replicas ?? null,
    status,
  };
}

/** The newest first: each revision's replica set with its images and how many of its replicas there are. */
function rollouts(deployment: Snapshot, { cache, incident }: Surroundings) {
  const owned: Snapshot[] = [];
  for (const replicaSet of cache.list(incident.cluster.uid, 'ReplicaSet', deployment.ref.namespace)) {
    if (replicaSet.owners.some(({ uid }) => uid === deployment.ref.uid)) owned.push(replicaSet);
  }
  const revisionOf = ({ annotations }: Snapshot) => Number(annotations[REVISION] ?? 0);
  return owned
    .sort((a, b) => revisionOf(b) - revisionOf(a) || b.createdAt - a.createdAt)
    .slice(0, MOST_REVISIONS)
    .map((replicaSet) => ({
      revision: revisionOf(replicaSet),
      replica_set: replicaSet.ref.name,
      created_at: rfc3339(replicaSet.createdAt),
      images: imagesOf(replicaSet),
      wanted_replicas: replicaSet.spec.replicas ?? null,
      replicas: replicaSet.status.replicas ?? 0,
      ready_replicas: replicaSet.status.readyReplicas ?? 0,
      change_cause: replicaSet.annotations[CHANGE_CAUSE] ?? null,
    }));
}

function imagesOf(replicaSet: Snapshot) {
  const template = fields(fields(replicaSet.spec.template).spec);
  return [...objects(template.initContainers), ...objects(template.containers)].map((container) => ({
    container: text(container.name),
    image: text(container.image),
  }));
}
