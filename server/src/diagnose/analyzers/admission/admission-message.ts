/** What the API server's refusals mean, by who refuses. */
import { getCommand } from '../../kubectl.ts';
import { callFailure } from './webhook-call.ts';

export interface Told {
  readonly cause: 'admission-refused' | 'missing-reference';
  readonly explanation: string;
  readonly confidence: number;
  readonly nextSteps: readonly string[];
  readonly commands: readonly (string | null)[];
}

type Reader = (says: string, namespace: string) => Told | undefined;

const WEBHOOKS = 'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations';

/** Undefined for a quota, which has an analyzer of its own, and for what is no refusal. */
export function readAdmission(says: string, namespace: string): Told | undefined {
  if (says.includes('exceeded quota: ') || says.includes('failed quota: ') || says.includes(' usage per '))
    return undefined;
  for (const read of READERS) {
    const told = read(says, namespace);
    if (told !== undefined) return told;
  }
  return undefined;
}

const brokenWebhook: Reader = (says) => {
  if (!says.includes('failed calling webhook') && !says.includes('failed to call webhook')) return undefined;
  const name = quotedAfter(says, 'webhook "') ?? '';
  const { why, step } = callFailure(says);
  return refusal(
    `No pod can be made because the admission webhook ${name} cannot be called: ${why}.`,
    0.95,
    [step, `Until it works: set failurePolicy Ignore on webhook ${name}, or exempt this namespace, if that is safe`],
    [WEBHOOKS],
  );
};

const deniedByWebhook: Reader = (says) => {
  const name = /admission webhook "([^"]{1,253})" denied the request/.exec(says)?.[1];
  if (name === undefined) return undefined;
  const why = after(says, 'denied the request');
  const policy = policyEngine(name, why);
  return refusal(
    `The admission webhook ${name}${policy} refuses the pods${why === '' ? ' without giving a reason' : `: ${why}`}.`,
    0.95,
    [
      'Change the pod template so that it fulfils what the webhook asks for',
      'Or ask the owners of the policy for an exception',
    ],
    [WEBHOOKS],
  );
};

function policyEngine(name: string, why: string): string {
  if (name.includes('gatekeeper')) return ' (OPA Gatekeeper)';
  if (name.includes('kyverno')) return ' (Kyverno)';
  return why.includes('[denied by ') ? ' (OPA Gatekeeper)' : '';
}

const deniedByPolicy: Reader = (says) => {
  const match = /ValidatingAdmissionPolicy '([^']{1,253})' with binding '([^']{1,253})' denied request/.exec(says);
  if (match === null) return undefined;
  return refusal(
    `The ValidatingAdmissionPolicy ${match[1]} (binding ${match[2]}) refuses the pods: ${after(says, 'denied request')}.`,
    0.95,
    ['Change the pod template so that it fulfils the policy', 'Or narrow the binding of the policy'],
    ['kubectl get validatingadmissionpolicies,validatingadmissionpolicybindings'],
  );
};

const podSecurity: Reader = (says, namespace) => {
  const match = /violates PodSecurity "([^"]{1,64})"/.exec(says);
  if (match === null) return undefined;
  return refusal(
    `Pod Security refuses the pods: namespace ${namespace} enforces ${match[1]}, and they break it: ${after(says, match[0])}.`,
    0.96,
    [
      'Set what the message asks for in the securityContext of the pod and its containers',
      `Or give namespace ${namespace} a laxer pod-security.kubernetes.io/enforce label, if the workload is to be trusted`,
    ],
    ['kubectl get namespaces -L pod-security.kubernetes.io/enforce'],
  );
};

const constraint: Reader = (says, namespace) => {
  const isOpenShift = says.includes('unable to validate against any security context constraint');
  if (!isOpenShift && !says.includes('PodSecurityPolicy: unable to')) return undefined;
  const what = isOpenShift ? 'security context constraint' : 'PodSecurityPolicy';
  return refusal(
    `No ${what} that the service account may use allows the pod: ${after(says, isOpenShift ? 'constraint' : 'PodSecurityPolicy')}.`,
    0.95,
    [
      'Change the securityContext of the pod so that one of them allows it',
      `Or let its service account use a fitting ${what}`,
    ],
    [
      isOpenShift ? 'kubectl get securitycontextconstraints' : 'kubectl get podsecuritypolicies',
      getCommand(namespace, 'serviceaccounts'),
    ],
  );
};

/** A pod that names something which must be there before it may be stored. */
const missing: Reader = (says, namespace) => {
  const account = /error looking up service account (?:[^\s:]{1,253}: )?serviceaccount "([^"]{1,253})" not found/.exec(
    says,
  )?.[1];
  if (account !== undefined)
    return lacking(`ServiceAccount ${account}`, `in namespace ${namespace}`, getCommand(namespace, 'serviceaccounts'));
  const priority = /no PriorityClass with name ([^\s"]{1,253}) was found/.exec(says)?.[1];
  if (priority !== undefined)
    return lacking(`PriorityClass ${priority}`, 'in the cluster', 'kubectl get priorityclasses');
  const runtime = /(?:RuntimeClass|runtimeclasses?\.node\.k8s\.io) "([^"]{1,253})" not found/i.exec(says)?.[1];
  return runtime === undefined
    ? undefined
    : lacking(`RuntimeClass ${runtime}`, 'in the cluster', 'kubectl get runtimeclasses');
};

function lacking(what: string, where: string, command: string | null): Told {
  return {
    cause: 'missing-reference',
    explanation: `The pods name the ${what}, which does not exist ${where}, so none can be made.`,
    confidence: 0.96,
    nextSteps: [`Create the ${what}, or correct its name in the pod template`],
    commands: [command],
  };
}

const terminating: Reader = (says, namespace) =>
  says.includes('because it is being terminated')
    ? refusal(
        `Namespace ${namespace} is being deleted, and nothing new may be made in it.`,
        0.9,
        ['Wait until the namespace is gone, and make it anew', 'Look what holds its deletion up, if it does not end'],
        ['kubectl get namespaces'],
      )
    : undefined;

const notAllowed: Reader = (says, namespace) => {
  const match = /User "([^"]{1,253})" cannot (\w{1,32}) resource "([^"]{1,128})"/.exec(says);
  if (match === null) return undefined;
  return refusal(
    `The API server does not let ${match[1]} ${match[2]} ${match[3]}${namespace === '' ? '' : ` in namespace ${namespace}`}.`,
    0.9,
    [`Give ${match[1]} a role that allows it`, 'Or find out who took the role away'],
    [getCommand(namespace, 'rolebindings -o wide')],
  );
};

const invalid: Reader = (says) => {
  if (!/ is invalid: |unable to parse|ValidationError|Unprocessable/.test(says)) return undefined;
  return refusal(
    `The API server refuses the object as invalid: ${after(says, 'is invalid')}.`,
    0.9,
    ['Correct the field that the message names in the template'],
    [],
  );
};

const forbidden: Reader = (says) => {
  if (!says.includes('is forbidden: ')) return undefined;
  return refusal(
    `The API server refuses the pods: ${after(says, 'is forbidden')}.`,
    0.85,
    ['Change the pod template so that it fulfils what the message asks for, or lift the rule'],
    [],
  );
};

const READERS: readonly Reader[] = [
  brokenWebhook,
  deniedByWebhook,
  deniedByPolicy,
  podSecurity,
  constraint,
  missing,
  terminating,
  notAllowed,
  invalid,
  forbidden,
];

function refusal(
  explanation: string,
  confidence: number,
  nextSteps: readonly string[],
  commands: readonly (string | null)[],
): Told {
  return { cause: 'admission-refused', explanation, confidence, nextSteps, commands };
}

function quotedAfter(says: string, words: string): string | undefined {
  const at = says.indexOf(words);
  return at < 0
    ? undefined
    : says
        .slice(at + words.length)
        .split('"', 1)[0]
        ?.slice(0, 253);
}

/** What stands behind some words, on one line and short enough to be read at night. */
function after(says: string, words: string): string {
  const rest = says.slice(says.indexOf(words) + words.length).replace(/\s{1,200}/g, ' ');
  return rest
    .replace(/^[\s:]{1,4}/, '')
    .trim()
    .slice(0, 300)
    .replace(/\.$/, '');
}
