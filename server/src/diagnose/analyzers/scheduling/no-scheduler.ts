/** Pods that no scheduler has looked at: they name one that does not run. */
import { text } from '../../../kit/fields.ts';
import type { Finding } from '../../../model/diagnosis.ts';
import type { Case } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { concerns, statementsOf } from '../../statement.ts';
import { scheduledCondition } from '../../unscheduled-pod.ts';

export function unseenByScheduler(the: Case): readonly Finding[] {
  if (!concerns(the, ['FailedScheduling'])) return [];
  const pod = the.pods.find(
    ({ spec, status }) =>
      status.value['phase'] === 'Pending' &&
      text(spec.value['nodeName']) === '' &&
      scheduledCondition(status.value) === undefined,
  );
  if (pod === undefined) return [];
  const scheduler = text(pod.spec.value['schedulerName'], 253);
  // The default one serves everybody: where it is down, this pod is not to blame.
  const own = scheduler !== '' && scheduler !== 'default-scheduler';
  const said = statementsOf(the).find(({ says }) => says.includes('No scheduler has looked at the pod'));
  const citations = cited(citeField(pod.spec, ['schedulerName']), said?.citation, citeField(pod.status, ['phase']));
  return [
    {
      cause: own ? 'missing-reference' : 'unknown',
      explanation: own
        ? `Pod ${pod.ref.name} asks for the scheduler ${scheduler}, and no scheduler of that name has looked at it.`
        : `No scheduler has looked at pod ${pod.ref.name}: kube-scheduler seems not to run, or is far behind.`,
      confidence: own ? 0.85 : 0.6,
      citations,
      nextSteps: own
        ? [
            `Check that the scheduler ${scheduler} is installed and runs`,
            'Or remove schedulerName from the pod, so that the default scheduler takes it',
          ]
        : ['Check that kube-scheduler runs and holds its lease', 'Look whether other new pods wait, too'],
      commands: commandsOf(
        describeCommand(pod.ref),
        'kubectl -n kube-system get pods',
        'kubectl get leases -n kube-system',
      ),
    },
  ];
}
