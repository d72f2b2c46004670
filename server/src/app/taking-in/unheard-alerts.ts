/**
 * Ends alerts of which nothing is heard any more. Alertmanager repeats what goes on, every four hours by default, and says when it is
 * over; but what it has silenced by then, or forgot in a restart, ends without a word.
 */
import type { IncidentFilter } from '../../model/query.ts';
import type { AlertObservation } from '../../model/observation.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { History } from '../../model/ports/history.ts';
import type { Strand } from '../../model/incident.ts';
import { alertSeries } from '../../correlate/strand.ts';
import type { HotPath } from '../hot-path.ts';

export interface UnheardParts {
  readonly hotPath: Pick<HotPath, 'intake' | 'correlator' | 'pipeline'>;
  readonly history: Pick<History, 'event' | 'incidentFacets'>;
  readonly clock: Clock;
}

/** Longer than the longest `repeat_interval` that makes sense, a day. */
export const UNHEARD_MS = 25 * 3_600_000;
const MOST_CLUSTERS = 1000;
const OPEN: IncidentFilter = { fields: { state: ['open', 'acknowledged', 'regressed'] } };

/** To be called now and again. */
export function createUnheardAlerts({ hotPath, history, clock }: UnheardParts): () => Promise<void> {
  let follows = false;
  return async () => {
    if (!follows) {
      // Nobody watches some of the clusters that alerts name: their incidents go on all the same.
      const facets = await history.incidentFacets(OPEN, ['cluster'], MOST_CLUSTERS);
      for (const { value } of facets.flatMap(({ values }) => values)) hotPath.pipeline.follow(value);
      follows = true;
    }
    const now = clock.now();
    const long = [...hotPath.correlator.openAlerts()].filter(({ lastSeen }) => now - lastSeen >= UNHEARD_MS);
    for (const strand of long) {
      const uid = `alert/${alertSeries(strand)}/${strand.lastSeen}`;
      const heard = (await history.event(uid, strand.cluster.uid))?.lastSeen ?? strand.lastSeen;
      if (now - heard < UNHEARD_MS) continue;
      await hotPath.intake.offer([{ kind: 'observation', observation: unheard(strand, uid, now) }]);
    }
  };
}

function unheard(strand: Strand, uid: string, at: number): AlertObservation {
  const { cluster, subject, condition, severity } = strand;
  return {
    source: 'alert',
    cluster,
    uid: `${uid}/cleared`,
    object: subject,
    related: null,
    reason: condition,
    condition,
    container: '',
    transition: 'cleared',
    series: alertSeries(strand),
    severity,
    type: 'Normal',
    message: `${condition} is taken to be over: nothing was heard of it for ${UNHEARD_MS / 3_600_000} hours`,
    count: 1,
    firstSeen: at,
    lastSeen: at,
    component: 'tattle',
    host: '',
    labels: {},
    annotations: {},
  };
}
