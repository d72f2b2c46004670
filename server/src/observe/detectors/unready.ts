/** Running containers that are not ready for longer than a start or a hiccup takes. */
import type { SlimObject } from '../../model/slim-object.ts';
import { count, fields, isFields } from '../../kit/fields.ts';
import { after, type Context, type Detector, type Finding } from './detector.ts';
import { conditionOf, type Container, containersOf, isLivePod, isOnLostNode, readinessOfNode } from './reading.ts';

/** Transition times have whole seconds: a container that started within this of its pod's last change was never ready. */
const SAME_MOMENT_MS = 2000;

export const unready: Detector = {
  name: 'unready',
  kinds: ['Pod'],
  *detect(pod, context) {
    if (!isLivePod(pod)) return;
    const containers = containersOf(pod).filter((container) => !container.init || container.sidecar);
    for (const container of containers) {
      if (container.ready || container.runningSince === undefined) continue;
      yield readContainer(pod, container, container.runningSince, context);
    }
    const gate = conditionOf(pod, 'Ready');
    if (gate?.status === 'False' && gate.reason === 'ReadinessGatesNotReady')
      yield readGate(pod, gate.since, gate.message, context);
  },
};

function readContainer(pod: SlimObject, container: Container, startedAt: number, context: Context): Finding {
  const { graces } = context;
  const changedAt = conditionOf(pod, 'ContainersReady')?.since ?? conditionOf(pod, 'Ready')?.since ?? startedAt;
  const wasReady = changedAt > startedAt + SAME_MOMENT_MS;
  const since = wasReady ? changedAt : startedAt;
  const grace = wasReady ? graces.unreadyMs : Math.max(graces.startMs, allowedStart(container) + graces.unreadyMs);
  return {
    condition: 'Unhealthy',
    container: container.name,
    since,
    dueAt: notBeforeNode(pod, grace, context),
    message: wasReady
      ? `Container ${container.name} runs but is not ready any more: its readiness probe fails`
      : `Container ${container.name} runs but has not become ready since its start: ${isStarting(container) ? 'its startup probe has not succeeded' : 'its readiness probe fails'}`,
    heldBack: isOnLostNode(pod, context.around),
  };
}

function isStarting(container: Container): boolean {
  return container.started === false && isFields(container.spec['startupProbe']);
}

/** What the container's own probes allow a start to take. */
function allowedStart({ spec }: Container): number {
  const startup = fields(spec['startupProbe']);
  const tries = isFields(spec['startupProbe'])
    ? count(startup['failureThreshold'], 3) * count(startup['periodSeconds'], 10)
    : 0;
  const delays = count(startup['initialDelaySeconds']) + count(fields(spec['readinessProbe'])['initialDelaySeconds']);
  return Math.min(3600, tries + delays) * 1000;
}

/** After a node came back its pods are given the same time again to report themselves. */
function notBeforeNode(pod: SlimObject, grace: number, { around, graces }: Context): (since: number) => number {
  const node = readinessOfNode(pod, around);
  const back = node?.status === 'True' ? node.since : undefined;
  return (since) => Math.max(since + grace, back !== undefined && back > since ? back + graces.unreadyMs : 0);
}

function readGate(pod: SlimObject, since: number | undefined, message: string, context: Context): Finding {
  const begin = since ?? pod.createdAt;
  return {
    condition: 'ReadinessGatesNotReady',
    container: '',
    since: begin,
    dueAt: begin <= pod.createdAt + SAME_MOMENT_MS ? after(context.graces.startMs) : after(context.graces.unreadyMs),
    message: `Every container is ready, but the pod waits for its readiness gates: ${message}`,
    heldBack: isOnLostNode(pod, context.around),
  };
}
