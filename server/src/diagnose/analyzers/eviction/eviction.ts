/** Pods that kubelet evicted because their node ran short: the figures of its message say of what, and by whom. */
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { concerns, type Statement, statementsOf } from '../../statement.ts';
import { type Eviction, readEviction } from './eviction-message.ts';

export const eviction: Analyzer = {
  name: 'eviction',
  causes: ['node-pressure'],
  analyze(the) {
    const evicted = the.pods.find(({ status }) => status.value['reason'] === 'Evicted');
    if (evicted === undefined && !concerns(the, ['Evicted'])) return [];
    const said = statementsOf(the).filter(
      ({ about, says }) => about.kind === 'Pod' && readEviction(says) !== undefined,
    );
    const first = said.find(({ source }) => source !== 'tattle') ?? said[0];
    const read = first && readEviction(first.says);
    return first === undefined || read === undefined ? [] : [findingOf(read, first, the)];
  },
};

function findingOf(read: Eviction, { about, citation }: Statement, the: Case): Finding {
  const pod = the.pods.find(({ ref }) => ref.name === about.name);
  const request = pod && citeField(pod.spec, ['containers', read.container, 'resources', 'requests', read.resource]);
  const nodeName = pod?.spec.value['nodeName'];
  const onNode = typeof nodeName === 'string' ? nodeName : undefined;
  return {
    cause: 'node-pressure',
    explanation: `Pod ${about.name} was evicted because ${onNode === undefined ? 'its node' : `node ${onNode}`} was short of ${read.resource}${figures(read)}.`,
    confidence: 0.94,
    citations: cited(citation, request, pod && citeField(pod.status, ['reason'])),
    nextSteps: steps(read),
    commands: commandsOf(
      onNode === undefined ? null : describeCommand({ kind: 'Node', namespace: '', name: onNode }),
      describeCommand(about),
      'kubectl get pods -A --field-selector status.phase=Failed',
    ),
  };
}

function figures({ threshold, available, container, using, request }: Eviction): string {
  const node = threshold === '' ? '' : ` (${available} left, it evicts below ${threshold})`;
  const pod = container === '' ? '' : `; container ${container} was using ${using} and had requested ${request}`;
  return node + pod;
}

function steps({ resource, container, request }: Eviction): readonly string[] {
  const own = container === '' ? 'the pod' : `container ${container}`;
  const raise = `Raise the ${resource} request of ${own}${request === '' ? '' : ` (now ${request})`} to what it uses: those above their request are evicted first`;
  return resource === 'memory'
    ? [raise, 'Set a memory limit, so that a leak ends in its own container', 'Add a node, or move other pods away']
    : [
        raise,
        'Free space on the node: images, logs, emptyDir volumes',
        'Set ephemeral-storage limits, or use a volume for large files',
      ];
}
