/** A claim without a volume → the pods that wait for it → their workload. */
import { fields, objects, text } from '../../kit/fields.ts';
import type { TriagedEvent } from '../../model/cluster-event.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import type { SlimObject } from '../../model/slim-object.ts';
import type { Chain, Surroundings } from './chain.ts';
import { podsUnder } from './pods.ts';

/** How scheduler and kubelet say that a pod waits for its volumes, in all versions. */
const BLAMES_VOLUMES =
  /persistentvolumeclaim|persistent volume|unbound|volume node affinity|attach or mount|storageclass/i;
const WAITS: ReadonlySet<string> = new Set(['FailedScheduling', 'FailedMount']);
const DOES_NOT_BIND: ReadonlySet<string> = new Set([
  'PersistentVolumeClaimPending',
  'ProvisioningFailed',
  'FailedBinding',
]);
const CLAIM_TROUBLE: ReadonlySet<string> = new Set([
  ...DOES_NOT_BIND,
  'PersistentVolumeClaimLost',
  'ClaimMisbound',
  'VolumeMismatch',
]);
/** What becomes of a workload whose pods wait: no conditions that tell of another cause. */
const BECAUSE_OF_IT: ReadonlySet<string> = new Set([
  ...WAITS,
  'MinimumReplicasUnavailable',
  'ReplicasUnavailable',
  'ProgressDeadlineExceeded',
  'RolloutStuck',
]);

/** The claim's own event, after its workload's: the cause came to light second. */
export const claimOfWorkload: Chain = function* ({ rootOwner, observation, condition }, look) {
  if (rootOwner.kind !== 'PersistentVolumeClaim' || condition === null || !CLAIM_TROUBLE.has(condition)) return;
  for (const place of consumers(observation.cluster.uid, rootOwner, look)) {
    yield {
      place,
      rule: 'volume',
      because: `pods of ${place.kind} ${place.name} wait for the claim ${rootOwner.name}`,
      isCause: true,
      accepts: (strand) => BECAUSE_OF_IT.has(strand.condition),
    };
  }
};

/** Claims of one workload that do not bind have one cause, most often: their class, or who provisions it. */
export const claimOfSibling: Chain = function* ({ rootOwner, observation, condition }, look) {
  if (rootOwner.kind !== 'PersistentVolumeClaim' || condition === null || !DOES_NOT_BIND.has(condition)) return;
  const clusterUid = observation.cluster.uid;
  for (const workload of consumers(clusterUid, rootOwner, look)) {
    for (const name of claimsUnder(clusterUid, workload, look)) {
      if (name === rootOwner.name) continue;
      yield {
        place: { kind: 'PersistentVolumeClaim', namespace: rootOwner.namespace, name, uid: '' },
        rule: 'volume',
        because: `pods of ${workload.kind} ${workload.name} wait for the claims ${name} and ${rootOwner.name}`,
        accepts: (strand) => DOES_NOT_BIND.has(strand.condition),
      };
    }
  }
};

/** The workload's event, after the claim's. */
export const workloadOfClaim: Chain = function* (event, look) {
  const { condition, observation, rootOwner } = event;
  if (condition === null || !BECAUSE_OF_IT.has(condition) || rootOwner.kind === 'PersistentVolumeClaim') return;
  if (WAITS.has(condition) && !BLAMES_VOLUMES.test(observation.message.slice(0, 2000))) return;
  const namespace = rootOwner.namespace || observation.object.namespace;
  for (const name of claimsOf(event, look)) {
    yield {
      place: { kind: 'PersistentVolumeClaim', namespace, name, uid: '' },
      rule: 'volume',
      because: `its pods wait for the claim ${name}, which does not bind`,
      accepts: (strand) => CLAIM_TROUBLE.has(strand.condition),
    };
  }
};

function consumers(clusterUid: string, claim: ObjectRef, { cache }: Surroundings): Iterable<ObjectRef> {
  const places = new Map<string, ObjectRef>();
  for (const pod of cache.list(clusterUid, 'Pod', claim.namespace)) {
    if (!claimNames(pod).includes(claim.name)) continue;
    const root = cache.rootOwner(clusterUid, pod.ref);
    places.set(`${root.kind}/${root.name}`, root);
  }
  return places.values();
}

function claimsOf({ observation, rootOwner }: TriagedEvent, look: Surroundings): ReadonlySet<string> {
  const clusterUid = observation.cluster.uid;
  const own = observation.object.kind === 'Pod' ? look.cache.find(clusterUid, observation.object) : undefined;
  return own === undefined ? claimsUnder(clusterUid, rootOwner, look) : new Set(claimNames(own));
}

function claimsUnder(clusterUid: string, root: ObjectRef, { cache }: Surroundings): ReadonlySet<string> {
  const names = new Set<string>();
  for (const pod of podsUnder(cache, clusterUid, root)) for (const name of claimNames(pod)) names.add(name);
  return names;
}

/** The claim of an ephemeral volume is named after pod and volume. */
function claimNames(pod: SlimObject): readonly string[] {
  return objects(pod.spec['volumes']).flatMap((volume) => {
    const named = text(fields(volume['persistentVolumeClaim'])['claimName'], 512);
    if (named !== '') return [named];
    return volume['ephemeral'] === undefined ? [] : [`${pod.ref.name}-${text(volume['name'], 253)}`];
  });
}
