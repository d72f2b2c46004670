/** Writes what a detector found, or no longer finds, as an observation. */
import type { ClusterRef } from '../model/object-ref.ts';
import type { StateObservation } from '../model/observation.ts';
import type { SlimObject } from '../model/slim-object.ts';
import type { Finding, Raised } from './detectors/detector.ts';
import { text } from '../kit/fields.ts';

const MESSAGE_LIMIT = 2048;
const COMPONENT = 'tattle';

export interface ActiveCondition extends Raised {
  readonly detector: string;
  readonly message: string;
  readonly related: Finding['related'];
}

/** Object, container, condition and transition time: the same after a restart, a relist, on another replica. */
function stateKey(object: SlimObject, { container, condition, since }: Raised): string {
  return `${object.ref.uid}/${container}/${condition}/${since}`;
}

/** `at`: when its grace ended or, for a state that was found long after, when it was found. */
export function raisedObservation(
  cluster: ClusterRef,
  object: SlimObject,
  active: ActiveCondition,
  at: number,
): StateObservation {
  return {
    ...base(cluster, object, active),
    uid: stateKey(object, active),
    type: 'Warning',
    message: text(active.message, MESSAGE_LIMIT),
    firstSeen: Math.min(active.since, at),
    lastSeen: at,
    transition: 'raised',
  };
}

export function clearedObservation(
  cluster: ClusterRef,
  object: SlimObject,
  active: ActiveCondition,
  at: number,
  isGone: boolean,
): StateObservation {
  const { kind } = object.ref;
  const how = isGone
    ? `the ${kind} is gone`
    : object.deletingSince !== null
      ? `the ${kind} is being deleted`
      : 'it has recovered';
  return {
    ...base(cluster, object, active),
    uid: `${stateKey(object, active)}/cleared`,
    type: 'Normal',
    message: `${active.condition} is over: ${how}`,
    firstSeen: at,
    lastSeen: at,
    transition: 'cleared',
  };
}

function base(cluster: ClusterRef, object: SlimObject, active: ActiveCondition) {
  return {
    source: 'state',
    cluster,
    object: object.ref,
    related: active.related ?? null,
    reason: active.condition,
    condition: active.condition,
    container: active.container,
    count: 1,
    component: COMPONENT,
    host: '',
    labels: object.labels,
    annotations: object.annotations,
  } as const;
}
