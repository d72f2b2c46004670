/** What the API server answered when a controller tried to make or change an object, as events and conditions repeat it. */
import type { Case } from './case.ts';
import { concerns, type Statement, statementsOf } from './statement.ts';

export interface ApiRefusal {
  /** The answer in the API server's words. */
  readonly says: string;
  /** All that repeat it, events first. */
  readonly said: readonly Statement[];
  /** 1 while it goes on, less where it is history beside another problem. */
  readonly certainty: number;
}

/** Controllers give their answers these reasons, over Jobs, ReplicaSets, StatefulSets, DaemonSets and claims. */
const REASONS = [
  'FailedCreate',
  'FailedUpdate',
  'FailedDelete',
  'ReplicaFailure',
  'ReplicaSetCreateError',
  'FailedPatch',
  'ProvisioningFailed',
  'FailedAdmission',
  'SyncError',
];

/** The newest first, one for each wording. */
export function apiRefusals(the: Case): readonly ApiRefusal[] {
  const goesOn = the.pods.length === 0 || concerns(the, REASONS) || the.owners.some(isRefused);
  const said = statementsOf(the).filter(
    ({ reason, says }) => REASONS.includes(reason) || says.includes('Error creating: '),
  );
  const refusals: ApiRefusal[] = [];
  for (const statement of said) {
    const says = statement.says.replace(/^.{0,200}?Error creating: /s, '');
    const wording = template(says);
    if (refusals.some((other) => template(other.says) === wording)) continue;
    const same = said.filter((other) => template(other.says).includes(wording));
    // The controller's own event before what was read from status.
    const repeated = [...same].sort((a, b) => Number(a.source === 'tattle') - Number(b.source === 'tattle'));
    refusals.push({ says, said: repeated.length > 0 ? repeated : [statement], certainty: goesOn ? 1 : 0.6 });
  }
  return refusals;
}

/** Without the names of pods, which are new with each try. */
function template(says: string): string {
  return says.replace(/pods? "[^"]{1,253}"/g, 'pod');
}

function isRefused({ status }: { readonly status: Readonly<Record<string, unknown>> }): boolean {
  const { conditions } = status;
  return Array.isArray(conditions) && conditions.some((each: unknown) => isReplicaFailure(each));
}

function isReplicaFailure(condition: unknown): boolean {
  if (typeof condition !== 'object' || condition === null) return false;
  return (
    'type' in condition && condition.type === 'ReplicaFailure' && 'status' in condition && condition.status === 'True'
  );
}
