/** Services with the EndpointSlices that their controller keeps. */
import { digest, generatedName, type Fields } from './kube-object.ts';
import type { Pod } from './pod.ts';
import type { World } from './world.ts';

export interface NewService {
  readonly namespace: string;
  readonly name: string;
  readonly selector: Record<string, string>;
  readonly port: number;
  /** The pods that its selector matches, as they are when asked. */
  readonly pods: () => readonly Pod[];
}

export function service(world: World, { namespace, name, selector, port, pods }: NewService): void {
  const { recorder } = world;
  const clusterIP = `10.96.${Number.parseInt(digest(`${namespace}/${name}`).slice(0, 2), 16)}.17`;
  const labels = { 'app.kubernetes.io/name': name };
  const object = recorder.create({
    kind: 'Service',
    name,
    namespace,
    labels,
    spec: {
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: port }],
      selector,
      clusterIP,
      clusterIPs: [clusterIP],
      type: 'ClusterIP',
      sessionAffinity: 'None',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
    },
    status: { loadBalancer: {} },
  });
  const endpoints = (): Fields[] =>
    pods()
      .filter(({ isLive, address }) => isLive && address !== undefined)
      .map((pod) => ({
        addresses: [pod.address],
        conditions: { ready: pod.isReady, serving: pod.isReady, terminating: false },
        targetRef: { kind: 'Pod', namespace, name: pod.object.metadata.name, uid: pod.object.metadata.uid },
        nodeName: pod.node,
        zone: world.node(pod.node ?? '').zone,
      }));
  const slice = recorder.create({
    kind: 'EndpointSlice',
    name: `${name}-${generatedName(`slice ${namespace} ${name}`, 5)}`,
    namespace,
    generation: 1,
    labels: {
      ...labels,
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': name,
    },
    owner: object,
    more: { addressType: 'IPv4', endpoints: [], ports: [{ name: 'http', protocol: 'TCP', port }] },
  });
  let pending = false;
  world.onPodChange((where) => {
    if (where !== namespace || pending) return;
    pending = true;
    recorder.after(0.05, () => {
      pending = false;
      const now = endpoints();
      if (JSON.stringify(now) === JSON.stringify(slice['endpoints'])) return;
      slice['endpoints'] = now;
      recorder.update(slice);
    });
  });
}
