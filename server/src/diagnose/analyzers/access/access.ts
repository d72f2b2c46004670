/** Who was not let in, and who may not do what they asked for: databases, brokers, clouds, the API server, files and ports. */
import { fields, text } from '../../../kit/fields.ts';
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case } from '../../case.ts';
import { citeField } from '../../cite.ts';
import { failedRuns } from '../../failed-runs.ts';
import { commandsOf, describeCommand, getCommand, isName } from '../../kubectl.ts';
import { addressIn, addressText } from '../../log-address.ts';
import { type Verdict, verdictsOn } from '../../log-verdict.ts';
import { statementsOf } from '../../statement.ts';
import { fate, findingOf, quoted, whose } from '../../telling.ts';

export const access: Analyzer = {
  name: 'access',
  causes: ['authentication-failed', 'permission-denied'],
  analyze(the) {
    const told = [
      ...verdictsOn(the, ['authentication-failed']).map(refused),
      ...verdictsOn(the, ['permission-denied']).map(denied),
    ];
    return told.length > 0 ? told : [...asRoot(the), ...toldByEvents(the)];
  },
};

function refused(verdict: Verdict): Finding {
  const { kind, run, subject, words } = verdict;
  const address = addressIn(words);
  const by = address === undefined ? '' : ` by ${addressText(address)}`;
  const who = subject === '' ? '' : ` as ${subject}`;
  const what: Record<string, string> = {
    database: `its login${who} was refused${by}`,
    broker: `its login${who} was refused${by}`,
    expired: `its credentials${who} have expired`,
    cloud: 'it has no valid cloud credentials',
    http: `its credentials were refused${by} (401)`,
  };
  return findingOf(verdict, {
    explanation: `${whose(verdict)} ${fate(run)}: ${what[kind] ?? `its credentials${who} were refused${by}`}. It said: "${quoted(words)}".`,
    nextSteps: [
      kind === 'expired'
        ? `Renew the credentials of container ${run.container.name} and restart it.`
        : `Check the user${subject === '' ? '' : ` ${subject}`} and the password, key or token that container ${run.container.name} is given, against what the server knows.`,
      'See whether the Secret behind it was rotated, and whether the pods were restarted since: variables from a Secret are read at start only.',
      kind === 'cloud'
        ? `Check the identity of service account ${accountOf(verdict)} (role annotation, workload identity, mounted keys).`
        : '',
    ],
    more: secretCitation(verdict),
    commands: [getCommand(run.pod.ref.namespace, 'secrets')],
  });
}

/** The variable that most likely holds what was refused, where it comes from a Secret. */
function secretCitation({ run: { pod, container } }: Verdict): readonly ReturnType<typeof citeField>[] {
  const entries = container.spec['env'];
  if (!Array.isArray(entries)) return [];
  const found = entries.map(fields).find((entry) => {
    const isSecret = fields(entry['valueFrom'])['secretKeyRef'] !== undefined;
    return isSecret && /PASS|TOKEN|KEY|SECRET|URL|DSN|CREDENTIAL/i.test(text(entry['name']));
  });
  if (found === undefined) return [];
  return [
    citeField(pod.spec, [
      container.init ? 'initContainers' : 'containers',
      container.name,
      'env',
      text(found['name']),
      'valueFrom',
    ]),
  ];
}

function accountOf({ run }: Verdict): string {
  return text(run.pod.spec.value['serviceAccountName']) || 'default';
}

function denied(verdict: Verdict): Finding {
  const { kind, run, subject, words } = verdict;
  const { name } = run.container;
  const said = `It said: "${quoted(words)}".`;
  const begin = `${whose(verdict)} ${fate(run)}: `;
  switch (kind) {
    case 'rbac':
      return findingOf(verdict, {
        explanation: `${begin}Kubernetes does not allow ${subject || 'its service account'} what it asked for. ${said}`,
        nextSteps: [
          `Bind a Role with the verb and resource that the line names to ${subject || `service account ${accountOf(verdict)}`}.`,
          `Check that the pod uses the service account that is meant (now: ${accountOf(verdict)}).`,
        ],
        more: [citeField(run.pod.spec, ['serviceAccountName'])],
        commands: [canCommand(run.pod.ref.namespace, subject), getCommand(run.pod.ref.namespace, 'rolebindings,roles')],
      });
    case 'low-port':
      return findingOf(verdict, {
        explanation: `${begin}it may not listen on port ${subject || 'below 1024'}: its user is not root and lacks NET_BIND_SERVICE. ${said}`,
        nextSteps: [
          `Let container ${name} listen on a port above 1023 and point the Service's targetPort to it.`,
          'Or add the capability NET_BIND_SERVICE to its securityContext.',
        ],
        more: userCitations(verdict),
      });
    case 'file':
      return findingOf(verdict, {
        explanation: `${begin}its user${userText(verdict)} may not use ${subject || 'a file'}. ${said}`,
        nextSteps: [
          subject === ''
            ? 'Find the file that the line names and who owns it.'
            : `Check who owns ${subject}, and set runAsUser or fsGroup of the pod to match, or mount a writable volume there.`,
          'Look at what changed in securityContext, image user and volume since it worked.',
        ],
        more: userCitations(verdict),
      });
    default:
      return findingOf(verdict, {
        explanation: `${begin}it is known but not allowed to do this${subject === '' ? '' : ` (${subject})`}. ${said}`,
        nextSteps: [
          `Grant the identity of container ${name}${kind === 'cloud' ? ` (service account ${accountOf(verdict)})` : ''} access to ${subject || 'what the line names'}.`,
          'See whether a policy, role or key changed since the last run that worked.',
        ],
      });
  }
}

function canCommand(namespace: string, subject: string): string | null {
  return isName(namespace) && isName(subject) ? `kubectl -n ${namespace} auth can-i --list --as=${subject}` : null;
}

function userCitations({ run: { pod, container } }: Verdict): readonly ReturnType<typeof citeField>[] {
  const list = container.init ? 'initContainers' : 'containers';
  return [
    citeField(pod.spec, [list, container.name, 'securityContext', 'runAsUser']),
    citeField(pod.spec, ['securityContext']),
  ];
}

function userText({ run: { pod, container } }: Verdict): string {
  const own = fields(container.spec['securityContext'])['runAsUser'];
  const user = text(own ?? fields(pod.spec.value['securityContext'])['runAsUser']);
  return user === '' ? '' : ` (runAsUser ${user})`;
}

/** The kubelet refuses to start an image that would run as root where the pod forbids it. */
function asRoot(the: Case): readonly Finding[] {
  const run = failedRuns(the).find(({ message }) => message.includes('runAsNonRoot'));
  if (run === undefined || run.messageCitation === null) return [];
  const { container, pod } = run;
  const isNamed = run.message.includes('non-numeric user');
  return [
    {
      cause: 'permission-denied',
      explanation: `${whose({ run, pods: 1 })} is not started: the pod demands runAsNonRoot, and the image ${isNamed ? 'names its user instead of giving a number, so that this cannot be checked' : 'would run as root'}.`,
      confidence: 0.9,
      citations: [run.messageCitation],
      nextSteps: [
        `Set securityContext.runAsUser of container ${container.name} to the number of a user that is not root (and that its files allow).`,
        'Or build the image with a numeric USER.',
      ],
      commands: commandsOf(describeCommand(pod.ref)),
    },
  ];
}

/** Controllers that may not do their work say so in events, where no pod has a log of it. */
function toldByEvents(the: Case): readonly Finding[] {
  const told = statementsOf(the).find(({ says }) => /is forbidden: User "/.test(says));
  if (told === undefined) return [];
  const user = /User "([^"]{1,300})"/.exec(told.says)?.[1] ?? '';
  return [
    {
      cause: 'permission-denied',
      explanation: `Kubernetes does not allow ${user || 'a controller'} what it asked for about ${told.about.kind} ${told.about.name}: "${quoted(told.says)}".`,
      confidence: 0.82,
      citations: [told.citation],
      nextSteps: [
        `Bind a Role with the verb and resource that the message names to ${user || 'that account'}.`,
        'See whether a RoleBinding was removed or renamed.',
      ],
      commands: commandsOf(canCommand(told.about.namespace, user), describeCommand(told.about)),
    },
  ];
}
