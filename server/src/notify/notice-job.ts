/** Turns `notice` jobs into deliveries: waits a little for evidence and diagnosis, then puts one row a channel into the outbox. */
import { createHash } from 'node:crypto';
import type { JobHandler } from '../kit/job-runner.ts';
import type { Notice, NoticeKind } from '../model/delivery.ts';
import type { ClaimedJob, Incident, Outcome } from '../model/incident.ts';
import type { Clock, History, Outbox } from '../model/ports.ts';
import { newestEvidence } from './newest-evidence.ts';

export interface NoticeJobOptions {
  readonly history: Pick<History, 'incident' | 'event' | 'evidence' | 'diagnosis'>;
  readonly outbox: Pick<Outbox, 'addDeliveries'>;
  readonly clock: Clock;
  /** Names of the channels to tell, as configured now. */
  channels(): readonly string[];
  /** A replay writes every delivery as `suppressed`. */
  readonly suppress: boolean;
  /** Called when deliveries were added: wake the outbox. */
  onAdded?(): void;
  /** Default 5 s. */
  readonly evidenceWaitMs?: number;
}

const EVIDENCE_WAIT_MS = 5000;
/** Most captures take less than this, and the whole way to the webhook is to take under a second: look often, then less so. */
const SOON_MS = 500;
const LOOK_AGAIN_SOON_MS = 50;
const LOOK_AGAIN_LATER_MS = 250;
/** Notices whose wait is remembered; one more does not wait at all. */
const MOST_WAITING = 10_000;

export function createNoticeHandler(options: NoticeJobOptions): JobHandler {
  const waits = new EvidenceWaits(options.evidenceWaitMs ?? EVIDENCE_WAIT_MS);
  return {
    kind: 'notice',
    concurrency: 8,
    timeoutMs: 30_000,
    maxAttempts: 20,
    backoff: { baseMs: 1000, capMs: 300_000 },
    handle: (job) => makeNotice(job, options, waits),
  };
}

async function makeNotice(job: ClaimedJob, options: NoticeJobOptions, waits: EvidenceWaits): Promise<Outcome> {
  const { history, outbox, clock } = options;
  const kind = noticeKind(job.payload.kind);
  if (kind === null) return { kind: 'failed', error: `unknown notice kind ${JSON.stringify(job.payload.kind)}` };
  const incident = await history.incident(job.incidentId);
  if (incident === null) return { kind: 'failed', error: 'its incident is not stored any more' };
  const evidence = newestEvidence(await history.evidence(incident.id));
  const diagnosis = await history.diagnosis(incident.id);
  // Captures are saved whole, so that some evidence is all of its round. An end is told without waiting for any.
  const partial = evidence.length === 0 && kind !== 'resolved';
  // A diagnosis follows its evidence within moments; a notice that says why is worth them.
  const isEarly = partial || (diagnosis === null && kind !== 'resolved');
  if (isEarly && clock.now() < waits.until(job)) {
    const retryAfterMs = waits.waited(job, clock.now()) < SOON_MS ? LOOK_AGAIN_SOON_MS : LOOK_AGAIN_LATER_MS;
    return { kind: 'retry', error: 'waits for evidence', retryAfterMs, uncounted: true };
  }
  const event = await history.event(eventUid(job, incident), incident.cluster.uid);
  const notice: Notice = { id: noticeId(job), kind, incident, event, evidence, diagnosis, partial, at: clock.now() };
  const status = options.suppress ? 'suppressed' : 'pending';
  await outbox.addDeliveries(notice, options.channels(), status, notice.at);
  waits.forget(job);
  options.onAdded?.();
  return { kind: 'done' };
}

/** From the job's key, so that a job that runs twice makes one notice. */
function noticeId(job: ClaimedJob): string {
  const hash = createHash('sha256').update(job.incidentId).update('\0').update(job.key);
  return `msg_${hash.digest('hex').slice(0, 32)}`;
}

function noticeKind(value: unknown): NoticeKind | null {
  return value === 'opened' || value === 'worse' || value === 'resolved' || value === 'test' ? value : null;
}

function eventUid(job: ClaimedJob, incident: Incident): string {
  return typeof job.payload.eventUid === 'string' ? job.payload.eventUid : incident.openedBy;
}

/** Until when each notice waits. A job's due time moves with every look, so the first one is remembered here. */
class EvidenceWaits {
  readonly #waitMs: number;
  readonly #until = new Map<string, number>();

  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  until(job: ClaimedJob): number {
    const known = this.#until.get(job.key);
    if (known !== undefined) return known;
    if (this.#until.size >= MOST_WAITING) return job.runAt;
    const until = job.runAt + this.#waitMs;
    this.#until.set(job.key, until);
    return until;
  }

  waited(job: ClaimedJob, now: number): number {
    return now - (this.until(job) - this.#waitMs);
  }

  forget(job: ClaimedJob): void {
    this.#until.delete(job.key);
  }
}
