/** Volumes that exist and cannot be attached or mounted. */
import { fields, objects, text } from '../../../kit/fields.ts';
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case, PodCase } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { homeNamespace } from '../../home-namespace.ts';
import { commandsOf, describeCommand, getCommand } from '../../kubectl.ts';
import { missingObject } from '../../missing-object.ts';
import { podTroubles } from '../../pod-trouble.ts';
import type { Statement } from '../../statement.ts';
import { type MountReading, mountReading } from './mount-reading.ts';

const OF_VOLUMES: ReadonlySet<string> = new Set(['FailedMount', 'FailedAttachVolume', 'FailedMapVolume']);
const OF_CONTAINERS: ReadonlySet<string> = new Set([
  'Failed',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'StartError',
]);

interface Failure {
  readonly told: Statement;
  readonly reading: MountReading;
}

export const volumeMount: Analyzer = {
  name: 'volume-mount',
  causes: ['volume-mount'],
  analyze(the) {
    const troubles = podTroubles(the);
    const failures = troubles
      .filter(isMountFailure)
      .map((told): Failure => ({ told, reading: mountReading(told.says) }));
    // The kubelet's wait ends in a timeout whatever holds a volume up: what is missing explains it better.
    const isExplained = troubles.some(
      ({ says }) => missingObject(says) !== undefined || says.includes('not registered'),
    );
    const told = isExplained ? failures.filter(({ told: { says } }) => !isMereWait(says)) : failures;
    const [surest] = told.toSorted((one, other) => other.reading.confidence - one.reading.confidence);
    return surest === undefined ? [] : [readFailure(the, surest, failures)];
  },
};

function isMountFailure({ reason, says, from }: Statement): boolean {
  const words = says.toLowerCase();
  if (missingObject(says) !== undefined || isStarting(words)) return false;
  if (from === 'event' && OF_VOLUMES.has(reason)) return true;
  return OF_CONTAINERS.has(reason) && !words.startsWith('failed to pull') && isAboutMount(words);
}

/** What every start may say for a moment: caches of the kubelet that are not filled yet. */
function isStarting(words: string): boolean {
  return words.includes('not registered') || (words.includes('failed to sync') && words.includes('cache'));
}

function isAboutMount(words: string): boolean {
  return (
    words.includes('subpath') ||
    words.includes('error mounting') ||
    words.includes('trying to mount a directory onto a file') ||
    (words.includes('mount') && words.includes('rootfs'))
  );
}

function isMereWait(says: string): boolean {
  return says.includes('Unable to attach or mount volumes') || says.includes('timed out waiting for the condition');
}

function readFailure(the: Case, { told, reading }: Failure, all: readonly Failure[]): Finding {
  const pod = the.pods.find(({ ref }) => ref.name === told.about.name) ?? the.pods[0];
  const volume = pod && volumeNamed(pod, told.says);
  const other = all.find((each) => each.told.says !== told.says && each.told.reason !== told.reason);
  const name = volume ?? quotedVolume(told.says);
  return {
    cause: 'volume-mount',
    explanation: `Volume ${name || '(not named)'} of pod ${told.about.name} cannot be ${told.reason === 'FailedAttachVolume' ? 'attached' : 'mounted'}: ${reading.because}.`,
    confidence: reading.confidence,
    citations: cited(
      told.citation,
      pod && volume !== undefined ? citeField(pod.spec, ['volumes', volume]) : null,
      other?.told.citation,
    ),
    nextSteps: [
      ...reading.nextSteps,
      ...(reading.nextSteps.length < 2 ? ['Read the pod’s events for what was tried last'] : []),
    ],
    commands: commandsFor(the, told, pod, volume),
  };
}

/** `MountVolume.SetUp failed for volume "x"`, `unmounted volumes=[x y]`; a claim's is named by its PersistentVolume. */
function quotedVolume(message: string): string {
  const short = message.slice(0, 2000);
  const quoted = /(?:volume|volumeMount) "([A-Za-z0-9][\w.-]{0,252})"/.exec(short)?.[1];
  return quoted ?? /unmounted volumes=\[([\w.-]{1,253})/.exec(short)?.[1] ?? '';
}

/** Its name in the pod's spec. */
function volumeNamed({ spec }: PodCase, message: string): string | undefined {
  const volumes = objects(spec.value['volumes']);
  const name = quotedVolume(message);
  if (volumes.some((volume) => volume['name'] === name)) return name;
  const claimed = volumes.filter((volume) => claimOf(volume) !== '');
  return name.startsWith('pvc-') && claimed.length === 1 ? text(claimed[0]?.['name']) : undefined;
}

function claimOf(volume: Readonly<Record<string, unknown>> | undefined): string {
  return text(fields(volume?.['persistentVolumeClaim'])['claimName']);
}

function commandsFor(
  the: Case,
  told: Statement,
  pod: PodCase | undefined,
  volume: string | undefined,
): readonly string[] {
  const namespace = homeNamespace(the);
  const claim = claimOf(objects(pod?.spec.value['volumes']).find((each) => each['name'] === volume));
  return commandsOf(
    describeCommand({ kind: 'Pod', namespace, name: told.about.name }),
    claim === '' ? null : describeCommand({ kind: 'PersistentVolumeClaim', namespace, name: claim }),
    claim === '' ? getCommand('', 'csinodes') : getCommand('', 'volumeattachments'),
  );
}
