/** Containers that the kubelet or the runtime refuses to create for their user, privileges or the node's limits. */
import { fields } from '../../../kit/fields.ts';
import type { CauseCode, Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { citeContainerSpec, containersOf, type Path, type PodContainer } from '../../container-runs.ts';
import { homeNamespace } from '../../home-namespace.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { podTroubles } from '../../pod-trouble.ts';
import type { Statement } from '../../statement.ts';

const REASONS: ReadonlySet<string> = new Set([
  'Failed',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'StartError',
  'VerifyNonRootError',
  'FailedCreatePodSandBox',
]);

interface Refusal {
  readonly words: readonly string[];
  /** Words of another cause. */
  readonly not?: readonly string[];
  readonly cause: CauseCode;
  readonly because: string;
  readonly confidence: number;
  /** Below `securityContext`. */
  readonly setting?: string;
  readonly nextSteps: readonly string[];
}

const REFUSALS: readonly Refusal[] = [
  {
    words: ['runasnonroot and image will run as root', "container's runasuser breaks non-root policy"],
    cause: 'permission-denied',
    because: 'runAsNonRoot is set, and its image (or runAsUser) is root',
    confidence: 0.95,
    setting: 'runAsNonRoot',
    nextSteps: [
      'Set securityContext.runAsUser to a user id other than 0 that the image can work with',
      'Or build the image with a numeric USER other than 0',
    ],
  },
  {
    words: ['runasnonroot and image has non-numeric user'],
    cause: 'permission-denied',
    because:
      'runAsNonRoot is set, and its image names its user by a word, of which the kubelet cannot tell that it is not root',
    confidence: 0.95,
    setting: 'runAsNonRoot',
    nextSteps: ['Set securityContext.runAsUser to the number of that user', 'Or build the image with a numeric USER'],
  },
  {
    words: ['unable to find user', 'unable to find group', 'no users found', 'no matching entries in passwd file'],
    cause: 'permission-denied',
    because: 'the user that it is to run as does not exist in its image',
    confidence: 0.85,
    setting: 'runAsUser',
    nextSteps: ['Use a user that /etc/passwd of the image has, or a number'],
  },
  {
    words: ['operation not permitted', 'permission denied'],
    not: ['mount', 'exec: '],
    cause: 'permission-denied',
    because: 'the runtime was not allowed to start it (permission denied)',
    confidence: 0.66,
    setting: 'runAsUser',
    nextSteps: [
      'Check that the program is executable for the user that the container runs as',
      'Check capabilities, seccomp, AppArmor and SELinux settings of the container',
    ],
  },
  {
    words: ['no space left on device'],
    not: ['cgroup'],
    cause: 'disk-full',
    because: 'the node’s disk is full',
    confidence: 0.88,
    nextSteps: ['Free the node’s disk: unused images, logs, emptyDir volumes', 'Move the pod to another node'],
  },
  {
    words: ['resource temporarily unavailable', 'cannot allocate memory', 'too many open files', 'unable to fork'],
    cause: 'node-pressure',
    because: 'the node has run out of processes, memory or open files',
    confidence: 0.75,
    nextSteps: ['Find what uses up the node’s processes or memory', 'Move the pod to another node'],
  },
];

export const containerCreate: Analyzer = {
  name: 'container-create',
  causes: ['permission-denied', 'disk-full', 'node-pressure'],
  analyze(the) {
    for (const trouble of podTroubles(the)) {
      const refusal = REASONS.has(trouble.reason) ? refusalIn(trouble.says) : undefined;
      if (refusal !== undefined) return [finding(the, trouble, refusal)];
    }
    return [];
  },
};

function refusalIn(message: string): Refusal | undefined {
  const words = message.toLowerCase();
  if (words.includes('pull image') || words.includes('exec format error')) return undefined;
  return REFUSALS.find(
    (each) =>
      each.words.some((word) => words.includes(word)) && each.not?.some((word) => words.includes(word)) !== true,
  );
}

function finding(the: Case, trouble: Statement, refusal: Refusal): Finding {
  const each = suspect(the, trouble);
  const subject = each === undefined ? `A container of pod ${trouble.about.name}` : `Container ${each.container.name}`;
  return {
    cause: refusal.cause,
    explanation: `${subject} cannot be created: ${refusal.because}.`,
    confidence: refusal.confidence,
    citations: cited(trouble.citation, each && refusal.setting !== undefined ? settingOf(each, refusal.setting) : null),
    nextSteps: refusal.nextSteps,
    commands: commandsOf(describeCommand({ kind: 'Pod', namespace: homeNamespace(the), name: trouble.about.name })),
  };
}

/** `… (pod: "api-1_shop(uid)", container: app)`; else the only one that waits with these words. */
function suspect(the: Case, { about, says, citation }: Statement): PodContainer | undefined {
  const ofPod = containersOf(the).filter(({ pod }) => pod.ref.name === about.name);
  const name = /container: ([a-z0-9-]{1,63})\)/.exec(says)?.[1];
  return (
    ofPod.find(({ container }) => container.name === name) ??
    ofPod.find(({ container }) => citation.text.includes(`[${container.name}]`)) ??
    (ofPod.length === 1 ? ofPod[0] : undefined)
  );
}

/** The container's own setting, else the pod's. */
function settingOf(each: PodContainer, setting: string) {
  const path: Path = ['securityContext', setting];
  const isOwn = fields(each.container.spec['securityContext'])[setting] !== undefined;
  return isOwn ? citeContainerSpec(each, ...path) : citeField(each.pod.spec, path);
}
