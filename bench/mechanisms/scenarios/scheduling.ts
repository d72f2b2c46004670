/** Pods that find no node, or lose theirs to a more important one. */
import type { PodPlan } from '../pod-plan.ts';
import { app, deploy, type Scenario } from '../scenario.ts';

const NO_HELP =
  'no new claims to deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.';
const OTHER_LABELS = `0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 node(s) didn't match Pod's node affinity/selector. ${NO_HELP}`;
const NO_RACK = `0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 node(s) didn't match pod topology spread constraints (missing required label). ${NO_HELP}`;
const TOO_BIG = `0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient cpu, 3 Insufficient memory. no new claims to deallocate, preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.`;
const NO_ROOM = `0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient cpu. no new claims to deallocate, preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.`;

function unplaced(name: string, image: string, message: string, spec: object, container: object = {}): PodPlan {
  const more = { unschedulable: { message, tries: [0.02, 4.6, 303.2] }, spec: { ...spec, containers: [] } };
  return app(name, image, [], more, container);
}

export const scheduling: readonly Scenario[] = [
  {
    truth: {
      namespace: 'batch',
      title: 'the only nodes with the label have a taint that the pod does not tolerate',
      kind: 'Deployment',
      name: 'reindexer',
      condition: 'FailedScheduling',
      cause: 'taint',
      must_cite: ['untolerated taint'],
      severity: 'high',
      fix: 'tolerate dedicated=batch:NoSchedule',
    },
    begin: 12,
    act: (world, namespace) => {
      const plan = unplaced('reindexer', 'search/reindexer:1.2.0', OTHER_LABELS, { nodeSelector: { pool: 'batch' } });
      deploy(world, { namespace, name: 'reindexer', plan });
    },
  },
  {
    truth: {
      namespace: 'cache',
      title: 'no node has the label that the pod asks for',
      kind: 'Deployment',
      name: 'hot-cache',
      condition: 'FailedScheduling',
      cause: 'node-affinity',
      must_cite: ["didn't match Pod's node affinity/selector"],
      severity: 'high',
      fix: 'label a node disktype=nvme, or drop the selector',
    },
    begin: 18,
    act: (world, namespace) => {
      const plan = unplaced('hot-cache', 'infra/cache:7.4', OTHER_LABELS, { nodeSelector: { disktype: 'nvme' } });
      deploy(world, { namespace, name: 'hot-cache', replicas: 2, plan });
    },
  },
  {
    truth: {
      namespace: 'quorum',
      title: 'replicas are to be spread over racks, and no node says its rack',
      kind: 'Deployment',
      name: 'raft-store',
      condition: 'FailedScheduling',
      cause: 'topology',
      must_cite: ["didn't match pod topology spread constraints"],
      severity: 'high',
      fix: 'label the nodes with their rack, or spread over topology.kubernetes.io/zone',
    },
    begin: -33,
    act: (world, namespace) => {
      const constraint = {
        maxSkew: 1,
        topologyKey: 'topology.acme.example/rack',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'raft-store' } },
      };
      const plan = unplaced('raft-store', 'infra/raft:1.5.1', NO_RACK, { topologySpreadConstraints: [constraint] });
      deploy(world, { namespace, name: 'raft-store', replicas: 3, plan });
    },
  },
  {
    truth: {
      namespace: 'warehouse',
      title: 'no node has the processors that the pod asks for',
      kind: 'Deployment',
      name: 'olap',
      condition: 'FailedScheduling',
      cause: 'insufficient-resources',
      must_cite: ['Insufficient cpu'],
      severity: 'high',
      fix: 'lower the request to what a node of 4 CPUs can give, or add larger nodes',
    },
    begin: 32,
    act: (world, namespace) => {
      const resources = { requests: { cpu: '6', memory: '12Gi' } };
      deploy(world, { namespace, name: 'olap', plan: unplaced('olap', 'data/olap:24.8', TOO_BIG, {}, { resources }) });
    },
  },
  {
    truth: {
      namespace: 'reports',
      title: 'a replica made room for a pod of higher priority, and finds no other place',
      kind: 'Deployment',
      name: 'report-worker',
      condition: ['FailedScheduling', 'Preempted'],
      cause: 'preempted',
      must_cite: ['Preempted by'],
      severity: 'medium',
      fix: 'add room, or give report-worker a priority of its own',
    },
    begin: -40,
    act: (world, namespace) => {
      const { recorder } = world;
      const resources = { requests: { cpu: '3400m', memory: '4Gi' } };
      const nodes = ['node-a1', 'node-a2', 'node-b2'];
      const plan = app('report-worker', 'reports/worker:2.2.0', [{}], { nodes }, { resources });
      let crowded = false;
      const workers = deploy(world, {
        namespace,
        name: 'report-worker',
        replicas: 3,
        plan,
        planFor: () => (crowded ? { ...plan, unschedulable: { message: NO_ROOM, tries: [0.05, 61.3] } } : plan),
      });
      recorder.at(95, () => {
        crowded = true;
        const priority = { priorityClassName: 'business-critical', priority: 100_000 };
        const urgent = deploy(world, {
          namespace: 'payments',
          name: 'settlement',
          plan: {
            ...app(
              'settlement',
              'payments/settlement:8.0.2',
              [{}],
              { spec: { ...priority, containers: [] } },
              { resources },
            ),
            unschedulable: { message: NO_ROOM, tries: [] },
          },
        });
        recorder.after(0.2, () => {
          const [incoming] = urgent.pods;
          const [victim] = workers.pods;
          if (incoming === undefined || victim === undefined) return;
          const { uid } = incoming.object.metadata;
          recorder.schedulerEvent(victim.object, 'Preempting', {
            reason: 'Preempted',
            message: `Preempted by pod ${uid} on node node-a1`,
            related: incoming.object,
          });
          incoming.nominate(
            'node-a1',
            NO_ROOM.replace(
              / no new claims.*/,
              ' no new claims to deallocate, preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.',
            ),
          );
          victim.remove({
            reason: 'PreemptionByScheduler',
            message: 'default-scheduler: preempting to accommodate a higher priority pod',
          });
          recorder.after(2.4, () => incoming.bind('node-a1'));
        });
      });
    },
  },
  {
    truth: { namespace: 'payments', title: 'a pod of higher priority waits two seconds for its place', none: true },
    begin: -30,
    act: () => undefined,
  },
];
