/** Reasons whose meaning is in the message: the kubelet says `Failed` and `BackOff` for six different problems. */
import type { Category, Severity } from '../model/cluster-event.ts';
import type { Observation } from '../model/observation.ts';

/** Null condition: no problem. Category and severity where they differ from the condition's own. */
export interface Meaning {
  readonly condition: string | null;
  readonly category?: Category;
  /** The worst it may be called. */
  readonly atMost?: Severity;
}

export const MEANINGS: ReadonlyMap<string, (observation: Observation) => Meaning | null> = new Map([
  ['BackOff', backOff],
  ['Failed', failed],
  ['InspectFailed', inspectFailed],
  ['FailedCreate', failedCreate],
  ['FailedDaemonPod', failedDaemonPod],
  ['TaintManagerEviction', taintManagerEviction],
  ['NodeNotReady', nodeNotReady],
  ['EvictionThresholdMet', evictionThreshold],
  ['FailedComputeMetricsReplicas', failedComputeMetrics],
  ['OperationCompleted', operationCompleted],
  ['RELOAD', reload],
  ['Killing', killing],
]);

function backOff({ object, message }: Observation): Meaning | null {
  if (message.includes('pulling image') || message.includes('pulling artifact'))
    return { condition: 'ImagePullBackOff' };
  if (message.includes('restarting failed')) return { condition: 'CrashLoopBackOff' };
  if (object.kind !== 'Pod') return null;
  return { condition: message.includes('image') ? 'ImagePullBackOff' : 'CrashLoopBackOff' };
}

/** In the order in which the kubelet's own words decide: its error codes first, then what the runtime said. */
const FAILURES: readonly (readonly [words: readonly string[], condition: string])[] = [
  [['ErrImageNeverPull'], 'ErrImageNeverPull'],
  [['InvalidImageName', "couldn't parse image"], 'InvalidImageName'],
  [['ImageInspectError', 'Failed to inspect image'], 'ImageInspectError'],
  [['SignatureValidationFailed'], 'SignatureValidationFailed'],
  [['PostStartHookError'], 'FailedPostStartHook'],
  [
    ['ErrImagePull', 'ImagePullBackOff', 'RegistryUnavailable', 'ailed to pull image', 'pulling image'],
    'ImagePullBackOff',
  ],
  [
    [
      'CreateContainerConfigError',
      "couldn't find key",
      'runAsNonRoot',
      'run as root',
      'failed to prepare subPath',
      'cannot construct envvars',
      'failed to sync secret cache',
      'failed to sync configmap cache',
    ],
    'CreateContainerConfigError',
  ],
  [
    [
      'RunContainerError',
      'StartError',
      'ailed to start container',
      'OCI runtime',
      'failed to create shim',
      'containerd task',
      'runc',
      'exec:',
    ],
    'StartError',
  ],
];

function failed({ object, message }: Observation): Meaning | null {
  if (object.kind !== 'Pod') return null;
  for (const [words, condition] of FAILURES) {
    if (words.some((word) => message.includes(word))) return { condition };
  }
  const missing = message.includes('not found') && /\b(?:secret|configmap)s? "/.test(message);
  return { condition: missing ? 'CreateContainerConfigError' : 'CreateContainerError' };
}

function inspectFailed({ message }: Observation): Meaning {
  return { condition: message.includes("couldn't parse image") ? 'InvalidImageName' : 'ImageInspectError' };
}

export function failedCreate({ message }: Observation): Meaning {
  const condition = 'FailedCreate';
  // Whoever deletes a namespace wants nothing made in it.
  if (message.includes('because it is being terminated')) return { condition: null, category: 'Application' };
  if (message.includes('exceeded quota')) return { condition, category: 'Quota', atMost: 'medium' };
  if (message.includes('violates PodSecurity') || message.includes('security context constraint')) {
    return { condition, category: 'Security' };
  }
  return { condition };
}

/** The daemon set controller replaces a failed pod at once; only a stream of them is a problem, and their own events tell it. */
function failedDaemonPod(): Meaning {
  return { condition: 'FailedDaemonPod', category: 'Application', atMost: 'medium' };
}

function taintManagerEviction({ message }: Observation): Meaning {
  return message.startsWith('Cancelling')
    ? { condition: null, category: 'Node' }
    : { condition: 'TaintManagerEviction' };
}

/** Type Normal on the Node, and a Warning on each of its pods, which only repeats what the node's says. */
function nodeNotReady({ object }: Observation): Meaning {
  return object.kind === 'Node' ? { condition: 'NodeNotReady' } : { condition: 'NodeNotReady', atMost: 'low' };
}

function evictionThreshold({ message }: Observation): Meaning {
  if (message.includes('memory')) return { condition: 'MemoryPressure' };
  return { condition: message.includes('pid') ? 'PIDPressure' : 'DiskPressure' };
}

/** Comes with a reason of its own for the metric that could not be had, and repeats it in its message. */
function failedComputeMetrics({ message }: Observation): Meaning {
  if (message.includes('container resource')) return { condition: 'FailedGetContainerResourceMetric' };
  if (message.includes('pods metric')) return { condition: 'FailedGetPodsMetric' };
  if (message.includes('external metric')) return { condition: 'FailedGetExternalMetric' };
  return { condition: message.includes('object metric') ? 'FailedGetObjectMetric' : 'FailedGetResourceMetric' };
}

/** Argo CD's end of a sync: it says how it went in words. */
function operationCompleted({ message, type }: Observation): Meaning {
  const failure = type === 'Warning' || /\b(?:failed|error)\b/i.test(message);
  return failure ? { condition: 'SyncFailed' } : { condition: null, category: 'Application' };
}

/** ingress-nginx uses one reason for both. */
function reload({ type }: Observation): Meaning {
  return type === 'Warning' ? { condition: 'IngressReloadFailed' } : { condition: null, category: 'Network' };
}

/** The kubelet's own word for why a container is restarted. */
function killing({ object, message }: Observation): Meaning {
  if (message.includes('failed liveness probe') || message.includes('failed startup probe'))
    return { condition: 'Unhealthy' };
  return { condition: null, category: object.kind === 'Node' ? 'Node' : 'Application' };
}
