/** What the reasons that Kubernetes and its neighbours emit mean: a condition by name, a condition by message, or none. */
import type { Category } from '../model/cluster-event.ts';

type QuietRow = readonly [category: Category, reasons: string];

/**
 * Reasons that tell of no problem: progress, or noise that reporters themselves repeat for ever. Grouped by who emits them.
 * From a `Normal` event they are info, from a `Warning` low.
 */
const QUIET_ROWS: readonly QuietRow[] = [
  // kubelet
  ['Image', 'Pulling Pulled'],
  ['Application', 'Created Started Killing Restarted ResizeStarted ResizeCompleted ResizeDeferred SandboxChanged'],
  [
    'Node',
    'Starting NodeReady NodeSchedulable NodeNotSchedulable NodeAllocatableEnforced NodeHasSufficientMemory NodeHasNoDiskPressure ' +
      'NodeHasSufficientPID InvalidDiskCapacity CgroupV1 PossibleMemoryBackedVolumesOnDisk Shutdown',
  ],
  ['Network', 'MissingClusterDNS DNSConfigForming'],
  ['Probe', 'ProbeWarning'],
  [
    'Storage',
    'SuccessfulMountVolume SuccessfulAttachVolume AlreadyMountedVolume VolumeResizeSuccessful FileSystemResizeSuccessful ' +
      'FileSystemResizeRequired VolumePermissionChangeInProgress UnsupportedMountOption',
  ],
  // scheduler
  ['Scheduling', 'Scheduled Binding'],
  // workload controllers
  [
    'Application',
    'ScalingReplicaSet SuccessfulCreate SuccessfulDelete SuccessfulUpdate DeploymentRollback DeploymentRollbackRevisionNotFound ' +
      'RecreatingFailedPod RecreatingTerminatedPod SucceededDaemonPod DeploymentPaused DeploymentResumed NoPods UnmanagedPods',
  ],
  [
    'Job',
    'Completed SawCompletedJob UnexpectedJob MissingJob Suspended Resumed JobAlreadyActive JobAlreadyExists TooManyActivePods ' +
      'TooManySucceededPods SuccessCriteriaMet',
  ],
  // node lifecycle, cloud nodes
  [
    'Node',
    'RegisteredNode RemovingNode DeletingNode DeletingAllPods TerminatedAllPods TerminatingEvictedPod InitialCIDR ' +
      'Synced NodeControllerEviction ToBeDeletedByClusterAutoscaler Cordon Uncordon Drain',
  ],
  // volumes
  [
    'Storage',
    'WaitForFirstConsumer WaitForPodScheduled ExternalProvisioning Provisioning ProvisioningSucceeded VolumeRecycled RecyclerPod ' +
      'VolumeDelete ExternalExpanding Resizing VolumeResizeInProgress CreatingSnapshot SnapshotCreated SnapshotReady ' +
      'VolumeModify VolumeModifySuccessful NoVolumeClaim SuccessfulDetachVolume',
  ],
  // services
  [
    'Network',
    'EnsuringLoadBalancer EnsuredLoadBalancer CreatingLoadBalancer CreatedLoadBalancer DeletingLoadBalancer DeletedLoadBalancer ' +
      'UpdatedLoadBalancer UpdatingLoadBalancer LoadBalancerSourceRanges ExternalIP LoadbalancerIP ExternalTrafficPolicy Type ' +
      'UnAvailableLoadBalancer TopologyAwareHintsEnabled TopologyAwareHintsDisabled TopologyAwareRoutingEnabled ' +
      'TopologyAwareRoutingDisabled IPAllocated nodeAssigned Sync UPDATE CREATE DELETE AddedOrUpdated RELOAD ' +
      'SuccessfullyReconciled Translate IPChanged Attach Detach',
  ],
  // control plane
  ['ControlPlane', 'LeaderElection KubeAPIReadyz TerminationStart TerminationPreShutdownHooksFinished ApplyManifests'],
  // autoscaling
  [
    'Autoscaling',
    'SuccessfulRescale DesiredReplicasComputed TriggeredScaleUp NotTriggerScaleUp ScaledUpGroup ScaleDown ScaleDownEmpty ' +
      'StartScaleDownUnneeded DeleteUnregistered KEDAScalersStarted KEDAScalersStopped KEDAScaleTargetActivated ' +
      'KEDAScaleTargetDeactivated ScaledObjectReady ScaledJobReady',
  ],
  // Karpenter
  [
    'Node',
    'Nominated Launched Registered Initialized Disrupted DisruptionBlocked DisruptionLaunching DisruptionTerminating ' +
      'DisruptionInitiated DisruptionWaitingReadiness Unconsolidatable Drained Finalized AwaitingVolumeDetachment ' +
      'SpotRebalanceRecommendation TerminationGracePeriodExpiring',
  ],
  // cert-manager
  [
    'Security',
    'Issuing Generated Requested Reused Issued CertificateIssued OrderCreated OrderPending Presented DomainVerified KeyPairVerified ' +
      'cert-manager.io Approved WaitingForApproval',
  ],
  // Argo CD and Argo Rollouts, Flux, Helm
  [
    'Application',
    'OperationStarted ResourceUpdated ResourceCreated ResourceDeleted ResourceActionRan StatusRefreshed RolloutUpdated ' +
      'RolloutCompleted RolloutStepCompleted RolloutResumed RolloutPaused NewReplicaSetCreated SwitchService ' +
      'ReconciliationSucceeded Progressing ProgressingWithRetry NewArtifact ArtifactUpToDate GitOperationSucceeded ' +
      'ChartPullSucceeded GarbageCollectionSucceeded InstallSucceeded UpgradeSucceeded TestSucceeded UninstallSucceeded ' +
      'RollbackSucceeded DriftDetected DependencyNotReady info',
  ],
  // node-problem-detector
  [
    'Node',
    'KernelHasNoDeadlock FilesystemIsNotReadOnly NoFrequentKubeletRestart NoFrequentDockerRestart NoFrequentContainerdRestart ' +
      'DockerStart ContainerdStart KubeletStart ContainerRuntimeIsHealthy KubeletIsHealthy NTPIsUp',
  ],
  // policy engines and secret operators
  ['Security', 'PolicyApplied Updated'],
];

export function quietTable(): ReadonlyMap<string, Category> {
  const table = new Map<string, Category>();
  for (const [category, reasons] of QUIET_ROWS) for (const reason of reasons.split(' ')) table.set(reason, category);
  return table;
}

/** Reasons that always mean one condition of another name. Reasons that are a condition's own name need no entry. */
export const REASON_CONDITIONS: Readonly<Record<string, string>> = {
  FailedPodSandBoxStatus: 'FailedStatusPodSandBox',
  FailedCreatePodContainer: 'CreateContainerError',
  FailedPrepareDynamicResources: 'FailedMount',
  ResizeError: 'ResizeInfeasible',
  NodeHasInsufficientMemory: 'MemoryPressure',
  NodeHasMemoryPressure: 'MemoryPressure',
  NodeUnderMemoryPressure: 'MemoryPressure',
  NodeHasDiskPressure: 'DiskPressure',
  NodeUnderDiskPressure: 'DiskPressure',
  NodeOutOfDisk: 'OutOfDisk',
  NodeHasInsufficientPID: 'PIDPressure',
  NodeHasPIDPressure: 'PIDPressure',
  NodeUnderPIDPressure: 'PIDPressure',
  GracefulNodeShutdown: 'NodeShutdown',
  ProbeError: 'Unhealthy',
  // The kubelet refuses what the scheduler gave it.
  OutOfcpu: 'PodRejected',
  OutOfmemory: 'PodRejected',
  OutOfpods: 'PodRejected',
  'OutOfephemeral-storage': 'PodRejected',
  NodeAffinity: 'PodRejected',
  NodePorts: 'PodRejected',
  NodeName: 'PodRejected',
  NodeSelectorMismatching: 'PodRejected',
  VolumeAttachmentLimitExceeded: 'PodRejected',
  // Horizontal autoscaling
  KEDAScaleTargetActivationFailed: 'KEDAScalerFailed',
  ScaledObjectCheckFailed: 'KEDAScalerFailed',
  ScaledJobCheckFailed: 'KEDAScalerFailed',
  // Cluster autoscaler, Karpenter
  FailedScaleUp: 'FailedToScaleUpGroup',
  InsufficientCapacityError: 'InsufficientCapacity',
  InstanceStopping: 'InstanceTerminating',
  TerminatingOnInterruption: 'InstanceTerminating',
  SpotInterruption: 'SpotInterrupted',
  PreemptScheduled: 'SpotInterrupted',
  FreezeScheduled: 'NodeMaintenance',
  RebootScheduled: 'NodeMaintenance',
  RedeployScheduled: 'NodeMaintenance',
  TerminateScheduled: 'InstanceTerminating',
  // Services
  CreatingLoadBalancerFailed: 'SyncLoadBalancerFailed',
  UpdateLoadBalancerFailed: 'SyncLoadBalancerFailed',
  LoadBalancerUpdateFailed: 'SyncLoadBalancerFailed',
  DeleteLoadBalancerFailed: 'SyncLoadBalancerFailed',
  Rejected: 'IngressReloadFailed',
  AddedOrUpdatedWithError: 'IngressReloadFailed',
  // Jobs
  UnparseableSchedule: 'InvalidSchedule',
  UnParseableCronJobSchedule: 'InvalidSchedule',
  // Out of memory and node-problem-detector
  OOMKilling: 'SystemOOM',
  KernelHasDeadlock: 'KernelDeadlock',
  DockerHung: 'KernelDeadlock',
  AUFSUmountHung: 'KernelDeadlock',
  FilesystemIsReadOnly: 'ReadonlyFilesystem',
  XfsHasShutDown: 'XfsShutdown',
  CperHardwareErrorFatal: 'HardwareError',
  CorruptDockerOverlay2: 'CorruptContainerStorage',
  CorruptDockerImage: 'CorruptContainerStorage',
  KubeletIsDown: 'KubeletUnhealthy',
  ContainerRuntimeIsDown: 'ContainerRuntimeUnhealthy',
  NTPIsDown: 'ClockUnsynchronised',
  // cert-manager
  OrderFailed: 'CertificateFailed',
  PresentError: 'CertificateFailed',
  ErrInitIssuer: 'CertificateFailed',
  ErrGetKeyPair: 'CertificateFailed',
  ErrVerifyACMEAccount: 'CertificateFailed',
  ErrRegisterACMEAccount: 'CertificateFailed',
  // Policy engines
  FailedAdmission: 'PolicyViolation',
  AuditViolation: 'PolicyViolation',
  DryrunViolation: 'PolicyViolation',
  WarningViolation: 'PolicyViolation',
};
