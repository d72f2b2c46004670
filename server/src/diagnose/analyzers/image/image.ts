/** Images that cannot be pulled, and why: name, registry, credentials, limits. */
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case } from '../../case.ts';
import { cited, citeEvent } from '../../cite.ts';
import { citeContainerSpec, containersOf, type PodContainer } from '../../container-runs.ts';
import { homeNamespace } from '../../home-namespace.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { imageOf, type PullFailure, pullFailures } from '../../pull-failure.ts';
import { concerns } from '../../statement.ts';
import { isWrongPlatform } from '../architecture/platform-words.ts';
import { type PullReason, pullReason } from './pull-reason.ts';

const MOST_IMAGES = 3;
const CONDITIONS = [
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'SignatureValidationFailed',
  'FailedCreatePodSandBox',
];

export const image: Analyzer = {
  name: 'image',
  causes: ['image-pull'],
  analyze(the) {
    const failures = pullFailures(the);
    const images = [...new Set(failures.map(({ image: name }) => name))].slice(0, MOST_IMAGES);
    return images.flatMap(
      (name) =>
        readImage(
          the,
          name,
          failures.filter((failure) => failure.image === name),
        ) ?? [],
    );
  },
};

function readImage(the: Case, name: string, failures: readonly PullFailure[]): Finding | undefined {
  // A wrong platform is the architecture's story.
  if (failures.some(({ words }) => isWrongPlatform(words))) return undefined;
  const telling = failures.find(({ reason, words }) => pullReason(reason, words) !== undefined) ?? failures[0];
  if (telling === undefined) return undefined;
  const reason = pullReason(telling.reason, telling.words);
  const user = containersOf(the).find(({ container }) => imageOf(container) === name);
  const missingSecret = reason?.isAboutAccess === true ? missingPullSecret(the) : undefined;
  return {
    cause: 'image-pull',
    explanation: explain(name, user, reason, missingSecret?.names),
    confidence: confidenceIn(the, telling, reason),
    citations: cited(
      telling.citation,
      missingSecret?.citation,
      user && citeContainerSpec(user, 'image'),
      failures.find((other) => other !== telling && other.citation.text !== telling.citation.text)?.citation,
    ),
    nextSteps: nextSteps(name, reason, missingSecret?.names),
    commands: commandsOf(
      describeCommand({
        kind: 'Pod',
        namespace: homeNamespace(the),
        name: telling.podName || (user?.pod.ref.name ?? ''),
      }),
    ),
  };
}

function confidenceIn(the: Case, telling: PullFailure, reason: PullReason | undefined): number {
  if (!concerns(the, CONDITIONS) && !the.pods.some(({ ref }) => ref.name === telling.podName)) return 0.7;
  return reason === undefined ? 0.85 : 0.95;
}

function explain(
  name: string,
  user: PodContainer | undefined,
  reason: PullReason | undefined,
  secrets: string | undefined,
): string {
  const whose = user === undefined ? '' : ` of container ${user.container.name}`;
  const why = reason?.because ?? 'what was captured does not say why';
  const secret =
    secrets === undefined ? '' : ` The kubelet could not read the pull secret ${secrets}, which the pod names.`;
  return `Image ${name === '' ? '(not named)' : name}${whose} cannot be pulled: ${why}.${secret}`;
}

function nextSteps(name: string, reason: PullReason | undefined, secrets: string | undefined): readonly string[] {
  const create = secrets === undefined ? [] : [`Create the pull secret ${secrets}, or correct its name`];
  const known = reason?.nextSteps ?? ['Read the pod’s events for the registry’s own words'];
  return [...create, ...known, `Try the pull of ${name || 'the image'} from a machine that has the same network`].slice(
    0,
    4,
  );
}

/** `Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.` */
function missingPullSecret(the: Case) {
  const event = the.events.find(({ reason }) => reason === 'FailedToRetrieveImagePullSecret');
  if (event === undefined) return undefined;
  const names = /secrets \(([^()]{1,300})\)/.exec(event.message.slice(0, 1000))?.[1];
  return names === undefined ? undefined : { names, citation: citeEvent(event) };
}
