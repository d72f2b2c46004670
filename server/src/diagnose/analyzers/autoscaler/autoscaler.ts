/** HorizontalPodAutoscalers that cannot work out or set a scale, mostly because no metrics come. */
import { fields, objects, text } from '../../../kit/fields.ts';
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import { cited, citeField } from '../../cite.ts';
import { commandsOf, describeCommand, getCommand } from '../../kubectl.ts';
import { type Statement, statementsOf } from '../../statement.ts';
import { METRIC_TROUBLES } from './metric-troubles.ts';
import type { ObjectCase } from '../../case.ts';

/** Told while everything is as it should be: a limit was reached, a target was scaled to nothing on purpose. */
const INTENDED = [
  'ScalingDisabled',
  'BackoffBoth',
  'BackoffDownscale',
  'BackoffUpscale',
  'ReadyForNewScale',
  'TooFewReplicas',
  'TooManyReplicas',
  'DesiredWithinRange',
  'ScaleDownStabilized',
  'ValidMetricFound',
  'SucceededGetScale',
  'SucceededRescale',
  'SuccessfulRescale',
];

export const autoscaler: Analyzer = {
  name: 'autoscaler',
  causes: ['metrics-unavailable'],
  analyze(the) {
    const isAbout =
      the.incident.root.kind === 'HorizontalPodAutoscaler' || the.incident.subject.kind === 'HorizontalPodAutoscaler';
    const said = statementsOf(the).filter(
      ({ about, reason }) => about.kind === 'HorizontalPodAutoscaler' && !INTENDED.includes(reason),
    );
    const captured = the.objects.find(({ ref }) => ref.kind === 'HorizontalPodAutoscaler');
    if (!isAbout || said.length === 0 || isFine(captured)) return [];
    for (const trouble of METRIC_TROUBLES) {
      const first = said.find(({ reason, says }) => trouble.reads(reason, says));
      if (first === undefined) continue;
      const target = targetOf(captured);
      const told = trouble.explain(first.says, first.about.name, target);
      return [{ cause: 'metrics-unavailable', ...told, ...standing(first, said, captured) }];
    }
    return [];
  },
};

/** Both of its conditions that matter say that all is well by now. */
function isFine(captured: ObjectCase | undefined): boolean {
  const conditions = objects(captured?.status.value['conditions']);
  const matters = conditions.filter(({ type }) => type === 'AbleToScale' || type === 'ScalingActive');
  return matters.length === 2 && matters.every(({ status }) => status === 'True');
}

function targetOf(captured: ObjectCase | undefined): string {
  const { kind, name } = fields(captured?.spec.value['scaleTargetRef']);
  return name === undefined ? 'its target' : `${text(kind, 63)} ${text(name, 253)}`;
}

function standing(
  first: Statement,
  said: readonly Statement[],
  captured: ObjectCase | undefined,
): Pick<Finding, 'citations' | 'commands'> {
  return {
    citations: cited(
      first.citation,
      said.find(({ from }) => from === 'status' && from !== first.from)?.citation,
      captured && citeField(captured.spec, ['scaleTargetRef']),
    ),
    commands: commandsOf(
      describeCommand(first.about),
      'kubectl get apiservices v1beta1.metrics.k8s.io',
      getCommand(first.about.namespace, 'pods'),
    ),
  };
}
