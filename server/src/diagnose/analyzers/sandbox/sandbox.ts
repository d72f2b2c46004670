/** Pods that get no network: no address left for them, or a network plugin that does not answer. */
import type { CauseCode, Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { homeNamespace } from '../../home-namespace.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { text } from '../../../kit/fields.ts';
import { podTroubles } from '../../pod-trouble.ts';
import type { Statement } from '../../statement.ts';

interface Reading {
  readonly words: readonly string[];
  readonly cause: CauseCode;
  readonly because: string;
  readonly confidence: number;
  readonly nextSteps: readonly string[];
}

const READINGS: readonly Reading[] = [
  {
    words: [
      'no ip addresses available',
      'no available ip',
      'failed to assign an ip address',
      'insufficientfreeaddressesinsubnet',
      'not enough free ip',
      'no more free ip',
      'range is full',
      'failed to allocate ip',
      'ran out of ip',
      'out of ip addresses',
      'no free ip',
    ],
    cause: 'insufficient-resources',
    because: 'the network plugin has no free address for it',
    confidence: 0.85,
    nextSteps: [
      'Free addresses: delete pods that are done, or move pods to nodes whose range has room',
      'Look for leaked allocations of the network plugin on the node (such as /var/lib/cni/networks)',
      'Give the node or subnet a larger range',
    ],
  },
  {
    words: [
      'connection refused',
      'cilium.sock',
      'calico/node container is running',
      'i/o timeout',
      'unable to connect to',
      'is the agent running',
    ],
    cause: 'dependency-unreachable',
    because: 'the network plugin does not reach its own agent',
    confidence: 0.75,
    nextSteps: [
      'Check the pods of the network plugin (such as aws-node, calico-node, cilium) on this node, and their logs',
      'Restart the agent on this node if it hangs',
    ],
  },
];

export const sandbox: Analyzer = {
  name: 'sandbox',
  causes: ['insufficient-resources', 'dependency-unreachable'],
  analyze(the) {
    for (const trouble of podTroubles(the)) {
      if (trouble.reason !== 'FailedCreatePodSandBox') continue;
      const words = trouble.says.toLowerCase();
      const reading = isAboutNetwork(words)
        ? READINGS.find((each) => each.words.some((word) => words.includes(word)))
        : undefined;
      if (reading !== undefined) return [finding(the, trouble, reading)];
    }
    return [];
  },
};

function isAboutNetwork(words: string): boolean {
  return (
    ['network', 'cni', 'plugin type', 'ip address'].some((word) => words.includes(word)) &&
    !words.includes('sandbox image')
  );
}

function finding(the: Case, trouble: Statement, reading: Reading): Finding {
  const pod = the.pods.find(({ ref }) => ref.name === trouble.about.name);
  const node = text(pod?.spec.value['nodeName'], 253);
  return {
    cause: reading.cause,
    explanation: `Pod ${trouble.about.name} gets no network${node === '' ? '' : ` on node ${node}`}: ${reading.because}.`,
    confidence: reading.confidence,
    citations: cited(trouble.citation, pod && citeField(pod.spec, ['nodeName'])),
    nextSteps: reading.nextSteps,
    commands: commandsOf(
      describeCommand({ kind: 'Pod', namespace: homeNamespace(the), name: trouble.about.name }),
      node === '' ? null : describeCommand({ kind: 'Node', namespace: '', name: node }),
      'kubectl -n kube-system get pods -o wide',
    ),
  };
}
