/** The work behind the commit: evidence is captured, causes are found, notices are made. Deliveries have a runner of their own. */
import { ANALYZERS } from '../diagnose/analyzers/index.ts';
import { createDiagnosisHandler } from '../diagnose/diagnosis-job.ts';
import { createEvidenceHandler } from '../evidence/evidence-job.ts';
import { relatedEventsFrom } from '../evidence/related-history.ts';
import { createJobRunner, type JobHandler, type JobRunner } from '../kit/job-runner.ts';
import { RateLimit } from '../kit/rate-limit.ts';
import type { Redactor } from '../kit/redaction.ts';
import { systemClock } from '../kit/clock.ts';
import type { Clock, Logger, Metrics } from '../model/ports/process.ts';
import type { ClusterReader } from '../model/ports/cluster.ts';
import type { Tracing } from '../model/tracing.ts';
import type { ObjectCache } from '../model/slim-object.ts';
import type { Channel } from '../model/delivery.ts';
import { createGroupHandler } from '../notify/group-job.ts';
import { createNoticeHandler } from '../notify/notice-job.ts';
import type { Policy } from '../notify/policy/policy.ts';
import type { TattleStore } from '../store/open-store.ts';
import type { Configuration } from './config-schema.ts';
import { prometheusOf } from './prometheus.ts';

export interface WorkerParts {
  readonly store: TattleStore;
  readonly cache: ObjectCache;
  readonly readerOf: (clusterUid: string) => ClusterReader | undefined;
  readonly redactor: Redactor;
  readonly evidence: Configuration['evidence'];
  readonly channels: () => readonly Pick<Channel, 'name' | 'wants'>[];
  readonly policy: () => Policy;
  /** A replay tells nobody. */
  readonly suppressNotices: boolean;
  readonly onNotices: () => void;
  /** Of further kinds of jobs. */
  readonly handlers?: readonly JobHandler[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing?: Tracing | undefined;
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
    tracing: parts.tracing,
    handlers: [
      createEvidenceHandler({
        cache: parts.cache,
        readerOf: parts.readerOf,
        relatedEvents: relatedEventsFrom(store.history),
        recentChanges: async ({ cluster }, from, to, limit) =>
          (await store.history.changes({ cluster: cluster.uid, from, to, limit })).items,
        redaction: redactor,
        // A replay's moments lie elsewhere: what Prometheus says of now has nothing to do with them.
        prometheus: parts.suppressNotices ? undefined : prometheusOf(evidence),
        limit: new RateLimit(EVIDENCE_CALLS, systemClock),
        history: store.history,
        store: store.evidence,
        queue: store.jobs,
        clock,
        options: { includeLogs: evidence.logs, logTailLines: evidence.logTailLines, maxBytes: evidence.maxBytes },
        onCaptured: () => runner.wake('diagnosis'),
      }),
      createDiagnosisHandler({
        analyzers: ANALYZERS,
        cache: parts.cache,
        history: store.history,
        store: store.diagnoses,
        clock,
        logger,
        metrics,
        queue: store.jobs,
        onDiagnosed: () => runner.wake('notice'),
      }),
      createNoticeHandler({
        history: store.history,
        notices: store.notices,
        silences: store.silences,
        queue: store.jobs,
        clock,
        channels: parts.channels,
        policy: parts.policy,
        suppress: parts.suppressNotices,
        onRuleFault: (rule, fault) => {
          metrics.count('tattle_rule_faults_total', { rule });
          logger.warn({ rule, fault }, 'a rule could not be answered: it counted as no');
        },
        onAdded: parts.onNotices,
        evidenceWaitMs: evidence.waitSeconds * 1000,
      }),
      createGroupHandler({
        history: store.history,
        notices: store.notices,
        clock,
        channels: parts.channels,
        policy: parts.policy,
        onAdded: parts.onNotices,
      }),
      ...(parts.handlers ?? []),
    ],
  });
  return runner;
}
