/** Runs `test-end` jobs: says that the made-up problem is over, and sees to it that its incident ends, over restarts, too. */
import type { JobHandler } from '../../kit/job-runner.ts';
import { fields, text } from '../../kit/fields.ts';
import type { ClaimedJob, Outcome } from '../../model/incident.ts';
import type { Command, CommandOutcome } from '../../model/incident-command.ts';
import type { Observation } from '../../model/observation.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { History } from '../../model/ports/history.ts';
import { isTestObject, TEST_CONDITION } from '../../model/test-incident.ts';
import type { HotPath } from '../hot-path.ts';
import { cleared, type MadeUp, uidOf } from './observations.ts';

export interface TestEndParts {
  readonly hotPath: Pick<HotPath, 'intake' | 'triage'>;
  readonly follow: (clusterUid: string) => void;
  readonly act: (command: Command) => Promise<CommandOutcome>;
  readonly holdDownMs: number;
  readonly history: Pick<History, 'event' | 'incident' | 'strands'>;
  readonly clock: Clock;
}

const LOOK_MS = 1000;
/** Beyond the hold-down, for what resolves by itself. */
const MARGIN_MS = 10_000;
/** What is not stored by then was lost with the process that had it in memory. */
const LOST_AFTER_MS = 300_000;

export function createTestEndHandler(parts: TestEndParts): JobHandler {
  return {
    kind: 'test-end',
    concurrency: 2,
    timeoutMs: 30_000,
    maxAttempts: 20,
    backoff: { baseMs: 1000, capMs: 60_000 },
    handle: (job) => end(job, parts),
  };
}

async function end(job: ClaimedJob, parts: TestEndParts): Promise<Outcome> {
  const made = madeUpOf(job);
  if (made === null) return { kind: 'failed', error: 'it does not say what it is to end' };
  const { history, clock, holdDownMs } = parts;
  const now = clock.now();
  const over = await history.event(uidOf(made, 'cleared'), made.cluster.uid);
  if (over === null && isKept(cleared(made, now), parts)) return tellEnd(made, parts);
  const begun = await history.event(uidOf(made, 'raised'), made.cluster.uid);
  // What was offered before it is stored before it, unless it went with the process that had it in memory.
  if (begun === null) return over === null ? later('its beginning', made.raisedAt + LOST_AFTER_MS - now) : DONE;
  const incident = begun.incidentId === null ? null : await history.incident(begun.incidentId);
  if (incident === null || incident.state === 'resolved' || incident.mergedInto !== null) return DONE;
  const resolvesBy = (over?.lastSeen ?? made.raisedAt) + holdDownMs + MARGIN_MS;
  if (now < resolvesBy) return later('its incident to resolve', resolvesBy - now);
  // Somebody put a real problem to it, which is not over: people decide about both.
  if (!(await isTestAlone(incident.id, history))) return DONE;
  // Where pods may not be listed, or the namespace is not monitored any more, nobody sees it end.
  await parts.act({ kind: 'resolve', id: incident.id, by: 'tattle', text: 'It was a test, and it is over.' });
  return DONE;
}

async function isTestAlone(incidentId: string, history: Pick<History, 'strands'>): Promise<boolean> {
  const strands = await history.strands(incidentId);
  return strands.every(({ condition, subject }) => condition === TEST_CONDITION && isTestObject(subject));
}

/** Offered until it is stored: a process may end in between. */
async function tellEnd(made: MadeUp, { hotPath, follow, clock }: TestEndParts): Promise<Outcome> {
  // Its cluster may not have been reached since a restart.
  follow(made.cluster.uid);
  try {
    await hotPath.intake.offer([{ kind: 'observation', observation: cleared(made, clock.now()) }]);
  } catch {
    // Closed: the next process goes on.
  }
  return later('its end to be stored', LOOK_MS);
}

function isKept(observation: Observation, { hotPath }: Pick<TestEndParts, 'hotPath'>): boolean {
  return hotPath.triage.triage([observation]).kept.length > 0;
}

function madeUpOf({ payload }: ClaimedJob): MadeUp | null {
  const { namespace, id, by, raisedAt } = payload;
  const cluster = { uid: text(fields(payload['cluster'])['uid']), name: text(fields(payload['cluster'])['name']) };
  if (cluster.uid === '' || text(id) === '' || typeof raisedAt !== 'number') return null;
  return { cluster, namespace: text(namespace), id: text(id), by: text(by), raisedAt };
}

const DONE: Outcome = { kind: 'done' };

/** No attempt, and no failure. What has waited for long enough is done with. */
function later(what: string, ms: number): Outcome {
  return ms <= 0 ? DONE : { kind: 'retry', error: `waits for ${what}`, retryAfterMs: ms, uncounted: true };
}
