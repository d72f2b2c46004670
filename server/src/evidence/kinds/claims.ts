/** The PersistentVolumeClaims that pods wait for: what they ask for, and how they fare. */
import type { ObjectRef } from '../../model/object-ref.ts';
import { type Captured, capturedValue } from '../captured.ts';
import { fields, objects, type Snapshot, type Surroundings, see, text } from '../snapshot.ts';
import { claimName } from '../target-pods.ts';
import { captureSpec } from './pod-spec.ts';

const MOST_CLAIMS = 3;
/** A pod may mount dozens. */
const MOST_LOOKED_AT = 10;

/** By name, whether they are there or not. */
export function claimsOf(pods: readonly Snapshot[]): readonly ObjectRef[] {
  const claims = new Map<string, ObjectRef>();
  for (const { ref, spec } of pods) {
    for (const volume of objects(spec.volumes)) {
      const name = text(claimName(volume)) || claimOfEphemeral(volume, ref.name);
      if (name !== '') claims.set(`${ref.namespace}/${name}`, { ...ref, kind: 'PersistentVolumeClaim', name, uid: '' });
    }
  }
  return [...claims.values()].slice(0, MOST_LOOKED_AT);
}

function claimOfEphemeral(volume: Snapshot['spec'], pod: string): string {
  return volume.ephemeral === undefined ? '' : `${pod}-${text(volume.name)}`;
}

/** Of pods that have not started; those that are not bound first. The root and the subject are captured anyway. */
export async function captureClaims(
  pods: readonly Snapshot[],
  surroundings: Surroundings,
): Promise<readonly Captured[]> {
  const { root, subject } = surroundings.incident;
  const isCaptured = ({ kind, namespace, name }: ObjectRef) =>
    [root, subject].some((ref) => ref.kind === kind && ref.namespace === namespace && ref.name === name);
  const wanted = claimsOf(pods.filter(hasNotStarted)).filter((ref) => !isCaptured(ref));
  const sightings = await Promise.all(wanted.map((ref) => see(ref, surroundings)));
  return sightings
    .flatMap((sighting) => (sighting.kind === 'seen' ? [sighting.object] : []))
    .toSorted((a, b) => Number(isBound(a)) - Number(isBound(b)))
    .slice(0, MOST_CLAIMS)
    .flatMap((claim) => [captureSpec(claim), capturedValue('status', claim.ref, claim.status)]);
}

function hasNotStarted({ status }: Snapshot): boolean {
  const all = [...objects(status.initContainerStatuses), ...objects(status.containerStatuses)];
  return status.phase === 'Pending' && all.every(({ state }) => fields(state).running === undefined);
}

function isBound({ status }: Snapshot): boolean {
  return status.phase === 'Bound';
}
