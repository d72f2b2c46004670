/** A port that the program wants to listen on and that something else has: in its pod, or on its node. */
import { fields, objects, text } from '../../../kit/fields.ts';
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case } from '../../case.ts';
import { citeField } from '../../cite.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { type Verdict, verdictsOn } from '../../log-verdict.ts';
import { statementsOf } from '../../statement.ts';
import { fate, findingOf, quoted, whose } from '../../telling.ts';

export const port: Analyzer = {
  name: 'port',
  causes: ['port-in-use'],
  analyze(the) {
    const told = verdictsOn(the, ['port-in-use']).map(worded);
    return told.length > 0 ? told : toldByRuntime(the);
  },
};

function worded(verdict: Verdict): Finding {
  const { run, subject, words } = verdict;
  const { container, pod } = run;
  const wanted = subject === '' ? 'the port' : `port ${subject}`;
  const rivals = rivalsOf(verdict);
  const isOnNode = pod.spec.value['hostNetwork'] === true;
  const who =
    rivals.length > 0
      ? ` Container ${rivals.join(', ')} of the same pod declares it, and the containers of a pod share their ports.`
      : isOnNode
        ? ' The pod uses the network of its node (hostNetwork), so that any process there may have it.'
        : '';
  return findingOf(verdict, {
    explanation: `${whose(verdict)} ${fate(run)}: ${wanted} is taken already.${who} It said: "${quoted(words)}".`,
    nextSteps: [
      rivals.length > 0
        ? `Give container ${container.name} or ${rivals[0] ?? ''} another port.`
        : isOnNode
          ? `Find what listens on ${wanted} on node ${text(pod.spec.value['nodeName']) || 'of the pod'}, often an older copy of the same pod.`
          : `Look for a second process or container of the pod that listens on ${wanted}, a sidecar that was injected too.`,
      `Check whether ${container.name} starts its server twice, or a metrics port equals the main one.`,
    ],
    more: [
      isOnNode ? citeField(pod.spec, ['hostNetwork']) : null,
      ...rivals.slice(0, 1).map((name) => citeField(pod.spec, ['containers', name, 'ports'])),
    ],
  });
}

function rivalsOf({ run: { pod, container }, subject }: Verdict): readonly string[] {
  return objects(pod.spec.value['containers'])
    .filter((other) => other['name'] !== container.name)
    .filter((other) =>
      objects(other['ports']).some((each) => subject !== '' && text(each['containerPort']) === subject),
    )
    .map((other) => text(other['name'], 100));
}

/** Runtimes map host ports, and say so where one is taken. */
function toldByRuntime(the: Case): readonly Finding[] {
  const told = statementsOf(the).find(({ says }) =>
    /port is already allocated|(?:bind|listen)[^\n]{0,200}address already in use/i.test(says),
  );
  if (told === undefined || fields(the.pods[0]?.status.value)['phase'] === 'Succeeded') return [];
  return [
    {
      cause: 'port-in-use',
      explanation: `${told.about.kind} ${told.about.name} cannot be started: a port of the node that it asks for is taken. "${quoted(told.says)}".`,
      confidence: 0.88,
      citations: [told.citation],
      nextSteps: [
        'Find which process or pod on the node has the port, and move one of the two.',
        'Use a Service instead of hostPort where the node does not matter.',
      ],
      commands: commandsOf(describeCommand(told.about)),
    },
  ];
}
