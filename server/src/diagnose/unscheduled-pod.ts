/** The pod of a case that no node takes, and the scheduler's newest word on it. */
import { type Fields, objects, text } from '../kit/fields.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { Case, PodCase } from './case.ts';
import { hasLostNode } from './node-taints.ts';
import { type Refusal, readRefusal, taintIn } from './scheduler-message.ts';
import { bySelection } from './selected-nodes.ts';
import { concerns, type Statement, statementsOf } from './statement.ts';

export interface UnscheduledPod {
  readonly refusal: Refusal;
  /** All that says so, an event first: the same words stand in events and in the pod's status. */
  readonly said: readonly Statement[];
  readonly ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>;
  /** Undefined where it was not captured. */
  readonly pod: PodCase | undefined;
  /** How far it is still so, and what the incident is about. */
  readonly certainty: number;
}

const ABOUT_SCHEDULING = ['FailedScheduling', 'PersistentVolumeClaimPending', 'NotTriggerScaleUp'];

/** Undefined where every pod has a node and the incident is about something else. */
export function unscheduledPod(the: Case): UnscheduledPod | undefined {
  const pod = the.pods.find(isUnscheduled);
  const refusals = statementsOf(the).filter(
    ({ says, about }) => about.kind === 'Pod' && readRefusal(says) !== undefined,
  );
  const inStatus = refusals.find(({ from, about }) => from === 'status' && about.name === pod?.ref.name);
  const decisive = lasting(inStatus ?? refusals[0], refusals, the);
  const certainty = certaintyOf(the, pod !== undefined);
  const refusal = decisive && readRefusal(decisive.says);
  if (decisive === undefined || refusal === undefined || certainty === 0) return undefined;
  const same = refusals.filter(({ says }) => says.includes(decisive.says) || decisive.says.includes(says));
  // The scheduler's own event before what was read from status.
  const said = same.toSorted((a, b) => Number(a.source === 'tattle') - Number(b.source === 'tattle'));
  return {
    refusal: bySelection(refusal, pod, the.nodes),
    said,
    ref: pod?.ref ?? decisive.about,
    pod: pod ?? the.pods[0],
    certainty,
  };
}

/** While nodes are lost every pod is refused for that. What kept this one off before will do so again when they are back. */
function lasting(newest: Statement | undefined, all: readonly Statement[], the: Case): Statement | undefined {
  if (newest === undefined || !blamesLostNode(newest, the)) return newest;
  return all.find((statement) => !blamesLostNode(statement, the)) ?? newest;
}

function blamesLostNode({ says }: Statement, the: Case): boolean {
  const [leading] = readRefusal(says)?.exclusions ?? [];
  if (leading?.obstacle === 'lost-node') return true;
  return leading?.obstacle === 'taint' && taintIn(leading.reason) === undefined && hasLostNode(the);
}

function certaintyOf(the: Case, stillWaits: boolean): number {
  if (stillWaits) return 1;
  const isAbout = concerns(the, ABOUT_SCHEDULING);
  if (the.pods.length === 0) return isAbout ? 1 : 0.65;
  // It has found a node by now.
  if (ABOUT_SCHEDULING.includes(the.incident.condition)) return 0.9;
  return isAbout ? 0.6 : 0;
}

function isUnscheduled({ spec, status }: PodCase): boolean {
  const scheduled = scheduledCondition(status.value);
  return (
    text(spec.value['nodeName']) === '' &&
    scheduled?.['status'] === 'False' &&
    scheduled['reason'] !== 'SchedulingGated'
  );
}

export function scheduledCondition(status: Fields): Fields | undefined {
  return objects(status['conditions']).find((condition) => condition['type'] === 'PodScheduled');
}
