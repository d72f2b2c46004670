/** Workloads in trouble → the autoscalers that have nothing to measure. */
import { fields, objects, text } from '../../kit/fields.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import type { SlimObject } from '../../model/slim-object.ts';
import type { Chain } from './chain.ts';

/** How the autoscaler says that there is nothing to measure because nothing runs. */
const NOTHING_TO_MEASURE =
  /any ready pods|no ready pods|returned from resource metrics API|no metrics returned|pods might be unready/i;

export const autoscalerOfWorkload: Chain = function* ({ rootOwner, observation }, { cache }) {
  if (rootOwner.kind !== 'HorizontalPodAutoscaler' || !hasNothingToMeasure(observation.message)) return;
  const autoscaler = cache.find(observation.cluster.uid, rootOwner);
  const place = autoscaler === undefined ? undefined : targetOf(autoscaler);
  if (place === undefined) return;
  yield {
    place,
    rule: 'autoscaler',
    because: `autoscaler ${rootOwner.name} has nothing to measure while ${place.kind} ${place.name} does not run`,
  };
};

/** The workload's event, after the autoscaler's: the cause came to light second. */
export const workloadOfAutoscaler: Chain = function* ({ rootOwner, observation }, { cache }) {
  if (rootOwner.kind === 'HorizontalPodAutoscaler' || rootOwner.namespace === '') return;
  for (const autoscaler of cache.list(observation.cluster.uid, 'HorizontalPodAutoscaler', rootOwner.namespace)) {
    const target = targetOf(autoscaler);
    if (target?.kind !== rootOwner.kind || target.name !== rootOwner.name) continue;
    if (!objects(autoscaler.status['conditions']).some(({ message }) => hasNothingToMeasure(text(message, 2000))))
      continue;
    yield {
      place: autoscaler.ref,
      rule: 'autoscaler',
      because: `autoscaler ${autoscaler.ref.name} has nothing to measure while ${rootOwner.kind} ${rootOwner.name} does not run`,
      isCause: true,
    };
  }
};

function hasNothingToMeasure(message: string): boolean {
  return NOTHING_TO_MEASURE.test(message.slice(0, 2000));
}

function targetOf({ ref, spec }: SlimObject): ObjectRef | undefined {
  const target = fields(spec['scaleTargetRef']);
  const [kind, name] = [text(target['kind'], 256), text(target['name'], 256)];
  return name === '' ? undefined : { kind, namespace: ref.namespace, name, uid: '' };
}
