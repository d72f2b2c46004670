/** A made-up problem as two observations, its beginning and its end, such as a detector would hand to the intake. Pure. */
import type { ClusterRef } from '../../model/object-ref.ts';
import type { StateObservation } from '../../model/observation.ts';
import { TEST_CONDITION, testObject } from '../../model/test-incident.ts';

export interface MadeUp {
  readonly cluster: ClusterRef;
  readonly namespace: string;
  /** Tells one test from another. */
  readonly id: string;
  /** Who asked for it, for people. */
  readonly by: string;
  /** Milliseconds. */
  readonly raisedAt: number;
}

export function raised(made: MadeUp): StateObservation {
  return {
    ...common(made, made.raisedAt),
    uid: uidOf(made, 'raised'),
    type: 'Warning',
    message: `This is a test of Tattle, asked for by ${made.by}: nothing is wrong.`,
    transition: 'raised',
  };
}

/** The same whenever it is asked for: offered twice, it is stored once. */
export function cleared(made: MadeUp, at: number): StateObservation {
  return {
    ...common(made, at),
    uid: uidOf(made, 'cleared'),
    type: 'Normal',
    message: `${TEST_CONDITION} is over: it was a test of Tattle`,
    transition: 'cleared',
  };
}

export function uidOf({ id }: Pick<MadeUp, 'id'>, transition: StateObservation['transition']): string {
  return `tattle-test/${id}/${transition}`;
}

function common({ cluster, namespace, id }: MadeUp, at: number) {
  return {
    source: 'state',
    cluster,
    object: testObject(namespace, id),
    related: null,
    reason: TEST_CONDITION,
    condition: TEST_CONDITION,
    container: '',
    count: 1,
    firstSeen: at,
    lastSeen: at,
    component: 'tattle',
    host: '',
    labels: {},
    annotations: {},
  } as const;
}
