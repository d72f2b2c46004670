/** What the message of a node's Ready condition means: kubelet names its own trouble, the node controller only its silence. */

interface Meaning {
  readonly words: readonly string[];
  readonly means: string;
  readonly step: string;
}

const MEANINGS: readonly Meaning[] = [
  {
    words: ['stopped posting node status', 'never posted node status'],
    means: 'its kubelet does not report any more; the machine, its network or its kubelet is down',
    step: 'Check that the machine runs and reaches the API server (console of the cloud or hypervisor, ping, ssh)',
  },
  {
    words: ['network plugin', 'networkpluginnotready', 'cni config', 'cni plugin not initialized'],
    means: 'its network plugin (CNI) is not ready',
    step: 'Look at the pod of the network plugin on this node, and at /etc/cni/net.d there',
  },
  {
    words: ['pleg is not healthy', 'pleg was last seen'],
    means: 'its kubelet cannot list the containers in time (PLEG), as the runtime hangs or the node is overloaded',
    step: 'Look at load, disk and container runtime of the node (`journalctl -u containerd`), and restart the runtime if it hangs',
  },
  {
    words: [
      'container runtime is down',
      'container runtime not ready',
      'runtime is not ready',
      'container runtime status check',
    ],
    means: 'its container runtime is down',
    step: 'Look at the container runtime on the node (`journalctl -u containerd` or `-u crio`), and restart it',
  },
  {
    words: ['node is shutting down', 'shutting down'],
    means: 'the machine is shutting down',
    step: 'Find out who stops the machine: an upgrade, an autoscaler or a spot reclaim',
  },
  {
    words: ['csinode', 'csi driver'],
    means: 'its storage driver (CSI) is not registered',
    step: 'Look at the pod of the CSI driver on this node',
  },
  {
    words: ['disk', 'no space left'],
    means: 'its disk is in trouble',
    step: 'Look at disk space and health of the node',
  },
];

export function whyNotReady(status: string, message: string): string {
  const known = meaningOf(message);
  const words = message.trim().slice(0, 200).replace(/\.$/, '');
  if (known !== undefined) return words === '' ? known.means : `${known.means} (${words})`;
  if (words !== '') return words;
  return status === 'Unknown' ? 'nothing is heard of its kubelet' : 'its kubelet gives no reason';
}

export function readinessSteps(name: string, status: string, message: string): readonly string[] {
  const known = meaningOf(message) ?? (status === 'Unknown' ? MEANINGS[0] : undefined);
  return [
    ...(known === undefined ? [] : [known.step]),
    `Read the log of the kubelet of ${name} (\`journalctl -u kubelet\`)`,
    `If ${name} does not come back, drain it or remove it, so that its pods are made elsewhere`,
  ];
}

/** Whether a message says what is wrong, beyond that something is. */
export function isExplained(message: string): boolean {
  return meaningOf(message) !== undefined;
}

function meaningOf(message: string): Meaning | undefined {
  const said = message.toLowerCase();
  return MEANINGS.find(({ words }) => words.some((word) => said.includes(word)));
}
