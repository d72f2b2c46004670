/** Nodes that are lost, under pressure, without network, or that a node-problem-detector complains about. */
import { atOnce, type Detector, type Finding } from './detector.ts';
import { because, type StatusCondition, conditionsOf } from './reading.ts';

/** Condition type, true when bad → what it means. The last ones are node-problem-detector's. */
const TROUBLES: ReadonlyMap<string, string> = new Map([
  ['MemoryPressure', 'is short of memory and evicts pods'],
  ['DiskPressure', 'is short of disk and evicts pods'],
  ['PIDPressure', 'is short of process ids and evicts pods'],
  ['OutOfDisk', 'has no disk space left'],
  ['NetworkUnavailable', 'has no network for its pods'],
  ['KernelDeadlock', 'has a kernel deadlock'],
  ['ReadonlyFilesystem', 'has a file system that became read-only'],
  ['CorruptDockerOverlay2', 'has a corrupt image store'],
  ['FrequentKubeletRestart', 'restarts its kubelet again and again'],
  ['FrequentContainerdRestart', 'restarts its container runtime again and again'],
  ['FrequentDockerRestart', 'restarts its container runtime again and again'],
  ['FrequentUnregisterNetDevice', 'loses network devices again and again'],
  ['KubeletUnhealthy', 'has an unhealthy kubelet'],
  ['ContainerRuntimeUnhealthy', 'has an unhealthy container runtime'],
]);

export const node: Detector = {
  name: 'node',
  kinds: ['Node'],
  *detect(object, { graces }) {
    const { name } = object.ref;
    for (const condition of conditionsOf(object)) {
      const since = condition.since ?? object.createdAt;
      const started = object.createdAt + graces.nodeStartMs;
      if (condition.type === 'Ready' && condition.status !== 'True') {
        const dueAt = (from: number) => Math.max(from + graces.nodeNotReadyMs, started);
        yield found('NodeNotReady', since, dueAt, `Node ${name} is not ready`, condition);
      }
      const trouble = TROUBLES.get(condition.type);
      if (trouble === undefined || condition.status !== 'True') continue;
      const dueAt = condition.type === 'NetworkUnavailable' ? (from: number) => Math.max(from, started) : atOnce;
      yield found(condition.type, since, dueAt, `Node ${name} ${trouble}`, condition);
    }
  },
  overAt(object, raised, { now }) {
    const type = raised.condition === 'NodeNotReady' ? 'Ready' : raised.condition;
    const condition = conditionsOf(object).find((each) => each.type === type);
    // A lost node's pressure is unknown, which is not relieved.
    if (condition?.status === 'Unknown') return Number.POSITIVE_INFINITY;
    return Math.max(raised.since, condition?.since ?? now);
  },
};

function found(
  name: string,
  since: number,
  dueAt: Finding['dueAt'],
  text: string,
  { reason, message }: StatusCondition,
): Finding {
  return { condition: name, container: '', since, dueAt, message: text + because(reason, message) };
}
