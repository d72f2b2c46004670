/** Images built for another processor or operating system than the node's: the pull finds no variant, or the kernel refuses to run it. */
import { text } from '../../../kit/fields.ts';
import type { Citation, Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case, NodeCase } from '../../case.ts';
import { cited, citeEvent, citeField, citeLine } from '../../cite.ts';
import {
  citeContainerSpec,
  containersOf,
  endedRuns,
  isRunning,
  type PodContainer,
  waitingOf,
} from '../../container-runs.ts';
import { homeNamespace } from '../../home-namespace.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { imageOf, pullFailures } from '../../pull-failure.ts';
import { isWrongPlatform } from './platform-words.ts';

const NOT_EXECUTABLE = 'exec format error';
/** The C library of recent distributions asks for newer processors than some nodes have. */
const TOO_OLD_PROCESSOR = 'cpu does not support x86-64-v';
const LONGEST = 2000;
const LAST_LINES = 50;

export const architecture: Analyzer = {
  name: 'architecture',
  causes: ['architecture-mismatch'],
  analyze(the) {
    const pull = failedPull(the);
    if (pull !== undefined) return [pull];
    const found = containersOf(the).flatMap((each) => refusedToRun(the, each) ?? []);
    const first = found[0] ?? toldByEvent(the);
    return first === undefined ? [] : [first];
  },
};

function failedPull(the: Case): Finding | undefined {
  const failure = pullFailures(the).find(({ words }) => isWrongPlatform(words));
  if (failure === undefined) return undefined;
  const user = containersOf(the).find(({ container }) => imageOf(container) === failure.image);
  const node = nodeOf(the, user);
  return {
    cause: 'architecture-mismatch',
    explanation: `Image ${failure.image} has no variant for the node’s platform${platformOf(node)}.`,
    confidence: 0.96,
    citations: cited(failure.citation, user && citeContainerSpec(user, 'image')),
    nextSteps: steps(failure.image, node),
    commands: commandsFor(the, failure.podName, node),
  };
}

function refusedToRun(the: Case, each: PodContainer): Finding | undefined {
  if (isRunning(each.container) && endedRuns(each.container).length === 0) return undefined;
  const said = wordsOf(each);
  if (said === undefined) return undefined;
  const node = nodeOf(the, each);
  const image = imageOf(each.container);
  const isOld = said.text.toLowerCase().includes(TOO_OLD_PROCESSOR);
  return {
    cause: 'architecture-mismatch',
    explanation: isOld
      ? `Image ${image} of container ${each.container.name} needs a newer processor than the node has${platformOf(node)}.`
      : `The node cannot execute the program of container ${each.container.name} (exec format error): image ${image} is built for another processor than the node’s${platformOf(node)}${scriptDoubt(said.text)}.`,
    confidence: isScript(said.text) ? 0.72 : 0.93,
    citations: cited(said, citeContainerSpec(each, 'image')),
    nextSteps: steps(image, node),
    commands: commandsFor(the, each.pod.ref.name, node),
  };
}

/** The runtime's words in the status, else the program's own last ones. */
function wordsOf({ pod, container }: PodContainer): Citation | undefined {
  for (const state of [waitingOf(container), ...endedRuns(container)]) {
    if (state === undefined || !isTelling(state.message)) continue;
    const citation = citeField(pod.status, [...state.path, 'message']);
    if (citation !== null) return citation;
  }
  for (const log of container.logs) {
    const line = log.lines.slice(-LAST_LINES).find(isTelling);
    if (line !== undefined) return citeLine(log, line);
  }
  return undefined;
}

function toldByEvent(the: Case): Finding | undefined {
  const event = the.events.find(({ reason, message }) => reason === 'Failed' && isTelling(message));
  if (event === undefined) return undefined;
  const known = containersOf(the).find(({ pod }) => pod.ref.name === event.object.name);
  if (known !== undefined && isRunning(known.container)) return undefined;
  const node = nodeOf(the, known);
  return {
    cause: 'architecture-mismatch',
    explanation: `The node cannot execute the program of pod ${event.object.name} (exec format error): its image is built for another processor than the node’s${platformOf(node)}${scriptDoubt(event.message)}.`,
    confidence: isScript(event.message) ? 0.7 : 0.9,
    citations: [citeEvent(event)],
    nextSteps: steps(known === undefined ? '' : imageOf(known.container), node),
    commands: commandsFor(the, event.object.name, node),
  };
}

function isTelling(line: string): boolean {
  const words = line.slice(0, LONGEST).toLowerCase();
  return words.includes(NOT_EXECUTABLE) || words.includes(TOO_OLD_PROCESSOR);
}

/** A script without a first line that names its interpreter is refused in the same words. */
function isScript(said: string): boolean {
  return /\.(?:sh|py|rb|pl|bash)\b/.test(said.slice(0, LONGEST));
}

function scriptDoubt(said: string): string {
  return isScript(said) ? ', or the script’s first line does not name an interpreter (#!)' : '';
}

function nodeOf(the: Case, each: PodContainer | undefined): NodeCase | undefined {
  const name = text(each?.pod.spec.value['nodeName']);
  return the.nodes.find((node) => node.name === name) ?? (name === '' ? the.nodes[0] : undefined);
}

function platformOf(node: NodeCase | undefined): string {
  const processor = text(node?.info['architecture'], 64);
  if (node === undefined || processor === '') return '';
  return `: ${node.name} is ${text(node.info['operatingSystem'], 64) || 'linux'}/${processor}`;
}

function steps(image: string, node: NodeCase | undefined): readonly string[] {
  const processor = text(node?.info['architecture'], 64) || 'the node’s processor';
  return [
    `Build and push ${image || 'the image'} for ${processor} too (docker buildx build --platform linux/amd64,linux/arm64)`,
    'Or select nodes that fit the image with nodeSelector kubernetes.io/arch',
  ];
}

function commandsFor(the: Case, pod: string, node: NodeCase | undefined): readonly string[] {
  return commandsOf(
    describeCommand({ kind: 'Pod', namespace: homeNamespace(the), name: pod }),
    node === undefined ? null : describeCommand({ kind: 'Node', namespace: '', name: node.name }),
    'kubectl get nodes -L kubernetes.io/arch',
  );
}
