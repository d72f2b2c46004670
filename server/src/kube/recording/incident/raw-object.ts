/** An object of an exported incident as an API server would have sent it. */
import type { Fields } from '../../../kit/fields.ts';
import { rfc3339 } from '../../../kit/format-time.ts';
import type { RawObject } from '../recorded-line.ts';
import { keyOf } from './exported-incident.ts';
import type { HeldObject } from './held-objects.ts';
import { changesOf } from './object-specs.ts';
import type { Playing } from './playing.ts';
import { isOfTemplate } from './undoing.ts';

/** Where nothing tells when it was made. */
const LONG_BEFORE_MS = 86_400_000;

export function createdAt(one: HeldObject, { incident, start }: Playing): number {
  const { ref, owner } = one;
  const rollouts =
    ref.kind === 'ReplicaSet' && owner !== null
      ? changesOf(owner, incident).filter(({ diff }) => isOfTemplate(diff))
      : [];
  return rollouts.at(-1)?.at ?? one.createdAt ?? start - LONG_BEFORE_MS;
}

export function generationIn({ statuses }: HeldObject): number {
  return Math.max(
    1,
    ...statuses.map(({ status }) => Number(status['observedGeneration'] ?? 1)).filter(Number.isFinite),
  );
}

interface State {
  readonly spec: Fields;
  readonly status: Fields;
  readonly generation: number;
  readonly createdAt: number;
}

export function rawOf(
  { ref, labels, annotations, owner }: HeldObject,
  { spec, status, generation, createdAt: created }: State,
): RawObject {
  return {
    metadata: {
      name: ref.name,
      ...(ref.namespace !== '' && { namespace: ref.namespace }),
      uid: ref.uid === '' ? `exported-${keyOf(ref)}` : ref.uid,
      creationTimestamp: rfc3339(created),
      generation,
      labels,
      annotations,
      ...(owner !== null && {
        ownerReferences: [{ kind: owner.kind, name: owner.name, uid: owner.uid, controller: true }],
      }),
    },
    spec,
    status,
  };
}
