/** PersistentVolumeClaims that a pod waits for and that do not bind, or that lost their volume. */
import type { SlimObject } from '../../model/slim-object.ts';
import { fields, objects, text } from '../../kit/fields.ts';
import { after, atOnce, type Context, type Detector } from './detector.ts';
import { because, conditionOf, isLivePod, phaseOf } from './reading.ts';

/** The scheduler writes it on a claim once it has chosen a node: from then on provisioning is what is waited for. */
const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
/** How the scheduler says that a pod waits for volumes, in all versions. */
const BLAMES_VOLUMES = /persistentvolumeclaim|persistent volume|unbound|storageclass|volume node affinity/i;

export const claims: Detector = {
  name: 'claims',
  kinds: ['PersistentVolumeClaim'],
  *detect(claim, context) {
    if (claim.deletingSince !== null) return;
    if (phaseOf(claim) === 'Lost') {
      const volume = text(claim.spec['volumeName'], 256);
      // A claim has no transition times.
      yield {
        condition: 'PersistentVolumeClaimLost',
        container: '',
        dueAt: atOnce,
        message: `The claim lost its volume ${volume}, which is gone`,
      };
      return;
    }
    if (phaseOf(claim) !== 'Pending') return;
    const waiting = consumersOf(claim, context);
    const provisioning = claim.annotations[SELECTED_NODE] !== undefined;
    const blamed = waiting.find((pod) => BLAMES_VOLUMES.test(conditionOf(pod, 'PodScheduled')?.message ?? ''));
    // Bound only when a consumer comes, or its consumer waits for something else: nothing is wrong with the claim.
    if (waiting.length === 0 || (blamed === undefined && !provisioning)) return;
    const storageClass = text(claim.spec['storageClassName'], 256);
    const size = text(fields(fields(claim.spec['resources'])['requests'])['storage'], 64);
    const said = blamed === undefined ? '' : (conditionOf(blamed, 'PodScheduled')?.message ?? '');
    yield {
      condition: 'PersistentVolumeClaimPending',
      container: '',
      since: Math.max(claim.createdAt, Math.min(...waiting.map(({ createdAt }) => createdAt))),
      dueAt: after(context.graces.claimPendingMs),
      message: `The claim for ${size || 'storage'} of ${storageClass === '' ? 'the default storage class' : `storage class ${storageClass}`} does not bind, and a pod waits for it${because(said)}`,
      ...(waiting[0] !== undefined && { related: waiting[0].ref }),
    };
  },
};

/** Pods that name the claim and have not started; none where pods are not known. */
function consumersOf({ ref }: SlimObject, { around }: Context): readonly SlimObject[] {
  return [...around.list('Pod', ref.namespace)].filter(
    (pod) => isLivePod(pod) && phaseOf(pod) === 'Pending' && claimsOf(pod).includes(ref.name),
  );
}

export function claimsOf(pod: SlimObject): readonly string[] {
  return objects(pod.spec['volumes']).flatMap((volume) => {
    const named = text(fields(volume['persistentVolumeClaim'])['claimName'], 512);
    if (named !== '') return [named];
    // The claim of an ephemeral volume is named after pod and volume.
    return volume['ephemeral'] === undefined ? [] : [`${pod.ref.name}-${text(volume['name'], 253)}`];
  });
}
