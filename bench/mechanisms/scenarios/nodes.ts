/** What nodes do to pods: a full disk, a volume that grew too large, one node where a port is taken. */
import type { Fields } from '../kube-object.ts';
import type { PodLike } from '../pod-plan.ts';
import { app, crashing, deploy, type Scenario } from '../scenario.ts';
import { daemonSet } from '../sets.ts';
import type { World } from '../world.ts';

const PRESSED = 'node-b2';
const PRESSED_AT = 200;

function pressDisk(world: World): void {
  const { recorder } = world;
  const node = world.nodes.get(PRESSED);
  if (node === undefined) return;
  const say = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    recorder.event(node, { type, reason, message, component: 'kubelet', host: PRESSED });
  recorder.at(PRESSED_AT, () => {
    const conditions = ((node.status?.['conditions'] ?? []) as Fields[]).map((each) =>
      each['type'] === 'DiskPressure'
        ? {
            ...each,
            status: 'True',
            lastHeartbeatTime: recorder.iso(),
            lastTransitionTime: recorder.iso(),
            reason: 'KubeletHasDiskPressure',
            message: 'kubelet has disk pressure',
          }
        : { ...each, lastHeartbeatTime: recorder.iso() },
    );
    node.status = { ...node.status, conditions };
    recorder.update(node);
    say('Normal', 'NodeHasDiskPressure', `Node ${PRESSED} status is now: NodeHasDiskPressure`);
    recorder.after(0.1, () => {
      node.spec = {
        ...node.spec,
        taints: [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule', timeAdded: recorder.iso() }],
      };
      recorder.update(node);
    });
  });
  for (const [index, at] of [201.2, 212.4, 224.1].entries()) {
    recorder.at(at, () => {
      say('Warning', 'EvictionThresholdMet', 'Attempting to reclaim ephemeral-storage');
      if (index === 0)
        say(
          'Warning',
          'FreeDiskSpaceFailed',
          'Failed to garbage collect required amount of images. Attempted to free 5120163840 bytes, but only found 0 bytes eligible to free.',
        );
    });
  }
}

function lowOn(available: string, container: string, using: string): string {
  return `The node was low on resource: ephemeral-storage. Threshold quantity: 6267109776, available: ${available}. Container ${container} was using ${using}, request is 0, has larger consumption of ephemeral-storage. `;
}

export const nodes: readonly Scenario[] = [
  {
    truth: {
      namespace: '',
      title: 'the disk of a node runs full, and its kubelet evicts pods',
      kind: 'Node',
      name: PRESSED,
      condition: 'DiskPressure',
      cause: 'node-pressure',
      must_cite: ['DiskPressure'],
      severity: 'critical',
      fix: 'free disk space on node-b2: find what archive/compactor writes',
    },
    begin: -1,
    act: (world) => pressDisk(world),
  },
  {
    truth: { namespace: 'archive', title: 'two pods evicted by that node, and replaced elsewhere', none: true },
    begin: -600,
    act: (world, namespace) => {
      for (const [name, at, available, using] of [
        ['compactor', 202.6, '5891002Ki', '21733180Ki'],
        ['thumbnails', 213.9, '6011212Ki', '4120448Ki'],
      ] as const) {
        let first = true;
        const fate = (pod: PodLike) => {
          if (first) world.recorder.at(at, () => pod.evict(lowOn(available, name, using)));
          first = false;
        };
        const plan = app(name, `archive/${name}:1.0.0`, [{}], { nodes: [PRESSED, 'node-a1'], fate });
        deploy(world, { namespace, name, plan });
      }
    },
  },
  {
    truth: {
      namespace: 'imaging',
      title: 'an emptyDir grows over its size limit again and again',
      kind: 'Deployment',
      name: 'tiler',
      condition: 'Evicted',
      cause: 'ephemeral-storage',
      must_cite: ['Usage of EmptyDir volume "scratch" exceeds the limit "64Mi"'],
      severity: 'medium',
      fix: 'raise the sizeLimit of scratch, or clean it up',
    },
    begin: -120,
    act: (world, namespace) => {
      const spec = { volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '64Mi' } }], containers: [] };
      const volumeMounts = [{ name: 'scratch', mountPath: '/scratch' }];
      const full = 'Usage of EmptyDir volume "scratch" exceeds the limit "64Mi". ';
      const fate = (pod: PodLike, index: number) =>
        world.recorder.after(index < 2 ? 150 + 74 * index : 150, () => pod.evict(full));
      const more = { spec, nodes: ['node-a1', 'node-a2'], fate };
      deploy(world, {
        namespace,
        name: 'tiler',
        replicas: 2,
        plan: app('tiler', 'maps/tiler:2.9.1', [{}], more, { volumeMounts }),
      });
    },
  },
  {
    truth: {
      namespace: 'monitoring',
      title: 'a daemon crashes on one node of four, where its port is taken',
      kind: 'DaemonSet',
      name: 'node-exporter',
      condition: 'CrashLoopBackOff',
      cause: 'port-in-use',
      must_cite: ['address already in use'],
      severity: 'medium',
      fix: 'find what listens on port 9100 of node-a2',
    },
    begin: 120,
    act: (world, namespace) => {
      const log = [
        'ts=2026-10-14T08:24:21.004Z caller=node_exporter.go:193 level=info msg="Starting node_exporter" version="1.8.2"',
        'ts=2026-10-14T08:24:21.009Z caller=node_exporter.go:223 level=error err="listen tcp 0.0.0.0:9100: bind: address already in use"',
      ];
      const spec = { hostNetwork: true, tolerations: [{ operator: 'Exists' }], containers: [] };
      const ports = { ports: [{ name: 'metrics', hostPort: 9100, containerPort: 9100, protocol: 'TCP' }] };
      const plan = app('node-exporter', 'infra/node-exporter:1.8.2', [{}], { spec }, ports);
      const onNode = (node: string) =>
        node === 'node-a2' ? { ...plan, runs: { 'node-exporter': crashing(0.3, 1, log) } } : plan;
      daemonSet(world, { namespace, name: 'node-exporter', plan, onNode });
    },
  },
];
