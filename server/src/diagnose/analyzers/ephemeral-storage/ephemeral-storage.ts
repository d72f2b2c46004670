/** Pods evicted because they wrote more to the node's disk than their own limits allow. */
import { fields, objects, text } from '../../../kit/fields.ts';
import type { Citation, Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case, PodCase } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { homeNamespace } from '../../home-namespace.ts';
import { commandsOf, describeCommand, eventsCommand } from '../../kubectl.ts';
import { concerns, statementsOf } from '../../statement.ts';

interface Excess {
  readonly explanation: string;
  readonly nextStep: string;
  readonly limit: Citation | null | undefined;
}

export const ephemeralStorage: Analyzer = {
  name: 'ephemeral-storage',
  causes: ['ephemeral-storage'],
  analyze(the) {
    for (const statement of statementsOf(the)) {
      const pod = the.pods.find(({ ref }) => ref.name === statement.about.name) ?? the.pods[0];
      const excess = readExcess(statement.says, statement.about.name, pod);
      if (excess !== undefined) {
        const isOurs = statement.from === 'status' || concerns(the, ['Evicted', 'PodFailed']);
        return [finding(the, statement.about.name, statement.citation, excess, isOurs ? 0.96 : 0.6)];
      }
    }
    return [];
  },
};

function readExcess(says: string, podName: string, pod: PodCase | undefined): Excess | undefined {
  return volumeExcess(says, podName, pod) ?? containerExcess(says, podName, pod) ?? podExcess(says, podName, pod);
}

function volumeExcess(says: string, podName: string, pod: PodCase | undefined): Excess | undefined {
  const match = /Usage of EmptyDir volume "([^"]{1,253})" exceeds the limit "([^"]{1,64})"/.exec(says);
  if (match === null) return undefined;
  const [, volume = '', limit = ''] = match;
  const isMemory = medium(pod, volume) === 'Memory';
  return {
    explanation: `Pod ${podName} was evicted: its emptyDir volume ${volume}${isMemory ? ' (in memory)' : ''} grew beyond its sizeLimit of ${limit}.`,
    nextStep: `Raise sizeLimit of volume ${volume} above ${limit}, or clear it more often`,
    limit: pod && citeField(pod.spec, ['volumes', volume, 'emptyDir', 'sizeLimit']),
  };
}

function containerExcess(says: string, podName: string, pod: PodCase | undefined): Excess | undefined {
  const match = /Container (\S{1,253}) exceeded its local ephemeral storage limit "([^"]{1,64})"/.exec(says);
  if (match === null) return undefined;
  const [, container = '', limit = ''] = match;
  return {
    explanation: `Pod ${podName} was evicted: container ${container} wrote more than its ephemeral-storage limit of ${limit} to its file system and logs.`,
    nextStep: `Raise resources.limits.ephemeral-storage of container ${container} above ${limit}, or let it write less`,
    limit: pod && citeField(pod.spec, ['containers', container, 'resources', 'limits', 'ephemeral-storage']),
  };
}

function podExcess(says: string, podName: string, pod: PodCase | undefined): Excess | undefined {
  const limit = /ephemeral local storage usage exceeds the total limit of containers ([^\s"]{1,64}?)\.?(?:\s|$)/.exec(
    says,
  )?.[1];
  if (limit === undefined) return undefined;
  const limited = objects(pod?.spec.value['containers']).find(
    ({ resources }) => text(fields(fields(resources)['limits'])['ephemeral-storage']) !== '',
  );
  return {
    explanation: `Pod ${podName} was evicted: its containers, logs and emptyDir volumes together use more local storage than the ${limit} that its containers are allowed.`,
    nextStep: 'Raise resources.limits.ephemeral-storage of the container that writes most, or let it write less',
    limit:
      pod &&
      limited &&
      citeField(pod.spec, ['containers', text(limited['name']), 'resources', 'limits', 'ephemeral-storage']),
  };
}

function medium(pod: PodCase | undefined, volume: string): string {
  const found = objects(pod?.spec.value['volumes']).find(({ name }) => name === volume);
  return text(fields(found?.['emptyDir'])['medium']);
}

function finding(
  the: Case,
  podName: string,
  said: Citation,
  { explanation, nextStep, limit }: Excess,
  confidence: number,
): Finding {
  const pod = { kind: 'Pod', namespace: homeNamespace(the), name: podName };
  return {
    cause: 'ephemeral-storage',
    explanation,
    confidence,
    citations: cited(said, limit),
    nextSteps: [
      nextStep,
      'Look for what grows: temporary files, caches, logs without rotation, core dumps',
      'Put what must stay on a PersistentVolumeClaim',
    ],
    commands: commandsOf(describeCommand(pod), eventsCommand(pod)),
  };
}
