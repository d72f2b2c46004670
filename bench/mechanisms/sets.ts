/** StatefulSets and DaemonSets with their controllers, as far as scenarios need them. */
import { generatedName, type Fields, type KubeObject } from './kube-object.ts';
import { defaulted, type PodPlan } from './pod-plan.ts';
import { Pod } from './pod.ts';
import { NODES, type World } from './world.ts';

interface NewSet {
  readonly namespace: string;
  readonly name: string;
  readonly plan: PodPlan;
}

/** Counts its pods again a moment after one of them changed. */
function recount(world: World, report: () => Fields, object: () => KubeObject): () => void {
  let pending = false;
  return () => {
    if (pending) return;
    pending = true;
    world.recorder.after(0.03, () => {
      pending = false;
      const status = report();
      if (JSON.stringify(status) === JSON.stringify(object().status)) return;
      object().status = status;
      world.recorder.update(object());
    });
  };
}

/** One replica: ordinal 0. */
export function statefulSet(world: World, { namespace, name, plan }: NewSet & { readonly claim?: string }): Pod {
  const labels = { 'app.kubernetes.io/name': name };
  const revision = `${name}-${generatedName(`revision ${namespace}`, 9)}`;
  const object = world.recorder.create({
    kind: 'StatefulSet',
    name,
    namespace,
    generation: 1,
    labels,
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: defaulted(plan) },
      serviceName: name,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
    },
    status: { replicas: 0, availableReplicas: 0 },
  });
  const pods: Pod[] = [];
  const report = () => {
    const ready = pods.filter(({ isReady }) => isReady).length;
    return {
      observedGeneration: 1,
      replicas: 1,
      ...(ready > 0 && { readyReplicas: ready }),
      currentReplicas: 1,
      updatedReplicas: 1,
      currentRevision: revision,
      updateRevision: revision,
      collisionCount: 0,
      availableReplicas: ready,
    };
  };
  const changed = recount(world, report, () => object);
  const pod = new Pod(world, {
    name: `${name}-0`,
    generateName: `${name}-`,
    namespace,
    labels: {
      ...labels,
      'apps.kubernetes.io/pod-index': '0',
      'controller-revision-hash': revision,
      'statefulset.kubernetes.io/pod-name': `${name}-0`,
    },
    owner: object,
    plan,
    index: 0,
    changed,
  });
  pods.push(pod);
  world.recorder.event(object, {
    reason: 'SuccessfulCreate',
    message: `create Pod ${name}-0 in StatefulSet ${name} successful`,
    component: 'statefulset-controller',
  });
  return pod;
}

/** One pod a node; a plan for each. */
export function daemonSet(
  world: World,
  { namespace, name, plan, onNode }: NewSet & { readonly onNode: (node: string) => PodPlan },
): void {
  const labels = { 'app.kubernetes.io/name': name };
  const hash = generatedName(`daemon ${name}`, 10);
  const object = world.recorder.create({
    kind: 'DaemonSet',
    name,
    namespace,
    generation: 1,
    labels,
    annotations: { 'deprecated.daemonset.template.generation': '1' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: defaulted(plan) },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      revisionHistoryLimit: 10,
    },
    status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  });
  const pods: Pod[] = [];
  const report = () => {
    const ready = pods.filter(({ isReady }) => isReady).length;
    return {
      currentNumberScheduled: pods.length,
      numberMisscheduled: 0,
      desiredNumberScheduled: NODES.length,
      numberReady: ready,
      observedGeneration: 1,
      updatedNumberScheduled: pods.length,
      ...(ready > 0 && { numberAvailable: ready }),
      ...(ready < NODES.length && { numberUnavailable: NODES.length - ready }),
    };
  };
  const changed = recount(world, report, () => object);
  for (const node of NODES) {
    const podName = `${name}-${generatedName(`${name} ${node.name}`, 5)}`;
    pods.push(
      new Pod(world, {
        name: podName,
        generateName: `${name}-`,
        namespace,
        labels: { ...labels, 'controller-revision-hash': hash, 'pod-template-generation': '1' },
        owner: object,
        plan: { ...onNode(node.name), nodes: [node.name] },
        index: 0,
        changed,
      }),
    );
    world.recorder.event(object, {
      reason: 'SuccessfulCreate',
      message: `Created pod: ${podName}`,
      component: 'daemonset-controller',
    });
  }
}
