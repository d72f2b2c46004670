/** Which of several findings is the diagnosis: the most specific one that the evidence supports. */
import type { CauseCode, Finding } from '../model/diagnosis.ts';

export interface Found {
  readonly by: string;
  readonly finding: Finding;
}

/** How much a cause explains compared with one that names a mechanism: symptoms of something else weigh less. */
const WEIGHTS: Partial<Record<CauseCode, number>> = {
  'unhandled-exception': 0.8,
  'liveness-probe': 0.72,
  'startup-probe': 0.72,
  'readiness-probe': 0.7,
  'dependency-unreachable': 0.97,
  'deadline-exceeded': 0.65,
  'no-endpoints': 0.5,
  'metrics-unavailable': 0.9,
  unknown: 0.3,
};

/** What a condition is about: a finding in the headline's own field beats one about something beside it. */
const FIELDS: Readonly<Record<string, readonly CauseCode[]>> = {
  OOMKilled: ['memory-limit-too-low', 'memory-leak'],
  ImagePullBackOff: ['image-pull', 'architecture-mismatch'],
  InvalidImageName: ['image-pull'],
  ErrImageNeverPull: ['image-pull'],
  ImageInspectError: ['image-pull'],
  CreateContainerConfigError: ['missing-reference', 'permission-denied', 'missing-configuration'],
  FailedMount: ['missing-reference', 'volume-mount', 'volume-unbound'],
  FailedScheduling: [
    'insufficient-resources',
    'node-affinity',
    'taint',
    'topology',
    'volume-unbound',
    'missing-reference',
    'port-in-use',
    'node-lost',
    'node-pressure',
  ],
  FailedCreate: ['quota-exceeded', 'admission-refused', 'missing-reference', 'permission-denied'],
  NodeNotReady: ['node-lost', 'node-pressure'],
  Evicted: ['node-pressure', 'ephemeral-storage', 'node-lost'],
  Preempted: ['preempted'],
  FailedPostStartHook: ['lifecycle-hook'],
  FailedPreStopHook: ['lifecycle-hook'],
};
const IN_FIELD = 1.35;

/** `conditions`: the headline first. Who was preempted lacks room because of it, whatever the headline is. */
export function choose(found: readonly Found[], conditions: readonly string[]): readonly Found[] {
  const [headline = ''] = conditions;
  const named = Object.hasOwn(FIELDS, headline) ? (FIELDS[headline] ?? []) : [];
  const field = conditions.includes('Preempted') ? ['preempted', ...named.filter(isNoLackOfRoom)] : named;
  const score = ({ finding }: Found) =>
    finding.confidence * (WEIGHTS[finding.cause] ?? 1) * (field.includes(finding.cause) ? IN_FIELD : 1);
  return [...found].sort((a, b) => score(b) - score(a) || (a.by < b.by ? -1 : 1));
}

function isNoLackOfRoom(cause: CauseCode): boolean {
  return cause !== 'insufficient-resources';
}
