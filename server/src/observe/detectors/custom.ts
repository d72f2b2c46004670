/** Custom resources by the conventions of their status conditions. */
import type { SlimObject } from '../../model/slim-object.ts';
import { fields, text } from '../../kit/fields.ts';
import { after, type Context, type Detector, type Finding } from './detector.ts';
import { because, conditionsOf, isStatusBehind, type StatusCondition } from './reading.ts';

/** Good when true. */
const GOOD = new Set([
  'Ready',
  'Available',
  'Healthy',
  'Synced',
  'Succeeded',
  'Reconciled',
  'Accepted',
  'Programmed',
  'Established',
  'ResolvedRefs',
  'Valid',
]);
/** Bad when true. */
const BAD = new Set([
  'Degraded',
  'Stalled',
  'Failed',
  'Failing',
  'Error',
  'ReconcileError',
  'ReleaseFailed',
  'ComparisonError',
  'SyncError',
  'InvalidSpecError',
]);
/** Reasons of something that has not ended yet. */
const UNDER_WAY = /progress|pending|creating|issuing|initiali[sz]ing|waiting|starting|reconciling|provisioning/i;

export const custom: Detector = {
  name: 'custom',
  kinds: ['*'],
  *detect(object, context) {
    if (
      object.deletingSince !== null ||
      object.spec['suspend'] === true ||
      object.spec['paused'] === true ||
      isStatusBehind(object)
    )
      return;
    for (const condition of conditionsOf(object)) {
      const name = troubleOf(condition);
      if (name !== undefined) yield found(name, condition, object, context);
    }
    const health = fields(object.status['health']);
    if (text(health['status']) === 'Degraded') {
      const message = `${object.ref.kind} ${object.ref.name} is degraded${because(text(health['message'], 2048))}`;
      yield { condition: 'Degraded', container: '', dueAt: after(context.graces.customMs), message };
    }
  },
  overAt(object, _raised, { now }) {
    return isStatusBehind(object) ? Number.POSITIVE_INFINITY : now;
  },
};

/** NotReady, NotSynced, Stalled … */
function troubleOf({ type, status }: StatusCondition): string | undefined {
  if (status === 'False' && GOOD.has(type)) return `Not${type}`;
  return status === 'True' && BAD.has(type) ? type : undefined;
}

function found(
  name: string,
  { reason, message, since }: StatusCondition,
  object: SlimObject,
  { graces }: Context,
): Finding {
  return {
    condition: name,
    container: '',
    since,
    dueAt: after(UNDER_WAY.test(reason) ? graces.rolloutMs : graces.customMs),
    message: `${object.ref.kind} ${object.ref.name} reports ${name}${because(reason, message)}`,
  };
}
