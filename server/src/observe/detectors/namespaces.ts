/** Namespaces that were deleted and do not go away. */
import { after, type Detector } from './detector.ts';
import { because, conditionsOf } from './reading.ts';

export const namespaces: Detector = {
  name: 'namespaces',
  kinds: ['Namespace'],
  *detect(namespace, { graces }) {
    if (namespace.deletingSince === null) return;
    const reasons = conditionsOf(namespace).filter(
      ({ status, type }) => status === 'True' && type.startsWith('Namespace'),
    );
    yield {
      condition: 'StuckTerminating',
      container: '',
      since: namespace.deletingSince,
      dueAt: after(graces.namespaceTerminatingMs),
      message: `The namespace was deleted and is still there${because(reasons.map(({ message }) => message).join('; '))}`,
    };
  },
};
