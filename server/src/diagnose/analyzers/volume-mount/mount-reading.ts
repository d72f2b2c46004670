/** Why a volume that exists cannot be attached or mounted, from the words of kubelet, attach controller, drivers and `mount`. */

export interface MountReading {
  /** Completes “Volume data of pod x cannot be mounted: ”. */
  readonly because: string;
  readonly nextSteps: readonly string[];
  readonly confidence: number;
}

interface Pattern extends MountReading {
  readonly words: readonly string[];
}

/** In this order: the first that fits is the closest to the cause. */
const PATTERNS: readonly Pattern[] = [
  {
    words: ['multi-attach error'],
    because: 'it is still attached to another node, and its access mode allows one node only',
    nextSteps: [
      'Find the pod that still uses it and let it end: a rolling update holds both unless the strategy is Recreate',
      'If its node is lost, confirm that it is off before the volume is detached from it',
    ],
    confidence: 0.95,
  },
  {
    words: [
      'list of registered csi drivers',
      'does not contain driver',
      'csinode',
      'no csi driver',
      'csi driver not found',
    ],
    because: 'its CSI driver is not registered on the node',
    nextSteps: [
      'Check that the node plugin (DaemonSet) of the driver runs on this node, and what its log says',
      'Install the driver, or correct the driver’s name in the volume or StorageClass',
    ],
    confidence: 0.94,
  },
  {
    words: ['hostpath type check failed'],
    because: 'its hostPath on the node does not exist, or is not of the type that the volume asks for',
    nextSteps: [
      'Create the path on the node, or use type DirectoryOrCreate or FileOrCreate',
      'Check whether the pod runs on the node that has the path',
    ],
    confidence: 0.95,
  },
  {
    words: ['access denied by server'],
    because: 'the NFS server denies it: the export does not allow this node',
    nextSteps: ['Allow the node’s address in the export of the NFS server', 'Check the path that is exported'],
    confidence: 0.95,
  },
  {
    words: ['no such file or directory while mounting', 'reason given by server: no such file'],
    because: 'the NFS server does not have the path',
    nextSteps: ['Correct the path of the volume, or create it on the server'],
    confidence: 0.93,
  },
  {
    words: ['helper program', 'unknown filesystem type', 'mount.nfs: not found', 'executable file not found'],
    because: 'the node lacks the tool or the file system that this mount needs (such as nfs-common or cifs-utils)',
    nextSteps: ['Install the client package on the nodes'],
    confidence: 0.9,
  },
  {
    words: ['fsck found errors', 'structure needs cleaning', 'superblock could not be read', 'input/output error'],
    because: 'its file system is damaged',
    nextSteps: [
      'Detach the volume everywhere, make a snapshot, and repair it with fsck or xfs_repair',
      'Restore it from a backup where that fails',
    ],
    confidence: 0.92,
  },
  {
    words: ['wrong fs type', 'bad superblock', 'bad option'],
    because: 'its file system is not the one that the volume names, or a mount option is wrong',
    nextSteps: ['Compare fsType and mountOptions with what is on the volume', 'Check the node’s kernel log (dmesg)'],
    confidence: 0.9,
  },
  {
    words: ['are you trying to mount a directory onto a file', 'not a directory: unknown', 'is a directory: unknown'],
    because:
      'a directory is mounted onto a file, or a file onto a directory (usually a subPath that the volume does not have)',
    nextSteps: [
      'Make subPath name a key that the ConfigMap or Secret has: a missing one is made as an empty directory',
      'Correct mountPath: it must be of the same type as what is mounted',
    ],
    confidence: 0.93,
  },
  {
    words: ['subpath'],
    because: 'its subPath cannot be prepared',
    nextSteps: ['Check that the subPath exists in the volume, and that it is no link that leads out of it'],
    confidence: 0.9,
  },
  {
    words: ['read-only file system'],
    because: 'what it is mounted on or into is read-only',
    nextSteps: [
      'Choose a mountPath that is not below a read-only mount',
      'Check the volume: file systems turn read-only after errors',
    ],
    confidence: 0.88,
  },
  {
    words: ['mustprovision', 'volume attachment is being deleted', 'is being deleted'],
    because: 'an older attachment of it is still being removed',
    nextSteps: ['Look for VolumeAttachments of it that do not go away, and at the log of the attacher'],
    confidence: 0.85,
  },
  {
    words: ['attachment limit', 'max volume count', 'maximum number of', 'attachmentlimitexceeded', 'too many volumes'],
    because: 'the node has no room for one more attached volume',
    nextSteps: ['Move pods with volumes off this node, or use nodes that allow more'],
    confidence: 0.9,
  },
  {
    words: ['invalidvolume.notfound', 'volume not found', 'disk not found', 'code = notfound', 'does not exist'],
    because: 'the disk or path behind it does not exist any more',
    nextSteps: ['Check in the storage system whether it was deleted', 'Restore it, or make a new claim'],
    confidence: 0.88,
  },
  {
    words: [
      'unauthorizedoperation',
      'accessdenied',
      'authorizationfailed',
      'permissiondenied',
      'not authorized',
      'code = unauthenticated',
    ],
    because: 'the driver may not do it: the storage system refuses its credentials or rights',
    nextSteps: ['Check the role or the secret that the CSI driver uses'],
    confidence: 0.88,
  },
  {
    words: ['fsgroup', 'permission denied', 'operation not permitted', 'mount error(13)'],
    because: 'permission is denied, by the storage or when ownership (fsGroup) is set',
    nextSteps: [
      'Check securityContext.fsGroup, and fsGroupChangePolicy for large volumes',
      'Check the rights of the export or share, and its root squash',
    ],
    confidence: 0.87,
  },
  {
    words: ['no space left on device'],
    because: 'there is no space left on the device',
    nextSteps: ['Free the node’s disk, or grow the volume'],
    confidence: 0.85,
  },
  {
    words: [
      'connection refused',
      'connection timed out',
      'no route to host',
      'network is unreachable',
      'host is down',
      'i/o timeout',
    ],
    because: 'the storage server cannot be reached from the node',
    nextSteps: ['Check the network from the node to the storage server, and the server’s own state'],
    confidence: 0.88,
  },
  {
    words: ['operation with the given volume id', 'already exists', 'code = aborted'],
    because: 'the driver is still at work on an earlier attempt, which hangs',
    nextSteps: [
      'Look at the log of the CSI driver for the attempt that hangs',
      'Check that the storage system answers',
    ],
    confidence: 0.72,
  },
  {
    words: ['deadlineexceeded', 'deadline exceeded'],
    because: 'the CSI driver or its storage system does not answer in time',
    nextSteps: ['Look at the log of the CSI driver on the node, and at the state of the storage system'],
    confidence: 0.78,
  },
];

const UNKNOWN: MountReading = {
  because: 'the driver reports an error',
  nextSteps: ['Read the message below, and the log of the volume’s driver on the node'],
  confidence: 0.75,
};
const WAITING: MountReading = {
  because: 'the kubelet waited for it in vain (timed out waiting for the condition); why was not captured',
  nextSteps: ['Look for an earlier FailedAttachVolume or FailedMount event of the pod, and at the volume’s driver'],
  confidence: 0.62,
};

export function mountReading(message: string): MountReading {
  const words = message.toLowerCase();
  const found = PATTERNS.find((pattern) => pattern.words.some((word) => words.includes(word)));
  return found ?? (words.includes('timed out waiting for the condition') ? WAITING : UNKNOWN);
}
