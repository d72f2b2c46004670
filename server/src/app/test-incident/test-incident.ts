/** Begins a test incident: what a source would see of a problem, handed to the intake, and a job in the store that ends it. */
import { randomUUID } from 'node:crypto';
import type { TestIncident, TestIncidentOutcome } from '../../api/ports.ts';
import { isWithin } from '../../api/within.ts';
import type { NewJob } from '../../model/incident.ts';
import type { DropReason } from '../../model/observation.ts';
import type { AuditLog } from '../../model/ports/access.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { History } from '../../model/ports/history.ts';
import type { JobQueue } from '../../model/ports/jobs.ts';
import { StoreUnavailable } from '../../model/ports/store.ts';
import { TEST_CONDITION, testObject } from '../../model/test-incident.ts';
import type { HotPath } from '../hot-path.ts';
import { type MadeUp, raised, uidOf } from './observations.ts';

export interface TestIncidentParts {
  readonly hotPath: Pick<HotPath, 'intake' | 'triage'>;
  /** From the end of its condition to its own. */
  readonly holdDownMs: number;
  readonly history: Pick<History, 'event'>;
  readonly jobs: Pick<JobQueue, 'enqueue'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly clock: Clock;
}

/** Long enough to be seen going on. */
const CLEARS_AFTER_MS = 10_000;
const EVERY_MS = 60_000;
const STORED_WITHIN_MS = 3000;
const LOOK_MS = 100;
const LONGEST_NAME = 100;

export function createTestIncidents(parts: TestIncidentParts): (test: TestIncident) => Promise<TestIncidentOutcome> {
  const { clock, holdDownMs } = parts;
  /** By the uids of clusters, of which there are few. */
  const lastBegun = new Map<string, number>();

  return async ({ cluster, namespace, by }) => {
    const raisedAt = clock.now();
    const id = randomUUID().slice(0, 8);
    const made: MadeUp = { cluster, namespace, id, by: by.name.slice(0, LONGEST_NAME), raisedAt };
    const reason = droppedBy(parts.hotPath, made);
    if (reason !== null) return { kind: 'filtered', reason };
    const last = lastBegun.get(cluster.uid);
    if (last !== undefined && isWithin(raisedAt, last, EVERY_MS)) {
      return { kind: 'too-soon', retryAfterMs: last + EVERY_MS - raisedAt };
    }
    lastBegun.set(cluster.uid, raisedAt);
    try {
      await begin(made, by.id, parts);
    } catch (error) {
      lastBegun.delete(cluster.uid);
      throw error;
    }
    return {
      kind: 'begun',
      object: testObject(namespace, id),
      condition: TEST_CONDITION,
      incidentId: await incidentOf(made, parts),
      resolvesAt: raisedAt + CLEARS_AFTER_MS + holdDownMs,
    };
  };
}

/** As triage itself decides; null where it would be kept. */
function droppedBy({ triage }: Pick<HotPath, 'triage'>, made: MadeUp): DropReason | null {
  return triage.triage([raised(made)]).dropped[0]?.reason ?? null;
}

/** Its end is in the store before its beginning is anywhere: whatever comes between, it ends. */
async function begin(made: MadeUp, actor: string, { audit, jobs, hotPath, clock }: TestIncidentParts): Promise<void> {
  const { cluster, namespace, id, raisedAt } = made;
  const { kind, name } = testObject(namespace, id);
  const target = `${namespace}/${kind}/${name}`;
  await audit.record([{ at: raisedAt, actor, action: 'incident.test', target, detail: { cluster: cluster.uid } }]);
  await jobs.enqueue([endOf(made)]);
  // A full intake makes sources wait; whoever asked for a test is told that it is on its way.
  const patience = new AbortController();
  const late = clock.sleep(STORED_WITHIN_MS, patience.signal).catch(() => undefined);
  const offered = hotPath.intake.offer([{ kind: 'observation', observation: raised(made) }]);
  try {
    await Promise.race([offered, late]);
  } catch (error) {
    throw new StoreUnavailable('nothing is taken in any more: Tattle is stopping', { cause: error });
  } finally {
    patience.abort();
  }
}

function endOf(made: MadeUp): NewJob {
  return {
    kind: 'test-end',
    incidentId: '',
    key: uidOf(made, 'cleared'),
    runAt: made.raisedAt + CLEARS_AFTER_MS,
    payload: { ...made },
  };
}

/** Once it is committed; null where that takes too long. It has begun, whether or not the store can be asked. */
async function incidentOf(made: MadeUp, { history, clock }: TestIncidentParts): Promise<string | null> {
  const until = clock.now() + STORED_WITHIN_MS;
  for (;;) {
    const event = await history.event(uidOf(made, 'raised'), made.cluster.uid).catch(nothingYet);
    if (event !== null) return event.incidentId;
    if (clock.now() >= until) return null;
    await clock.sleep(LOOK_MS);
  }
}

function nothingYet(error: unknown): null {
  if (error instanceof StoreUnavailable) return null;
  throw error;
}
