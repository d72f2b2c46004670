/** The simulated cluster: four nodes of different age and runtime in two zones, and what all its controllers share. */
import { uidOf, type Fields, type KubeObject } from './kube-object.ts';
import { Recorder } from './recorder.ts';

const DAY = 86_400;

export interface NodeTraits {
  readonly name: string;
  readonly zone: string;
  readonly kubelet: string;
  readonly runtime: string;
  readonly address: string;
  readonly arch?: 'amd64' | 'arm64';
  readonly labels?: Record<string, string>;
  readonly taints?: readonly Fields[];
}

/** Control plane 1.36; kubelets lag behind it by up to three minor versions, as the skew policy allows. */
export const NODES: readonly NodeTraits[] = [
  { name: 'node-a1', zone: 'a', kubelet: 'v1.36.2', runtime: 'containerd://2.1.4', address: '10.20.1.11' },
  { name: 'node-a2', zone: 'a', kubelet: 'v1.34.3', runtime: 'containerd://2.0.5', address: '10.20.1.12' },
  {
    name: 'node-b1',
    zone: 'b',
    kubelet: 'v1.33.6',
    runtime: 'containerd://1.7.27',
    address: '10.20.2.11',
    labels: { pool: 'batch' },
    taints: [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }],
  },
  { name: 'node-b2', zone: 'b', kubelet: 'v1.34.3', runtime: 'cri-o://1.34.1', address: '10.20.2.12' },
];

export class World {
  readonly recorder = new Recorder();
  readonly nodes = new Map<string, KubeObject>();
  readonly #watchers: ((namespace: string) => void)[] = [];
  #addresses = 10;

  constructor() {
    const { recorder } = this;
    recorder.at(-3 * DAY, () => {
      for (const name of ['default', 'kube-system']) this.#namespace(name);
      for (const traits of NODES) this.nodes.set(traits.name, this.#node(traits));
    });
  }

  #namespace(name: string): void {
    this.recorder.create({
      kind: 'Namespace',
      name,
      labels: { 'kubernetes.io/metadata.name': name },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  }

  /** A namespace and what happens in it from then on. */
  namespace(name: string, begin: number, act: () => void): void {
    this.recorder.at(begin, () => {
      this.#namespace(name);
      this.recorder.after(0.2, act);
    });
  }

  onPodChange(watcher: (namespace: string) => void): void {
    this.#watchers.push(watcher);
  }

  podChanged(namespace: string): void {
    for (const watcher of this.#watchers) watcher(namespace);
  }

  podAddress(): string {
    this.#addresses += 1;
    return `10.244.${Math.floor(this.#addresses / 250)}.${this.#addresses % 250}`;
  }

  node(name: string): NodeTraits {
    const traits = NODES.find((node) => node.name === name);
    if (traits === undefined) throw new Error(`there is no node ${name}`);
    return traits;
  }

  #node({ name, zone, kubelet, runtime, address, arch = 'amd64', labels, taints }: NodeTraits): KubeObject {
    const condition = (type: string, status: string, reason: string, message: string) => ({
      type,
      status,
      lastHeartbeatTime: this.recorder.iso(-40),
      lastTransitionTime: this.recorder.iso(),
      reason,
      message,
    });
    const resources = { cpu: '4', 'ephemeral-storage': '61202244Ki', memory: '16374252Ki', pods: '110' };
    return this.recorder.create({
      kind: 'Node',
      name,
      labels: {
        'kubernetes.io/arch': arch,
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/region': 'north',
        'topology.kubernetes.io/zone': zone,
        ...labels,
      },
      spec: { podCIDR: `10.244.${zone === 'a' ? 1 : 2}.0/24`, ...(taints !== undefined && { taints }) },
      status: {
        capacity: resources,
        allocatable: { ...resources, cpu: '3920m', 'ephemeral-storage': '56403987978', memory: '15247852Ki' },
        conditions: [
          condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
          condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
          condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
          condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
        ],
        addresses: [
          { type: 'InternalIP', address },
          { type: 'Hostname', address: name },
        ],
        daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
        nodeInfo: {
          machineID: uidOf(`machine ${name}`).replaceAll('-', ''),
          systemUUID: uidOf(`system ${name}`),
          bootID: uidOf(`boot ${name}`),
          kernelVersion: '6.12.41',
          osImage: 'Debian GNU/Linux 13 (trixie)',
          containerRuntimeVersion: runtime,
          kubeletVersion: kubelet,
          kubeProxyVersion: '',
          operatingSystem: 'linux',
          architecture: arch,
        },
      },
    });
  }
}
