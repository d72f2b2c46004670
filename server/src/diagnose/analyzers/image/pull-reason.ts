/** Why a pull failed, from the words of registries and runtimes: containerd, CRI-O and dockershim say it each in its own way. */

export interface PullReason {
  /** Completes “Image x cannot be pulled: …”. */
  readonly because: string;
  readonly nextSteps: readonly string[];
  /** A pull secret may be what is missing: registries hide from strangers what they have. */
  readonly isAboutAccess?: true;
}

interface Reading extends PullReason {
  readonly words: readonly string[];
}

const CREDENTIALS = 'Check that an imagePullSecret for this registry is named by the pod or its service account';

/** In this order: a later reading's words also occur in what an earlier one is about. */
const READINGS: readonly Reading[] = [
  {
    because: 'the node has no disk space left to unpack it',
    words: ['no space left on device', 'disk quota exceeded'],
    nextSteps: ['Free the disk of the image store on the node, or move the pod to another node'],
  },
  {
    because: 'the registry limits the rate of pulls (too many requests)',
    words: ['toomanyrequests', 'too many requests', 'pull rate limit', 'rate exceeded', 'ratelimit', ' 429'],
    nextSteps: [
      'Wait until the limit is over, and pull with credentials: anonymous pulls are limited the most',
      'Use a pull-through cache or a mirror, and imagePullPolicy IfNotPresent with a fixed tag',
    ],
  },
  {
    because: 'the kubelet itself limits its pulls (registryPullQPS)',
    words: ['pull qps exceeded'],
    nextSteps: ['Wait: the kubelet tries again', 'Raise registryPullQPS and registryBurst if it happens often'],
  },
  {
    because: 'its signature is missing or not valid for the policy of the node',
    words: ['signature', 'source image rejected', 'rejected by policy', 'cosign', 'image policy'],
    nextSteps: ['Sign the image, or correct the signature policy (/etc/containers/policy.json) of the nodes'],
  },
  {
    because: 'the registry’s TLS certificate is not trusted, or it does not speak TLS',
    words: [
      'x509',
      'certificate',
      'server gave http response to https client',
      'tls: ',
      'first record does not look like a tls handshake',
    ],
    nextSteps: [
      'Install the registry’s certificate authority on the nodes, or renew the registry’s certificate',
      'Configure a registry that speaks plain HTTP as insecure in the container runtime',
    ],
  },
  {
    because: 'the name of the registry cannot be resolved',
    words: [
      'no such host',
      'temporary failure in name resolution',
      'server misbehaving',
      'name or service not known',
      'dial tcp: lookup ',
    ],
    nextSteps: ['Correct the registry’s host name in the image reference', 'Check the DNS of the node'],
  },
  {
    because: 'it does not exist there, or the registry wants credentials that are allowed to pull it',
    isAboutAccess: true,
    words: [
      'repository does not exist or may require',
      'insufficient_scope',
      'requested access to the resource is denied',
    ],
    nextSteps: ['Check that the repository is spelled correctly and exists', CREDENTIALS],
  },
  {
    because: 'the registry refuses it: authentication is required, or access is denied',
    isAboutAccess: true,
    words: [
      'unauthorized',
      'authentication required',
      'forbidden',
      'denied',
      'no basic auth credentials',
      'authorization failed',
      'failed to authorize',
      'oauth token',
      'anonymous token',
      'incorrect username or password',
      'invalid username/password',
      'authorization token has expired',
      'does not have the proper auth',
      'error getting credentials',
      'unable to retrieve auth token',
    ],
    nextSteps: [CREDENTIALS, 'Check that the credentials in it are still valid and may read this repository'],
  },
  {
    because: 'the registry does not know the repository',
    isAboutAccess: true,
    words: ['name unknown', 'name_unknown', 'repository not found', 'repository name not known'],
    nextSteps: ['Correct the repository in the image reference, or push the image there'],
  },
  {
    because: 'the registry does not have this tag or digest',
    isAboutAccess: true,
    words: ['manifest unknown', 'manifest_unknown', 'manifest for', 'not found', 'notfound', 'does not exist'],
    nextSteps: ['Correct the tag, or push the image under this tag', 'List the tags that the registry has'],
  },
  {
    because: 'its format is one that the container runtime does not read',
    words: [
      'unsupported media type',
      'schema 1',
      'schema version 1',
      'unsupported schema',
      'invalid media type',
      'mediatype',
    ],
    nextSteps: ['Push the image again with a current builder (OCI, or Docker manifest version 2 schema 2)'],
  },
  {
    because: 'what was downloaded does not match what the registry promised',
    words: [
      'failed size validation',
      'unexpected commit digest',
      'digest mismatch',
      'invalid checksum',
      'unexpected eof',
    ],
    nextSteps: [
      'Check proxies and mirrors between node and registry',
      'Push the image again if it fails on every node',
    ],
  },
  {
    because: 'the registry cannot be reached from the node',
    words: [
      'connection refused',
      'i/o timeout',
      'deadline exceeded',
      'deadlineexceeded',
      'handshake timeout',
      'client.timeout',
      'no route to host',
      'network is unreachable',
      'connection reset',
      'request canceled',
      'proxyconnect',
      'broken pipe',
      'connection timed out',
      'eof',
    ],
    nextSteps: ['Check that the node reaches the registry: firewall, proxy, egress rules, the registry’s own state'],
  },
  {
    because: 'the registry answers with an error of its own',
    words: ['internal server error', 'bad gateway', 'service unavailable', 'gateway timeout', ' 500', ' 502', ' 503'],
    nextSteps: ['Check the registry’s state; the kubelet goes on trying'],
  },
];

const BY_REASON: ReadonlyMap<string, PullReason> = new Map([
  [
    'ErrImageNeverPull',
    {
      because: 'it is not on the node, and imagePullPolicy Never forbids to pull it',
      nextSteps: ['Set imagePullPolicy to IfNotPresent, or load the image on every node that may run the pod'],
    },
  ],
  [
    'InvalidImageName',
    {
      because: 'its name is not a valid image reference',
      nextSteps: ['Correct the image reference: lower case, no spaces, no scheme such as https://, one tag'],
    },
  ],
  [
    'SignatureValidationFailed',
    {
      because: 'its signature is missing or not valid for the policy of the node',
      nextSteps: ['Sign the image, or correct the signature policy of the nodes'],
    },
  ],
  [
    'RegistryUnavailable',
    {
      because: 'the registry cannot be reached from the node',
      nextSteps: ['Check that the node reaches the registry, and the registry’s own state'],
    },
  ],
]);

const INVALID = ['invalid reference format', "couldn't parse image", 'must be lowercase', 'invalid image name'];

/** `words` are in lower case and without the image's name. Undefined where they do not say why. */
export function pullReason(reason: string, words: string): PullReason | undefined {
  const told = BY_REASON.get(INVALID.some((word) => words.includes(word)) ? 'InvalidImageName' : reason);
  return told ?? READINGS.find((reading) => reading.words.some((word) => words.includes(word)));
}
