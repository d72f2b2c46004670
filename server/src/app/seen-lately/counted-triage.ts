/** Triage whose arrivals are counted before the filter decides about them. */
import type { Clock } from '../../model/ports/process.ts';
import type { TriageStage } from '../committing/batch.ts';
import type { SeenLately } from './seen-lately.ts';

export function countedTriage(stage: TriageStage, seen: SeenLately, clock: Pick<Clock, 'now'>): TriageStage {
  return {
    triage: (observations) => {
      seen.count(observations, clock.now());
      return stage.triage(observations);
    },
    isMonitored: (namespace) => stage.isMonitored(namespace),
  };
}
