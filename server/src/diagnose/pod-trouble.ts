/** What kubelet, scheduler and controllers say that holds up a pod: their events and the waiting messages of its containers. */
import type { ObjectRef } from '../model/object-ref.ts';
import type { Case } from './case.ts';
import { citeContainerStatus, containersOf, hasPodStarted, hasStartedNow, waitingOf } from './container-runs.ts';
import { type Statement, statementsOf } from './statement.ts';

/** Without what a captured pod has got over: its containers run, or ran. Newest events first, then statuses. */
export function podTroubles(the: Case): readonly Statement[] {
  const told = statementsOf(the).filter(
    ({ from, about, reason, source }) => from === 'status' || (source !== 'tattle' && !isOver(the, about, reason)),
  );
  return [...told, ...waits(the)];
}

/** Before any container starts, its pod has its node, its network and all of its volumes. */
const BEFORE_ANY_START: ReadonlySet<string> = new Set([
  'FailedScheduling',
  'FailedCreatePodSandBox',
  'FailedAttachVolume',
  'FailedMapVolume',
  'FailedMount',
]);

function isOver(the: Case, about: Pick<ObjectRef, 'kind' | 'name'>, reason: string): boolean {
  if (about.kind !== 'Pod') return false;
  return BEFORE_ANY_START.has(reason) ? hasStartedNow(the, about.name) : hasPodStarted(the, about.name);
}

function waits(the: Case): readonly Statement[] {
  return containersOf(the).flatMap((each): readonly Statement[] => {
    const waiting = waitingOf(each.container);
    const citation = citeContainerStatus(each, 'state', 'waiting', 'message');
    if (waiting === undefined || citation === null) return [];
    const { reason, message } = waiting;
    return [{ reason, says: message, about: each.pod.ref, from: 'status', source: 'kubelet', citation }];
  });
}
