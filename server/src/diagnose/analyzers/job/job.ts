/** Jobs that gave up: how often and with which exit codes their pods failed. Why they did, their logs say better. */
import { count, type Fields, fields, objects, text } from '../../../kit/fields.ts';
import type { Citation, Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case, PodCase } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { homeNamespace } from '../../home-namespace.ts';
import { commandsOf, describeCommand, isName } from '../../kubectl.ts';
import { concerns, type Statement, statementsOf } from '../../statement.ts';

const GIVEN_UP = ['BackoffLimitExceeded', 'PodFailurePolicy', 'FailedIndexes', 'MaxFailedIndexesExceeded', 'JobFailed'];

export const job: Analyzer = {
  name: 'job',
  causes: ['unknown'],
  analyze(the) {
    if (!concerns(the, GIVEN_UP)) return [];
    const said = statementsOf(the).find(({ reason, about }) => about.kind === 'Job' && GIVEN_UP.includes(reason));
    const end = the.pods.map(lastEnd).find((each) => each !== undefined);
    const status = the.objects.find(({ ref }) => ref.kind === 'Job');
    const citations = cited(said?.citation, end?.citation, status && citeField(status.spec, ['backoffLimit']));
    return citations.length === 0 ? [] : [findingOf(the, said, end, citations)];
  },
};

interface End {
  readonly pod: PodCase;
  readonly container: string;
  readonly exitCode: number;
  readonly reason: string;
  readonly citation: Citation | null;
}

function lastEnd(pod: PodCase): End | undefined {
  for (const list of ['initContainerStatuses', 'containerStatuses'] as const) {
    for (const status of objects(pod.status.value[list])) {
      const name = text(status['name'], 63);
      const at = ['state', 'lastState'].find((state) => failed(fields(fields(status[state])['terminated'])));
      if (at === undefined) continue;
      const terminated = fields(fields(status[at])['terminated']);
      return {
        pod,
        container: name,
        exitCode: Number(terminated['exitCode']),
        reason: text(terminated['reason'], 64),
        citation: citeField(pod.status, [list, name, at, 'terminated', 'exitCode']),
      };
    }
  }
  return undefined;
}

function failed({ exitCode }: Fields): boolean {
  return typeof exitCode === 'number' && exitCode !== 0;
}

function findingOf(
  the: Case,
  said: Statement | undefined,
  end: End | undefined,
  citations: readonly Citation[],
): Finding {
  const captured = the.objects.find(({ ref }) => ref.kind === 'Job');
  const name = said?.about.name ?? captured?.ref.name ?? the.incident.root.name;
  const limit = captured?.spec.value['backoffLimit'];
  const failures = count(captured?.status.value['failed']);
  const how =
    end === undefined
      ? ''
      : `; container ${end.container} ended with exit code ${end.exitCode}${end.reason === '' || end.reason === 'Error' ? '' : ` (${end.reason})`}`;
  const rule =
    said?.reason === 'PodFailurePolicy' ? ` by its failure policy: ${said.says.slice(0, 200).replace(/\.$/, '')}` : '';
  return {
    cause: 'unknown',
    explanation: `Job ${name} gave up${rule}${failures > 0 ? ` after ${failures} failed ${failures === 1 ? 'pod' : 'pods'}` : ''}${typeof limit === 'number' ? ` (backoffLimit ${limit})` : ''}${how}.`,
    confidence: 0.4,
    citations,
    nextSteps: [
      'Read the log of the last pod that failed, if it is still there',
      'Run the job once more by hand, to see whether the failure is a lasting one',
    ],
    commands: commandsOf(
      describeCommand({ kind: 'Job', namespace: homeNamespace(the), name }),
      end === undefined || !isName(end.pod.ref.name) || !isName(end.container) || !isName(end.pod.ref.namespace)
        ? null
        : `kubectl -n ${end.pod.ref.namespace} logs ${end.pod.ref.name} -c ${end.container}`,
    ),
  };
}
