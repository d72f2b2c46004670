/** ReplicaSets that rollouts from before the playing left behind. */
import { fields } from '../../../kit/fields.ts';
import { keyOf } from './exported-incident.ts';
import type { HeldObject } from './held-objects.ts';
import { changesOf, specOf, specsOver } from './object-specs.ts';
import type { Moment } from './moment.ts';
import type { Playing } from './playing.ts';
import { createdAt, rawOf } from './raw-object.ts';
import { isOfTemplate } from './undoing.ts';

const REVISION = 'deployment.kubernetes.io/revision';

/** A rollout from before the playing shows in the ReplicaSets that it left behind. */
export function earlierSets(one: HeldObject, playing: Playing): readonly Moment[] {
  const { incident, start, held } = playing;
  const { ref } = one;
  if (ref.kind !== 'Deployment') return [];
  const changes = changesOf(ref, incident).filter(({ diff }) => isOfTemplate(diff));
  const [earliest] = changes;
  if (earliest === undefined || changes.some(({ at }) => at >= start)) return [];
  const newest = held
    .all()
    .find((other) => other.ref.kind === 'ReplicaSet' && other.owner !== null && keyOf(other.owner) === keyOf(ref));
  const specs = specsOver(ref.kind, specOf(one, playing), changes);
  const revision = Math.max(Number(newest?.annotations[REVISION] ?? 0), changes.length + 1);
  const times = [Math.min(earliest.at - 60_000, createdAt(one, playing)), ...changes.map(({ at }) => at)];
  return specs.slice(0, newest === undefined ? undefined : -1).map((spec, index) => {
    const name = `${ref.name}-revision-${revision - changes.length + index}`;
    const set: HeldObject = {
      ref: { kind: 'ReplicaSet', namespace: ref.namespace, name, uid: `${ref.uid}/${name}` },
      labels: {},
      annotations: { [REVISION]: String(revision - changes.length + index) },
      owner: ref,
      node: '',
      spec: {},
      statuses: [],
      createdAt: times[index],
    };
    const object = rawOf(set, {
      spec: { replicas: 0, template: fields(spec['template']) },
      status: {},
      generation: 1,
      createdAt: times[index] ?? start,
    });
    return { at: start, ref: set.ref, object, gone: false };
  });
}
