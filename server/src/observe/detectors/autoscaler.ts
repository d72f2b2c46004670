/** HorizontalPodAutoscalers that cannot read their metrics or reach what they scale. */
import { after, type Detector } from './detector.ts';
import { because, conditionsOf } from './reading.ts';

/** Waiting after a change of scale, and a target scaled to nothing on purpose, are no troubles. */
const INTENDED = /^(ScalingDisabled|Backoff|ReadyForNewScale)/;

export const autoscaler: Detector = {
  name: 'autoscaler',
  kinds: ['HorizontalPodAutoscaler'],
  *detect(object, { graces }) {
    for (const { type, status, reason, message, since } of conditionsOf(object)) {
      if ((type !== 'AbleToScale' && type !== 'ScalingActive') || status !== 'False' || INTENDED.test(reason)) continue;
      yield {
        condition: reason || (type === 'AbleToScale' ? 'UnableToScale' : 'ScalingInactive'),
        container: '',
        since: since ?? object.createdAt,
        dueAt: after(graces.autoscalerMs),
        message: `The autoscaler ${type === 'AbleToScale' ? 'cannot change the scale' : 'cannot work out a scale'}${because(message)}`,
      };
    }
  },
};
