/** The work behind the commit: evidence is captured, notices are made. Deliveries have a runner of their own. */
import { createEvidenceHandler } from '../evidence/evidence-job.ts';
import { createJobRunner, type JobRunner } from '../kit/job-runner.ts';
import { RateLimit } from '../kit/rate-limit.ts';
import type { Redactor } from '../kit/redaction.ts';
import { systemClock } from '../kit/clock.ts';
import type { Incident } from '../model/incident.ts';
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { Clock, ClusterReader, History, Logger, Metrics } from '../model/ports.ts';
import type { ObjectCache } from '../model/slim-object.ts';
import { createNoticeHandler } from '../notify/notice-job.ts';
import type { TattleStore } from '../store/open-store.ts';
import type { Configuration } from './config-schema.ts';

export interface WorkerParts {
  readonly store: TattleStore;
  readonly cache: ObjectCache;
  readonly readerOf: (clusterUid: string) => ClusterReader | undefined;
  readonly redactor: Redactor;
  readonly evidence: Configuration['evidence'];
  readonly channels: () => readonly string[];
  /** A replay tells nobody. */
  readonly suppressNotices: boolean;
  readonly onNotices: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Calls to API servers for evidence, over all clusters and captures. */
const EVIDENCE_CALLS = { perSecond: 10, burst: 30 };

export function createWorkers(parts: WorkerParts): JobRunner {
  const { store, clock, logger, metrics, evidence, redactor } = parts;
  const runner: JobRunner = createJobRunner({
    queue: store.jobs,
    clock,
    logger,
    metrics,
    handlers: [
      createEvidenceHandler({
        cache: parts.cache,
        readerOf: parts.readerOf,
        relatedEvents: (incident, limit) => relatedEvents(store.history, incident, limit),
        redaction: redactor,
        limit: new RateLimit(EVIDENCE_CALLS, systemClock),
        history: store.history,
        store: store.evidence,
        queue: store.jobs,
        clock,
        options: { includeLogs: evidence.logs, logTailLines: evidence.logTailLines, maxBytes: evidence.maxBytes },
        onCaptured: () => runner.wake('notice'),
      }),
      createNoticeHandler({
        history: store.history,
        outbox: store.outbox,
        clock,
        channels: parts.channels,
        suppress: parts.suppressNotices,
        onAdded: parts.onNotices,
        evidenceWaitMs: evidence.waitSeconds * 1000,
      }),
    ],
  });
  return runner;
}

/** What happened lately in the incident itself, and to the object that it was first seen on. */
async function relatedEvents(history: History, incident: Incident, limit: number): Promise<readonly ClusterEvent[]> {
  const { subject, cluster } = incident;
  const about = { cluster: [cluster.uid], namespace: [subject.namespace], name: [subject.name] };
  const [own, near] = await Promise.all([
    history.events({ fields: { incident: [incident.id] } }, { limit }),
    history.events({ fields: about }, { limit }),
  ]);
  const byUid = new Map([...own.items, ...near.items].map((event) => [event.uid, event]));
  return [...byUid.values()].sort((a, b) => b.lastSeen - a.lastSeen).slice(0, limit);
}
