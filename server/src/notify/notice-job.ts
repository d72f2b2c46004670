/** Turns `notice` jobs into deliveries: waits a little for evidence and diagnosis, decides who is told, and writes both down at once. */
import { createHash } from 'node:crypto';
import type { JobHandler } from '../kit/job-runner.ts';
import { type IncidentNotice, NOTICE_KINDS } from '../model/delivery.ts';
import type { ClaimedJob, Outcome } from '../model/incident.ts';
import type { NoticeDecision } from '../model/notice-decision.ts';
import { silenceState } from '../model/silence.ts';
import type { Clock } from '../model/ports/process.ts';
import { ConflictError } from '../model/ports/store.ts';
import type { History } from '../model/ports/history.ts';
import type { JobQueue } from '../model/ports/jobs.ts';
import type { NoticeBook, SilenceStore } from '../model/ports/telling.ts';
import { acknowledgedBy } from './acknowledged-by.ts';
import { EvidenceWaits } from './evidence-waits.ts';
import { lookAgain } from './look-again.ts';
import { limitsOf } from './limits-of.ts';
import { newestEvidence } from './newest-evidence.ts';
import { decide, lookKey } from './policy/decide.ts';
import { factsOf } from './policy/facts.ts';
import { lookForAcknowledgement } from './policy/follow-ups.ts';
import type { Policy } from './policy/policy.ts';
import type { Acknowledgement, Decided, Question } from './policy/question.ts';
import { type SituationParts, situationOf } from './situation.ts';

export interface NoticeJobOptions extends SituationParts {
  readonly history: Pick<History, 'incident' | 'event' | 'evidence' | 'diagnosis' | 'incidents' | 'strands' | 'log'>;
  readonly notices: NoticeBook;
  readonly silences: Pick<SilenceStore, 'silences' | 'silence'>;
  readonly queue: Pick<JobQueue, 'hasEarlierTurn' | 'hasten' | 'enqueue'>;
  readonly clock: Clock;
  /** In force now. */
  readonly policy: () => Policy;
  /** A replay writes every delivery as `suppressed`. */
  readonly suppress: boolean;
  /** Called when deliveries were added: wake the outbox. */
  onAdded?(): void;
  /** Default 5 s. */
  readonly evidenceWaitMs?: number;
}

const EVIDENCE_WAIT_MS = 5000;
const WAIT_FOR_EARLIER_MS = 100;
const CONFLICT_RETRY_MS = 50;
/** An earlier turn that takes longer than this is in trouble of its own; the later one is not held up by it. */
const LONGEST_WAIT_FOR_EARLIER_MS = 120_000;
const EARLIER_DECISIONS = 500;

export function createNoticeHandler(options: NoticeJobOptions): JobHandler {
  const waits = {
    evidence: new EvidenceWaits(options.evidenceWaitMs ?? EVIDENCE_WAIT_MS),
    earlier: new EvidenceWaits(LONGEST_WAIT_FOR_EARLIER_MS),
  };
  return {
    kind: 'notice',
    concurrency: 8,
    timeoutMs: 30_000,
    maxAttempts: 20,
    backoff: { baseMs: 1000, capMs: 300_000 },
    // What was told before decides about what is told next.
    laneOf: (job) => job.incidentId,
    handle: (job) => makeNotice(job, options, waits),
  };
}

interface Waits {
  readonly evidence: EvidenceWaits;
  readonly earlier: EvidenceWaits;
}

async function makeNotice(job: ClaimedJob, options: NoticeJobOptions, waits: Waits): Promise<Outcome> {
  const { history, notices, clock, queue } = options;
  const kind = kindOf(job.payload['kind']);
  if (kind === null) return { kind: 'failed', error: `unknown notice kind ${JSON.stringify(job.payload['kind'])}` };
  const incident = await history.incident(job.incidentId);
  if (incident === null) return { kind: 'failed', error: 'its incident is not stored any more' };
  if ((await queue.hasEarlierTurn(job)) && waits.earlier.lookAgainIn(job, clock.now()) !== null) {
    return { kind: 'retry', error: 'waits for an earlier notice', retryAfterMs: WAIT_FOR_EARLIER_MS, uncounted: true };
  }
  const evidence = newestEvidence(await history.evidence(incident.id));
  const diagnosis = await history.diagnosis(incident.id);
  const isTurn = kind === 'opened' || kind === 'worse';
  // Captures are saved whole, so that some evidence is all of its round. An end is told without waiting for any.
  const partial = evidence.length === 0 && kind !== 'resolved';
  // A diagnosis follows its evidence within moments; a notice that says why is worth them.
  if (isTurn && (partial || diagnosis === null)) {
    const retryAfterMs = waits.evidence.lookAgainIn(job, clock.now());
    if (retryAfterMs !== null) return { kind: 'retry', error: 'waits for evidence', retryAfterMs, uncounted: true };
  }
  const event = await history.event(eventUid(job, incident.openedBy), incident.cluster.uid);
  const facts = factsOf({ incident, event, diagnosis });
  const who = await acknowledgedBy(incident, history);
  const acknowledgement = kind === 'acknowledged' ? await acknowledgementOf(incident.id, who, notices) : {};
  const at = clock.now();
  const about = { incident, event, diagnosis, facts, ...acknowledgement };
  const question: Question = { noticeId: noticeId(job), kind, at, ...about, ...placeOf(job) };
  const earlier = await notices.decisions(incident.id, EARLIER_DECISIONS);
  // Its process died when it had been decided: deciding anew could say otherwise by now, and tell it twice.
  const before = earlier.filter((decision) => decision.noticeId === question.noticeId);
  const policy = options.policy();
  const decided = decide(question, await situationOf(question, earlier, options), policy);
  const isNew = before.length === 0 && isNews(question, decided);
  const isTold = isNew && decided.to.length > 0;
  if (isNew) {
    const id = question.noticeId;
    const notice: IncidentNotice = { id, kind, incident, event, evidence, diagnosis, partial, also: [], ...who, at };
    const entry = options.suppress ? ofReplay(decided) : { ...decided, status: 'pending' as const };
    const limits = limitsOf(question, decided, policy);
    try {
      await notices.record({ ...entry, notice: isTold ? notice : null, releases: null, limits, at });
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      // Others told as much as its route may, since this was decided: it is decided anew.
      return { kind: 'retry', error: error.message, retryAfterMs: CONFLICT_RETRY_MS, uncounted: true };
    }
  }
  waits.evidence.forget(job);
  waits.earlier.forget(job);
  if (kind === 'resolved') await lookAgain(incident.id, at, options);
  const written = before.length > 0 ? before : decided.decisions;
  await mindEndedSilence(question, written, options);
  // What was written down by a process that died said what was so then, and not what is read now.
  const said = before.length > 0 ? {} : who;
  if (written.some(({ verdict }) => verdict === 'told')) await mindAcknowledgement(question, said, options);
  if (isTold) options.onAdded?.();
  return { kind: 'done' };
}

async function acknowledgementOf(
  incidentId: string,
  { acknowledgedBy: by = '' }: Pick<IncidentNotice, 'acknowledgedBy'>,
  notices: NoticeBook,
): Promise<{ readonly acknowledgement: Acknowledgement }> {
  return { acknowledgement: { by, lastTold: await notices.lastTold(incidentId) } };
}

/** That a known cause is known is nothing that anybody asks about, and nor is it that nobody missed an end. */
function isNews({ kind, look, incident }: Question, { to, held }: Decided): boolean {
  if (kind === 'diagnosed' || (kind === 'acknowledged' && look > 0)) return to.length > 0;
  return kind !== 'resolved' || look === 0 || (incident.state === 'resolved' && to.length + held.length > 0);
}

/** A replay tells nobody, and nothing of it comes later. */
function ofReplay({ decisions, to }: Decided): Decided & { readonly status: 'suppressed' } {
  const because = 'It is of a replay, which tells nobody.';
  const written = decisions.map((decision): NoticeDecision => {
    if (decision.verdict === 'withheld') return decision;
    const verdict = decision.verdict === 'held' ? 'withheld' : 'told';
    return { ...decision, verdict, reason: 'replay', because, until: null };
  });
  return { decisions: written, to, held: [], jobs: [], status: 'suppressed' };
}

/** A silence that somebody ended while this was decided did not see it among what it held back. */
async function mindEndedSilence(
  { noticeId: id, at }: Question,
  decisions: readonly NoticeDecision[],
  { silences, queue }: NoticeJobOptions,
): Promise<void> {
  const by = decisions.find(({ reason, verdict }) => reason === 'silenced' && verdict === 'held')?.by;
  if (by === undefined) return;
  const silence = await silences.silence(by);
  if (silence === null || silenceState(silence, at) === 'expired') await queue.hasten([lookKey(id)], at);
}

/** One that another replica has decided about meanwhile came before this, which says nothing of it: it is told once more. */
async function mindAcknowledgement(
  { noticeId: id, kind, incident, at }: Question,
  { acknowledgedBy: said }: Pick<IncidentNotice, 'acknowledgedBy'>,
  { history, queue }: NoticeJobOptions,
): Promise<void> {
  if (kind === 'resolved') return;
  const incidentId = incident.id;
  const { acknowledgedBy: by } = await acknowledgedBy((await history.incident(incidentId)) ?? incident, history);
  if (by !== undefined && by !== said) await queue.enqueue([lookForAcknowledgement({ noticeId: id, incidentId, at })]);
}

/** From the job's key, so that a job that runs twice makes one notice. */
export function noticeId(job: Pick<ClaimedJob, 'incidentId' | 'key'>): string {
  const hash = createHash('sha256').update(job.incidentId).update('\0').update(job.key);
  return `msg_${hash.digest('hex').slice(0, 32)}`;
}

function kindOf(value: unknown): Question['kind'] | null {
  const kind = NOTICE_KINDS.find((known) => known === value);
  return kind === undefined || kind === 'digest' || kind === 'test' ? null : kind;
}

function eventUid({ payload }: ClaimedJob, openedBy: string): string {
  return typeof payload['eventUid'] === 'string' ? payload['eventUid'] : openedBy;
}

function placeOf({ payload }: ClaimedJob): Pick<Question, 'look' | 'route' | 'step' | 'of'> {
  const { look, route, step, of } = payload;
  return {
    look: typeof look === 'number' ? look : 0,
    route: typeof route === 'string' ? route : '',
    step: typeof step === 'number' ? step : 0,
    of: typeof of === 'string' ? of : '',
  };
}
