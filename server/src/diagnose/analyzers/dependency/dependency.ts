/** What the program calls and cannot reach: no answer, no address for the name, or no trust in the certificate. */
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import { getCommand, isName } from '../../kubectl.ts';
import { addressText, isLoopback } from '../../log-address.ts';
import { type Verdict, verdictsOn } from '../../log-verdict.ts';
import { fate, findingOf, quoted, whose } from '../../telling.ts';

export const dependency: Analyzer = {
  name: 'dependency',
  causes: ['dependency-unreachable', 'dns-failure', 'tls-failure'],
  analyze: (the) => [
    ...verdictsOn(the, ['dependency-unreachable']).map(unreachable),
    ...verdictsOn(the, ['dns-failure']).map(unresolved),
    ...verdictsOn(the, ['tls-failure']).map(untrusted),
  ],
};

const HOW: Readonly<Record<string, string>> = {
  refused: 'refuses the connection or has no route to it',
  timeout: 'does not answer in time',
  reset: 'broke the connection off',
  'no-server': 'cannot be reached',
  'upstream-error': 'answers with a 5xx error',
};

function unreachable(verdict: Verdict): Finding {
  const { dependency: other, kind, run, words } = verdict;
  const address = other === undefined ? 'a service that it needs' : addressText(other);
  const isOwn = other !== undefined && isLoopback(other.host);
  const note = isOwn
    ? ` ${address} is the pod itself: nothing listens there, or the address was left at its default.`
    : '';
  return findingOf(verdict, {
    explanation: `${whose(verdict)} ${fate(run)}: ${address} ${HOW[kind] ?? 'cannot be reached'}.${note} It said: "${quoted(words)}".`,
    nextSteps: isOwn
      ? [
          `Give container ${run.container.name} the address of the real service instead of ${address}, or check the sidecar that should listen there.`,
          'Compare its environment with the last working revision.',
        ]
      : [
          `Check that ${address} runs and has ready endpoints: pods, replicas, and the Service's selector and port.`,
          kind === 'timeout'
            ? `Check NetworkPolicies and firewalls between namespace ${run.pod.ref.namespace} and ${address}.`
            : `Check that the host and port that ${run.container.name} is given are right.`,
          `Let ${run.container.name} retry at start instead of ending, so that it comes back by itself.`,
        ],
    commands: [isOwn ? null : serviceCommand(verdict)],
  });
}

/** Names within the cluster tell their service and namespace. */
function serviceCommand({ dependency: other, run }: Verdict): string | null {
  const [service = '', namespace = run.pod.ref.namespace, kind = 'svc'] = other?.host.split('.') ?? [];
  const isInside =
    /[a-z]/.test(service) &&
    isName(service) &&
    isName(namespace) &&
    kind === 'svc' &&
    (other?.host.split('.').length ?? 9) <= 5;
  if (!isInside) return getCommand(run.pod.ref.namespace, 'endpoints,services');
  return getCommand(namespace, `service,endpoints ${service}`);
}

function unresolved(verdict: Verdict): Finding {
  const { run, subject, words } = verdict;
  const name = subject === '' ? 'a host name' : `the name ${subject}`;
  const isTemporary = /EAI_AGAIN|emporary failure|ry again|i\/o timeout|SERVFAIL|misbehaving/.test(words);
  return findingOf(verdict, {
    explanation: `${whose(verdict)} ${fate(run)}: ${name} could not be resolved${isTemporary ? '; the DNS server gave no answer' : ''}. It said: "${quoted(words)}".`,
    nextSteps: [
      isTemporary
        ? 'Check that the DNS of the cluster (CoreDNS in kube-system) runs and can be reached from this node.'
        : `Check the spelling of ${subject || 'the name'} and that a Service of that name exists in the namespace that is meant (name.namespace).`,
      'Check dnsPolicy of the pod, and that no NetworkPolicy keeps port 53 closed.',
    ],
    commands: [getCommand(run.pod.ref.namespace, 'services'), 'kubectl -n kube-system get pods -l k8s-app=kube-dns'],
  });
}

const TLS: Readonly<Record<string, readonly [string, string]>> = {
  expired: [
    'the certificate has expired or is not valid yet',
    'Renew the certificate (cert-manager: look at the Certificate object) and check the clock of the node.',
  ],
  hostname: [
    'the certificate is not for the name that was called',
    'Call the service by a name that its certificate holds, or issue it for the name in use.',
  ],
  untrusted: [
    'the certificate is signed by nobody whom the program trusts',
    'Mount the CA that signed it into the container and point its trust settings to it.',
  ],
  'not-tls': [
    'one side speaks TLS and the other does not',
    'Check the scheme and port (https on a plain port, or the other way round) and the sslmode of the client.',
  ],
  'key-pair': [
    'its own certificate or key cannot be used',
    'Check that the Secret holds a PEM certificate and the key that belongs to it.',
  ],
  handshake: ['the TLS handshake failed', 'Compare TLS versions, ciphers and client certificates of both sides.'],
};

function untrusted(verdict: Verdict): Finding {
  const { dependency: other, kind, run, subject, words } = verdict;
  const [what, mend] = TLS[kind] ?? ['the TLS connection failed', 'Compare the TLS settings of both sides.'];
  const whom = subject || (other === undefined ? '' : addressText(other));
  return findingOf(verdict, {
    explanation: `${whose(verdict)} ${fate(run)}: ${what}${whom === '' ? '' : ` (${whom})`}. It said: "${quoted(words)}".`,
    nextSteps: [
      mend,
      `See what changed last: certificate, CA bundle, or the address that ${run.container.name} calls.`,
    ],
    commands: [getCommand(run.pod.ref.namespace, 'secrets')],
  });
}
