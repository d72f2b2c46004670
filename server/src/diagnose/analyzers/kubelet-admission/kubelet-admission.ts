/** Pods that a node refused after the scheduler had placed them there, or ended with its own shutdown. */
import { text } from '../../../kit/fields.ts';
import type { CauseCode, Citation } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { PodCase } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';

interface Meaning {
  readonly cause: CauseCode;
  readonly means: string;
  readonly nextSteps: readonly string[];
}

const NO_ROOM: Meaning = {
  cause: 'insufficient-resources',
  means: 'had not enough left of what the pod asks for',
  nextSteps: [
    'Delete the failed pod if its owner does not: it is not placed again',
    'Look for static pods or pods bound by hand, which the scheduler does not count',
  ],
};
const SHUTDOWN: Meaning = {
  cause: 'node-lost',
  means: 'shut down and ended the pod',
  nextSteps: [
    'Find out why the machine went down: an upgrade, a spot reclaim, a fault',
    'Check that the owner has made the pod anew elsewhere',
  ],
};
const NOT_ALLOWED: Meaning = {
  cause: 'admission-refused',
  means: 'does not allow what the pod asks for',
  nextSteps: ['Remove the sysctl, profile or setting that the message names from the pod, or allow it on the kubelet'],
};
const MISPLACED: Meaning = {
  cause: 'node-affinity',
  means: 'does not fit the node selector or affinity of the pod any more',
  nextSteps: ['Check whether labels of the node were changed', 'Delete the failed pod, so that it is placed anew'],
};

/** `status.reason` of a pod that failed before its containers were made, or with its node. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  [
    'UnexpectedAdmissionError',
    {
      ...NO_ROOM,
      means: 'could not give the devices or CPUs that the pod asks for',
      nextSteps: ['Check the device plugin on the node, and whether its devices are healthy', ...NO_ROOM.nextSteps],
    },
  ],
  ['TopologyAffinityError', { ...NO_ROOM, means: 'could not give the resources on one NUMA node (topology manager)' }],
  ['ResourceAllocationFailed', NO_ROOM],
  ['NodeAffinity', MISPLACED],
  ['MatchNodeSelector', MISPLACED],
  ['NodeShutdown', SHUTDOWN],
  ['Shutdown', SHUTDOWN],
  ['Terminated', SHUTDOWN],
  ['NodeLost', { ...SHUTDOWN, means: 'was lost with the pod on it' }],
  ['SysctlForbidden', NOT_ALLOWED],
  ['AppArmor', NOT_ALLOWED],
  ['PodOSNotSupported', NOT_ALLOWED],
  ['PodOSSelectorNodeLabelDoesNotMatch', NOT_ALLOWED],
  ['PodFeatureUnsupported', NOT_ALLOWED],
  [
    'NodePorts',
    {
      cause: 'port-in-use',
      means: 'has another pod on the host port that the pod asks for',
      nextSteps: ['Find the pod that holds the host port on this node', 'Replace hostPort by a Service'],
    },
  ],
]);

export const kubeletAdmission: Analyzer = {
  name: 'kubelet-admission',
  causes: ['insufficient-resources', 'node-affinity', 'node-lost', 'admission-refused', 'port-in-use'],
  analyze(the) {
    for (const pod of the.pods) {
      const reason = text(pod.status.value['reason'], 128);
      const meaning = pod.status.value['phase'] === 'Failed' ? meaningOf(reason) : undefined;
      if (meaning === undefined) continue;
      return [
        {
          cause: meaning.cause,
          explanation: explanationOf(pod, reason, meaning),
          confidence: 0.92,
          citations: citations(pod),
          nextSteps: meaning.nextSteps,
          commands: commandsOf(
            describeCommand(pod.ref),
            describeCommand({ kind: 'Node', namespace: '', name: nodeOf(pod) }),
          ),
        },
      ];
    }
    return [];
  },
};

/** `OutOfcpu`, `OutOfnvidia.com/gpu`: the resource stands in the reason. */
function meaningOf(reason: string): Meaning | undefined {
  return MEANINGS.get(reason) ?? (reason.startsWith('OutOf') ? NO_ROOM : undefined);
}

function nodeOf({ spec }: PodCase): string {
  return text(spec.value['nodeName'], 253);
}

function explanationOf(pod: PodCase, reason: string, { means }: Meaning): string {
  const message = text(pod.status.value['message'], 300).trim().replace(/\.$/, '');
  return `Node ${nodeOf(pod) || 'of the pod'} ${means}: pod ${pod.ref.name} failed with ${reason}${message === '' ? '' : ` (${message})`}.`;
}

function citations({ status }: PodCase): readonly Citation[] {
  return cited(citeField(status, ['message']), citeField(status, ['reason']));
}
