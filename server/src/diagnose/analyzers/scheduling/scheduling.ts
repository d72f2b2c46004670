/** Pods that the scheduler finds no node for: what rules out the most nodes, with the figures and names behind it. */
import { text } from '../../../kit/fields.ts';
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case } from '../../case.ts';
import { cited } from '../../cite.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import type { Exclusion, Obstacle } from '../../scheduler-message.ts';
import { type Statement, statementsOf } from '../../statement.ts';
import { type UnscheduledPod, unscheduledPod } from '../../unscheduled-pod.ts';
import { explainAffinity } from './affinity.ts';
import type { Explained } from './explained.ts';
import { explainPort } from './host-port.ts';
import { unseenByScheduler } from './no-scheduler.ts';
import { explainResources } from './resources.ts';
import { explainTaint } from './taints.ts';
import { explainTopology } from './topology.ts';

/** Unbound, missing and shared volumes are told by what their claims say. */
const EXPLAINERS: Partial<
  Record<Obstacle, (waiting: UnscheduledPod, exclusions: readonly Exclusion[], the: Case) => Explained>
> = {
  'control-plane-taint': explainTaint,
  taint: explainTaint,
  cordoned: explainTaint,
  'lost-node': explainTaint,
  'node-pressure': explainTaint,
  'node-affinity': explainAffinity,
  'host-port': explainPort,
  resources: explainResources,
  'volume-limit': explainResources,
  'volume-zone': explainTopology,
  spread: explainTopology,
  'pod-affinity': explainTopology,
};

const LEADING = 0.95;
const BESIDE = 0.6;

export const scheduling: Analyzer = {
  name: 'scheduling',
  causes: [
    'insufficient-resources',
    'node-affinity',
    'taint',
    'topology',
    'port-in-use',
    'node-lost',
    'node-pressure',
    'missing-reference',
    'unknown',
  ],
  analyze(the) {
    const waiting = unscheduledPod(the);
    if (waiting === undefined) return unseenByScheduler(the);
    const findings: Finding[] = [];
    for (const exclusion of waiting.refusal.exclusions) {
      const finding = findingOf(exclusion, waiting, the);
      if (finding !== undefined && !findings.some(({ cause }) => cause === finding.cause)) findings.push(finding);
    }
    return findings.filter(({ confidence }) => confidence >= 0.5);
  },
};

function findingOf(exclusion: Exclusion, waiting: UnscheduledPod, the: Case): Finding | undefined {
  const explain = EXPLAINERS[exclusion.obstacle];
  if (explain === undefined) return undefined;
  const { exclusions } = waiting.refusal;
  const alike = exclusions.filter(({ obstacle }) => obstacle === exclusion.obstacle);
  const explained = explain(waiting, alike, the);
  const others = exclusions.filter(({ obstacle }) => obstacle !== exclusion.obstacle);
  const unhelped = autoscalerWord(the);
  return {
    cause: explained.cause,
    explanation: [
      explained.explanation,
      besides(others),
      unhelped === undefined ? '' : `The autoscaler added no node: ${shortened(unhelped.says)}`,
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    confidence: waiting.certainty * (exclusion === exclusions[0] ? LEADING : BESIDE),
    citations: cited(waiting.said[0]?.citation, ...explained.citations, unhelped?.citation).slice(0, 4),
    nextSteps: explained.nextSteps.slice(0, 4),
    commands: commandsOf(describeCommand(waiting.ref), ...explained.commands).slice(0, 3),
  };
}

function besides(others: readonly Exclusion[]): string {
  if (others.length === 0) return '';
  const told = others.slice(0, 4).map(({ nodes, reason }) => `${nodes} ${text(reason, 160)}`);
  return `Of the other nodes: ${told.join(', ')}.`;
}

/** Why a cluster autoscaler or Karpenter did not help. */
function autoscalerWord(the: Case): Statement | undefined {
  return statementsOf(the).find(
    ({ reason, source, says }) =>
      reason === 'NotTriggerScaleUp' || (reason === 'FailedScheduling' && source === 'karpenter' && says !== ''),
  );
}

function shortened(says: string): string {
  const why = says.replace(/^pod didn't trigger scale-up[^:]{0,80}: /, '').trim();
  return `${why.slice(0, 200).replace(/\.$/, '')}.`;
}
