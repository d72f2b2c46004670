/** The conditions Tattle knows: what kind of problem each is, how bad, and how often it must be seen to be that bad. */
import type { Category, Severity } from '../model/cluster-event.ts';

export interface ConditionTraits {
  readonly category: Category;
  /** Once patience has run out. */
  readonly severity: Severity;
  readonly patience: Patience;
  /** A workload that has it is wholly down: critical in a top-tier namespace. */
  readonly down: boolean;
}

/**
 * Frequency: below a step's count the severity is at most the step's. Kubelet and controllers try again by themselves, so the
 * first sight of a failed mount or probe is often gone with the next try. Object state, which detectors have already waited
 * for, is taken at its word.
 */
type Patience = readonly { readonly below: number; readonly severity: Severity }[];

const AT_ONCE: Patience = [];
/** Retried after seconds: two in a row are a start, three are a problem. */
const AFTER_THREE: Patience = [{ below: 3, severity: 'low' }];
/** Worth knowing at once, bad when it stays. */
const RISING: Patience = [{ below: 3, severity: 'medium' }];
/** Probes: three is the default failureThreshold, ten in a row is no hiccup any more. */
const PROBE: Patience = [
  { below: 3, severity: 'low' },
  { below: 10, severity: 'medium' },
];

type Row = readonly [category: Category, severity: Severity, patience: Patience, names: string];

/** Of these, whoever depends on the workload gets nothing at all. */
const DOWN: ReadonlySet<string> = new Set(['MinimumReplicasUnavailable', 'NoEndpoints']);

const ROWS: readonly Row[] = [
  ['Crash', 'high', AT_ONCE, 'CrashLoopBackOff'],
  ['Crash', 'high', AFTER_THREE, 'StartError CreateContainerError FailedPostStartHook'],
  ['Crash', 'medium', AFTER_THREE, 'FailedPreStopHook FailedKillPod ExceededGracePeriod FailedSync'],
  ['Crash', 'medium', AT_ONCE, 'StuckTerminating PodFailed RestartingOften'],
  ['Config', 'high', AFTER_THREE, 'CreateContainerConfigError'],
  ['Config', 'high', RISING, 'FailedCreate ReplicaSetCreateError FailedDaemonPod FailedUpdate'],
  [
    'Config',
    'medium',
    AT_ONCE,
    'FailedValidation FailedPlacement SelectingAll InvalidSelector OwnerRefInvalidNamespace SysctlForbidden AppArmor ' +
      'PodOSNotSupported NoControllers CalculateExpectedPodCountFailed MultiplePodDisruptionBudgets HostPortConflict',
  ],
  ['Image', 'high', AT_ONCE, 'ImagePullBackOff InvalidImageName ErrImageNeverPull SignatureValidationFailed'],
  ['Image', 'high', AFTER_THREE, 'ImageInspectError'],
  ['Memory', 'high', AT_ONCE, 'OOMKilled SystemOOM'],
  ['Probe', 'high', PROBE, 'Unhealthy'],
  ['Probe', 'high', AT_ONCE, 'ReadinessGatesNotReady'],
  // A preemption, or a new node, mends the first within seconds; what lasts is told by the pod's own state.
  ['Scheduling', 'high', AFTER_THREE, 'FailedScheduling'],
  ['Scheduling', 'medium', AT_ONCE, 'Preempted Preempting PodRejected UnexpectedAdmissionError TopologyAffinityError'],
  ['Storage', 'high', AFTER_THREE, 'FailedMount ProvisioningFailed VolumeMismatch'],
  ['Storage', 'high', AT_ONCE, 'PersistentVolumeClaimLost PersistentVolumeClaimPending ClaimMisbound'],
  [
    'Storage',
    'medium',
    AFTER_THREE,
    'FailedBinding FailedDetachVolume VolumeFailedDelete VolumeFailedRecycle ProvisioningCleanupFailed VolumeResizeFailed ' +
      'FileSystemResizeFailed SnapshotCreationFailed SnapshotContentCreationFailed SnapshotDeleteError VolumeModifyFailed ' +
      'FailedUnmount FailedMountOnFilesystemMismatch',
  ],
  ['Network', 'high', AFTER_THREE, 'FailedCreatePodSandBox NetworkNotReady FailedStatusPodSandBox'],
  ['Network', 'high', AT_ONCE, 'NoEndpoints'],
  [
    'Network',
    'medium',
    AFTER_THREE,
    'FailedToUpdateEndpoint FailedToCreateEndpoint FailedToUpdateEndpointSlices FailedToCreateRoute ClusterIPNotAllocated ' +
      'ClusterIPOutOfRange ClusterIPAlreadyAllocated PortNotAllocated PortOutOfRange',
  ],
  [
    'Network',
    'high',
    RISING,
    'SyncLoadBalancerFailed IngressReloadFailed FailedDeployModel FailedBuildModel AllocationFailed',
  ],
  ['Node', 'critical', AT_ONCE, 'NodeNotReady'],
  ['Node', 'high', AT_ONCE, 'MemoryPressure DiskPressure PIDPressure OutOfDisk NetworkUnavailable'],
  [
    'Node',
    'high',
    AT_ONCE,
    'KernelDeadlock KernelOops KernelPanic TaskHung ReadonlyFilesystem IOError Ext4Error XfsShutdown MemoryReadError HardwareError ' +
      'CorruptContainerStorage ConntrackFull KubeletSetupFailed SpotInterrupted InstanceUnhealthy',
  ],
  [
    'Node',
    'medium',
    AT_ONCE,
    'Rebooted NodeShutdown ImageGCFailed ContainerGCFailed FreeDiskSpaceFailed UnregisterNetDevice FrequentUnregisterNetDevice ' +
      'FrequentKubeletRestart FrequentDockerRestart FrequentContainerdRestart ContainerRuntimeUnhealthy KubeletUnhealthy ClockUnsynchronised Evicted NodeEvicted CIDRNotAvailable CIDRAssignmentFailed FailedNodeAllocatableEnforcement ' +
      'InstanceTerminating NodeMaintenance FailedDraining NodeRepairBlocked',
  ],
  // Every pod of a lost node gets one: the node's own event carries the weight.
  ['Node', 'low', AT_ONCE, 'TaintManagerEviction'],
  [
    'Autoscaling',
    'medium',
    AFTER_THREE,
    'FailedGetResourceMetric FailedGetContainerResourceMetric FailedGetPodsMetric FailedGetObjectMetric FailedGetExternalMetric ' +
      'FailedGetScale FailedRescale FailedUpdateScale FailedConvertHPA InvalidMetricSourceType KEDAScalerFailed',
  ],
  ['Autoscaling', 'medium', AT_ONCE, 'AmbiguousSelector SelectorRequired UnableToScale ScalingInactive'],
  [
    'Autoscaling',
    'medium',
    AT_ONCE,
    'FailedToScaleUpGroup ScaleUpTimedOut ScaleDownFailed InsufficientCapacity ResizeInfeasible',
  ],
  [
    'Job',
    'medium',
    AT_ONCE,
    'BackoffLimitExceeded DeadlineExceeded PodFailurePolicy FailedIndexes MaxFailedIndexesExceeded JobFailed MissSchedule ' +
      'TooManyMissedTimes InvalidSchedule UnknownTimeZone UnsupportedSchedule FailedNeedsStart',
  ],
  ['Quota', 'medium', AT_ONCE, 'QuotaExceeded'],
  ['Application', 'high', AT_ONCE, 'MinimumReplicasUnavailable ProgressDeadlineExceeded RolloutStuck'],
  ['Application', 'medium', AT_ONCE, 'ReplicasUnavailable Degraded RolloutAborted'],
  [
    'Application',
    'medium',
    AT_ONCE,
    'SyncFailed ReconciliationFailed HealthCheckFailed InstallFailed UpgradeFailed RollbackFailed TestFailed UninstallFailed ' +
      'ArtifactFailed BuildFailed GitOperationFailed ChartPullFailed IndexationFailed ValidationFailed PruneFailed',
  ],
  ['Security', 'medium', AT_ONCE, 'CertificateFailed AuthenticationFailed PolicyViolation VerificationError'],
  ['ControlPlane', 'critical', AT_ONCE, 'ControlPlaneUnhealthy'],
];

/** Built once from the rows; a second row with the same name would be a mistake, and throws. */
export function conditionTable(): ReadonlyMap<string, ConditionTraits> {
  const table = new Map<string, ConditionTraits>();
  const add = (name: string, traits: ConditionTraits): void => {
    if (table.has(name)) throw new Error(`the condition ${name} has two rows`);
    table.set(name, traits);
  };
  for (const [category, severity, patience, names] of ROWS) {
    for (const name of names.split(' ')) {
      add(name, { category, severity, patience, down: DOWN.has(name) });
    }
  }
  return table;
}

/** Different names of one problem, told apart by who says it or when: `ErrImagePull` becomes `ImagePullBackOff` a second later. */
const SAME: Readonly<Record<string, string>> = {
  ErrImagePull: 'ImagePullBackOff',
  ErrImagePullBackOff: 'ImagePullBackOff',
  RegistryUnavailable: 'ImagePullBackOff',
  VerifyNonRootError: 'CreateContainerConfigError',
  PreCreateHookError: 'CreateContainerError',
  PreStartHookError: 'StartError',
  RunInitContainerError: 'StartError',
  // The kubelet's name for it; the runtime's own is the one that people see in a pod's status.
  RunContainerError: 'StartError',
  ContainerCannotRun: 'StartError',
  FrequentRestarts: 'RestartingOften',
  PostStartHookError: 'FailedPostStartHook',
  CreatePodSandboxError: 'FailedCreatePodSandBox',
  ConfigPodSandboxError: 'FailedCreatePodSandBox',
  ClaimLost: 'PersistentVolumeClaimLost',
  Unschedulable: 'FailedScheduling',
  FailedAttachVolume: 'FailedMount',
  FailedMapVolume: 'FailedMount',
  NodeStatusUnknown: 'NodeNotReady',
  NodeUnreachable: 'NodeNotReady',
};

/** The one name of a condition. Names that are not known stay as they are. */
export function canonicalCondition(name: string): string {
  return Object.hasOwn(SAME, name) ? (SAME[name] ?? name) : name;
}
