/** Containers that cannot start: their image, their configuration, their creation. */
import type { SlimObject } from '../../model/slim-object.ts';
import { atOnce, type Detector } from './detector.ts';
import { because, conditionOf, type Container, containersOf, isLivePod } from './reading.ts';

/** Waiting reason → condition. The kubelet alternates between trying a pull and backing off: both are one condition. */
const CONDITIONS: ReadonlyMap<string, string> = new Map([
  ['ErrImagePull', 'ImagePullBackOff'],
  ['ImagePullBackOff', 'ImagePullBackOff'],
  ['RegistryUnavailable', 'ImagePullBackOff'],
  ['ErrImageNeverPull', 'ErrImageNeverPull'],
  ['InvalidImageName', 'InvalidImageName'],
  ['ImageInspectError', 'ImageInspectError'],
  ['SignatureValidationFailed', 'SignatureValidationFailed'],
  ['CreateContainerConfigError', 'CreateContainerConfigError'],
  ['VerifyNonRootError', 'CreateContainerConfigError'],
  ['CreateContainerError', 'CreateContainerError'],
  ['PreCreateHookError', 'CreateContainerError'],
  ['PreStartHookError', 'RunContainerError'],
  ['PostStartHookError', 'PostStartHookError'],
  ['RunContainerError', 'RunContainerError'],
  ['RunInitContainerError', 'RunContainerError'],
  ['StartError', 'StartError'],
  ['CreatePodSandboxError', 'FailedCreatePodSandBox'],
  ['ConfigPodSandboxError', 'FailedCreatePodSandBox'],
]);

const EXPLAINED: ReadonlyMap<string, string> = new Map([
  ['ImagePullBackOff', 'cannot pull its image'],
  ['ErrImageNeverPull', 'may not pull its image, which is not on the node'],
  ['InvalidImageName', 'names an image that is not valid'],
  ['ImageInspectError', 'has an image that cannot be inspected'],
  ['SignatureValidationFailed', 'has an image whose signature is not valid'],
  ['CreateContainerConfigError', 'cannot be configured'],
  ['CreateContainerError', 'cannot be created'],
  ['RunContainerError', 'cannot be run'],
  ['StartError', 'could not be started'],
  ['PostStartHookError', 'ended because its postStart hook failed'],
  ['FailedCreatePodSandBox', 'has no pod sandbox'],
]);

const ABOUT_IMAGES = new Set([
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'SignatureValidationFailed',
]);

export const waiting: Detector = {
  name: 'waiting',
  kinds: ['Pod'],
  *detect(pod) {
    if (!isLivePod(pod)) return;
    for (const container of containersOf(pod)) {
      const condition = container.waiting && CONDITIONS.get(container.waiting.reason);
      if (condition === undefined) continue;
      yield {
        condition,
        container: container.name,
        since: waitingSince(pod, container),
        dueAt: atOnce,
        message: describe(condition, container),
      };
    }
  },
  // A pull that is tried again shows as ContainerCreating for a moment: only a container that ran, or ended, has got over it.
  overAt(pod, raised, { now }) {
    const container = containersOf(pod).find(({ name }) => name === raised.container);
    if (container === undefined || !isLivePod(pod)) return now;
    if (container.runningSince !== undefined) return Math.max(raised.since, container.runningSince);
    const goesOn =
      container.waiting !== undefined &&
      (container.waiting.reason === 'ContainerCreating' || container.waiting.reason === 'PodInitializing');
    return goesOn ? Number.POSITIVE_INFINITY : now;
  },
};

/** Waiting has no time of its own: it began when the container last ended, else when the pod's containers were last ready. */
function waitingSince(pod: SlimObject, container: Container): number {
  const ended = container.lastTerminated?.finishedAt;
  const unready = conditionOf(pod, container.init ? 'Initialized' : 'ContainersReady');
  return ended ?? (unready?.status === 'False' ? unready.since : undefined) ?? pod.createdAt;
}

function describe(condition: string, container: Container): string {
  const image = ABOUT_IMAGES.has(condition) ? ` (${container.image})` : '';
  const role = container.init && !container.sidecar ? 'Init container' : 'Container';
  return `${role} ${container.name} ${EXPLAINED.get(condition) ?? 'cannot start'}${image}${because(container.waiting?.message ?? '')}`;
}
