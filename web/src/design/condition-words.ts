/** Conditions and causes as people say them: the code words of Kubernetes stand beside, for those who search by them. */

const CONDITIONS: Readonly<Record<string, string>> = {
  BackoffLimitExceeded: 'Job failed',
  CrashLoopBackOff: 'Keeps crashing',
  CreateContainerConfigError: 'Container cannot be configured',
  CreateContainerError: 'Container cannot be created',
  DeadlineExceeded: 'Job took too long',
  ErrImageNeverPull: 'Image is not on the node',
  Evicted: 'Evicted from its node',
  FailedCreate: 'Pods are refused',
  FailedCreatePodSandBox: 'Pod network or sandbox fails',
  FailedMount: 'Volume cannot be mounted',
  FailedScheduling: 'Cannot be scheduled',
  ImagePullBackOff: 'Image cannot be pulled',
  MemoryPressure: 'Node runs out of memory',
  DiskPressure: 'Node runs out of disk',
  PIDPressure: 'Node runs out of process ids',
  MinimumReplicasUnavailable: 'Too few replicas',
  MissSchedule: 'Scheduled run was missed',
  NoEndpoints: 'Service has nothing behind it',
  NodeNotReady: 'Node is lost',
  OOMKilled: 'Out of memory',
  PersistentVolumeClaimLost: 'Volume is lost',
  PersistentVolumeClaimPending: 'Volume is not there',
  PodFailed: 'Pod failed',
  Preempted: 'Pushed out by a higher priority',
  ProgressDeadlineExceeded: 'Rollout is stuck',
  ReadinessGatesNotReady: 'Waits for a readiness gate',
  ReplicasUnavailable: 'Replicas are missing',
  RestartingOften: 'Restarts often',
  RolloutStuck: 'Rollout is stuck',
  StuckTerminating: 'Does not go away',
  TattleTest: 'Test incident',
  Unhealthy: 'Probe fails',
};

const ABBREVIATIONS: Readonly<Record<string, string>> = { dns: 'DNS', tls: 'TLS', cpu: 'CPU', id: 'ID' };

/** `Keeps crashing`; a condition that nobody wrote words for is taken apart: `FailedGetScale` reads `Failed get scale`. */
export function conditionWords(condition: string): string {
  const known = Object.hasOwn(CONDITIONS, condition) ? CONDITIONS[condition] : undefined;
  if (known !== undefined) return known;
  if (!/^[A-Z][A-Za-z]*$/.test(condition)) return condition;
  const words = condition.match(/[A-Z]+(?![a-z])|[A-Z][a-z]*/g) ?? [condition];
  return sentence(words.map((word) => (word.length > 1 && word === word.toUpperCase() ? word : word.toLowerCase())));
}

/** `missing-configuration` reads `Missing configuration`. */
export function causeWords(cause: string): string {
  return sentence(
    cause.split('-').map((word) => (Object.hasOwn(ABBREVIATIONS, word) ? (ABBREVIATIONS[word] ?? word) : word)),
  );
}

function sentence(words: readonly string[]): string {
  const text = words.join(' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
