/** Failed pulls of images, as kubelets word them in events and in a container's status. */
import { containersOf, hasPodStarted, hasStarted, waitingOf } from './container-runs.ts';
import type { Case, CaseEvent, ContainerCase } from './case.ts';
import { citeContainerStatus } from './container-runs.ts';
import { citeEvent } from './cite.ts';
import { text } from '../kit/fields.ts';
import type { Citation } from '../model/diagnosis.ts';

/** One telling of it. */
export interface PullFailure {
  /** Empty where nobody names it. */
  readonly image: string;
  readonly podName: string;
  /** What was said, without the image's own name and whatever else stands in quotes: names may hold any word. */
  readonly words: string;
  /** The waiting reason, or the event's. */
  readonly reason: string;
  readonly citation: Citation;
}

const WAITING_FOR_IMAGE: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);
const LONGEST = 2048;

/** The most telling source first: the kubelet's events say why, a status in back-off of older kubelets does not. */
export function pullFailures(the: Case): readonly PullFailure[] {
  return [...fromEvents(the), ...fromStatuses(the)];
}

function* fromEvents(the: Case): Generator<PullFailure> {
  for (const event of the.events) {
    const message = event.message.slice(0, LONGEST);
    if (event.source === 'tattle' || !tellsOfPull(event.reason, message) || isOver(the, event, message)) continue;
    const image = imageIn(message);
    yield {
      image,
      podName: event.object.kind === 'Pod' ? event.object.name : '',
      words: withoutNames(message, image),
      reason: event.reason,
      citation: citeEvent(event),
    };
  }
}

function tellsOfPull(reason: string, message: string): boolean {
  if (reason === 'ErrImageNeverPull' || reason === 'InspectFailed') return true;
  if (reason === 'FailedCreatePodSandBox') return message.includes('failed to get sandbox image');
  if (reason === 'BackOff') return message.includes('Back-off pulling image');
  return reason === 'Failed' && message.includes('Failed to pull image');
}

/** The pod has got over it, or the one container that uses the image has. */
function isOver(the: Case, { object }: CaseEvent, message: string): boolean {
  if (hasPodStarted(the, object.name)) return true;
  const image = imageIn(message);
  const users = containersOf(the).filter(
    ({ pod, container }) => pod.ref.name === object.name && imageOf(container) === image,
  );
  return users.length > 0 && users.every(({ container }) => hasStarted(container));
}

function* fromStatuses(the: Case): Generator<PullFailure> {
  for (const each of containersOf(the)) {
    const waiting = waitingOf(each.container);
    if (waiting === undefined || !WAITING_FOR_IMAGE.has(waiting.reason)) continue;
    const said = waiting.message === '' ? ['state', 'waiting', 'reason'] : ['state', 'waiting', 'message'];
    const citation = citeContainerStatus(each, ...said);
    if (citation === null) continue;
    const image = imageOf(each.container) || imageIn(waiting.message);
    yield {
      image,
      podName: each.pod.ref.name,
      words: withoutNames(waiting.message, image),
      reason: waiting.reason,
      citation,
    };
  }
}

export function imageOf({ spec, status }: ContainerCase): string {
  return text(spec['image']) || text(status['image']);
}

/** `Failed to pull image "shop/api:1": …`: the first thing in quotes after the word. */
function imageIn(message: string): string {
  const at = message.indexOf('image');
  const opening = message.indexOf('"', at);
  const closing = message.indexOf('"', opening + 1);
  return at < 0 || opening < 0 || closing < 0 ? '' : message.slice(opening + 1, closing);
}

function withoutNames(message: string, image: string): string {
  const bare = image === '' ? message : message.replaceAll(image, ' ');
  const [first = '', ...rest] = bare.split('"');
  return (first + rest.filter((_, index) => index % 2 === 1).join(' ')).toLowerCase();
}
