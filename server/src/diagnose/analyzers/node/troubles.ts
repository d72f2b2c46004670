/** Troubles of a node short of its loss, by the condition type or the event reason that tells of them. */
import type { CauseCode } from '../../../model/diagnosis.ts';

export interface Trouble {
  readonly cause: CauseCode;
  /** Follows the node's name. */
  readonly means: string;
  /** Reasons of events that tell the same. */
  readonly events: readonly string[];
  readonly nextSteps: readonly string[];
}

const BIGGEST = 'Find the pods on it that use far more than they request';
const REPLACE = 'Drain the node and reboot or replace it, if it comes back';

function pressure(what: string, events: readonly string[], steps: readonly string[]): Trouble {
  return { cause: 'node-pressure', means: `is short of ${what} and evicts pods`, events, nextSteps: steps };
}

function fault(means: string, step: string, cause: CauseCode = 'node-pressure'): Trouble {
  return { cause, means, events: [], nextSteps: [step, REPLACE] };
}

const disk = pressure(
  'disk space',
  ['NodeHasDiskPressure', 'EvictionThresholdMet', 'FreeDiskSpaceFailed', 'ImageGCFailed'],
  [
    'Free space on the node: old images, logs, emptyDir volumes',
    'Give the node a bigger disk, or limit ephemeral-storage of pods',
  ],
);
const memory = pressure(
  'memory',
  ['NodeHasInsufficientMemory', 'EvictionThresholdMet', 'SystemOOM'],
  [BIGGEST, 'Raise their memory requests to what they use, so that the scheduler spreads them', 'Add a node'],
);
const pids = pressure(
  'process ids',
  ['NodeHasInsufficientPID', 'EvictionThresholdMet'],
  ['Find the pod that starts so many processes', 'Set podPidsLimit on the kubelet'],
);
const images = { ...disk, means: 'cannot free disk space by removing images' };
const hung = fault('has a kernel that hangs', 'Read the kernel log of the node (`dmesg`, `journalctl -k`)');
const readOnly = fault(
  'has a file system that became read-only',
  'Check the disk of the node: the kernel makes a file system read-only after I/O errors',
  'read-only-filesystem',
);
const restarts = fault(
  'restarts its kubelet or container runtime again and again',
  'Read their logs on the node (`journalctl -u kubelet -u containerd`)',
);

const TROUBLES: ReadonlyMap<string, Trouble> = new Map([
  ['MemoryPressure', memory],
  ['NodeHasInsufficientMemory', memory],
  ['SystemOOM', { ...memory, means: 'ran out of memory, and the kernel killed a process' }],
  ['OOMKilling', { ...memory, means: 'ran out of memory, and the kernel killed a process' }],
  ['EvictionThresholdMet', { ...memory, means: 'is short of a resource and evicts pods' }],
  ['DiskPressure', disk],
  ['OutOfDisk', disk],
  ['NodeHasDiskPressure', disk],
  ['NodeOutOfDisk', disk],
  ['FreeDiskSpaceFailed', images],
  ['ImageGCFailed', images],
  ['ContainerGCFailed', { ...disk, means: 'cannot remove dead containers' }],
  ['PIDPressure', pids],
  ['NodeHasInsufficientPID', pids],
  ['KernelDeadlock', hung],
  ['TaskHung', hung],
  ['DockerHung', hung],
  ['KernelOops', fault('has a fault in its kernel', 'Read the kernel log of the node (`dmesg`, `journalctl -k`)')],
  [
    'UnregisterNetDevice',
    fault('has a network device that the kernel cannot release', 'Read the kernel log of the node'),
  ],
  ['FrequentUnregisterNetDevice', fault('loses network devices again and again', 'Read the kernel log of the node')],
  ['ReadonlyFilesystem', readOnly],
  ['FilesystemIsReadOnly', readOnly],
  ['Ext4Error', fault('has errors in a file system', 'Check the disk of the node (`dmesg`, SMART)')],
  ['IOError', fault('has I/O errors on a disk', 'Check the disk of the node (`dmesg`, SMART)')],
  ['CorruptDockerOverlay2', fault('has a corrupt image store', 'Remove the broken images and pull them anew')],
  ['FrequentKubeletRestart', restarts],
  ['FrequentContainerdRestart', restarts],
  ['FrequentDockerRestart', restarts],
  ['KubeletUnhealthy', restarts],
  ['ContainerRuntimeUnhealthy', restarts],
  [
    'NetworkUnavailable',
    fault(
      'has no network for its pods',
      'Look at the network plugin and at the routes of the cloud for this node',
      'node-lost',
    ),
  ],
]);

export function troubleOf(name: string): Trouble | undefined {
  return TROUBLES.get(name);
}
