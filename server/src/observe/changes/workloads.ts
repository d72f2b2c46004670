/** What differs between two versions of what makes pods: replicas, rollout settings, schedules and templates. */
import { type Fields, fields, text } from '../../kit/fields.ts';
import type { FieldChange } from '../../model/change.ts';
import { differing, differingSwitch, shown } from './differing.ts';
import { templateChanges } from './pod-template.ts';

export type SpecChanges = (before: Fields, after: Fields) => readonly FieldChange[];

export const deploymentChanges: SpecChanges = (before, after) => [
  ...templateChanges(before['template'], after['template']),
  ...differing('replicas', before['replicas'], after['replicas']),
  ...differingSwitch('paused', before['paused'], after['paused']),
  ...differing('strategy', strategyText(before['strategy']), strategyText(after['strategy'])),
  ...settings(before, after, [
    ['progressDeadlineSeconds', 'progress deadline'],
    ['minReadySeconds', 'minimum ready seconds'],
    ['selector', 'selector'],
  ]),
];

/** For StatefulSets, DaemonSets and ReplicaSets, too: what a kind does not have does not differ. */
export const podSetChanges: SpecChanges = (before, after) => [
  ...templateChanges(before['template'], after['template']),
  ...differing('replicas', before['replicas'], after['replicas']),
  ...differing('strategy', strategyText(before['updateStrategy']), strategyText(after['updateStrategy'])),
  ...settings(before, after, [
    ['podManagementPolicy', 'pod management policy'],
    ['minReadySeconds', 'minimum ready seconds'],
    ['serviceName', 'service name'],
    ['selector', 'selector'],
  ]),
];

/** The selector and labels of a Job's template are made by its controller. */
export const jobChanges: SpecChanges = (before, after) => [
  ...templateChanges(before['template'], after['template']),
  ...differingSwitch('suspended', before['suspend'], after['suspend']),
  ...settings(before, after, JOB_SETTINGS),
];

export const cronJobChanges: SpecChanges = (before, after) => {
  const jobOf = (spec: Fields) => fields(fields(spec['jobTemplate'])['spec']);
  const [was, is] = [jobOf(before), jobOf(after)];
  return [
    ...templateChanges(was['template'], is['template']),
    ...differingSwitch('suspended', before['suspend'], after['suspend']),
    ...settings(before, after, [
      ['schedule', 'schedule'],
      ['timeZone', 'time zone'],
      ['concurrencyPolicy', 'concurrency policy'],
      ['startingDeadlineSeconds', 'starting deadline'],
    ]),
    ...settings(was, is, JOB_SETTINGS),
  ];
};

const JOB_SETTINGS = [
  ['parallelism', 'parallelism'],
  ['completions', 'completions'],
  ['backoffLimit', 'backoff limit'],
  ['backoffLimitPerIndex', 'backoff limit per index'],
  ['activeDeadlineSeconds', 'active deadline'],
] as const;

function settings(
  before: Fields,
  after: Fields,
  named: readonly (readonly [property: string, field: string])[],
): readonly FieldChange[] {
  return named.flatMap(([property, field]) => differing(field, before[property], after[property]));
}

/** `RollingUpdate, max surge 25%, max unavailable 1`, or a partition. */
function strategyText(strategy: unknown): string {
  const { type, rollingUpdate } = fields(strategy);
  const { maxSurge, maxUnavailable, partition } = fields(rollingUpdate);
  const parts = [
    text(type),
    ...(shown(maxSurge) === null ? [] : [`max surge ${text(maxSurge)}`]),
    ...(shown(maxUnavailable) === null ? [] : [`max unavailable ${text(maxUnavailable)}`]),
    // Every ordinal from zero on is the same as no partition.
    ...(partition === undefined || partition === 0 ? [] : [`partition ${text(partition)}`]),
  ];
  return parts.filter((part) => part !== '').join(', ');
}
