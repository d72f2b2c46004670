/** The handful of things that one wants to know of an object at once, read from what is cached of it. */
import { count, type Fields, fields, objects, text } from '../kit/fields.ts';
import type { SlimObject } from '../model/slim-object.ts';
import { rfc3339 } from './times.ts';

export interface Fact {
  readonly label: string;
  readonly value: string;
}

const LONGEST_VALUE = 512;
const MOST_IMAGES = 5;
const REVISION = 'deployment.kubernetes.io/revision';

/** Only what is known; in the order in which one asks. */
export function factsOf(object: SlimObject): readonly Fact[] {
  const { status, deletingSince } = object;
  const phase = text(status['phase'], LONGEST_VALUE);
  const facts: (Fact | null)[] = [
    deletingSince === null ? null : fact('Being deleted since', rfc3339(deletingSince)),
    phase === '' ? null : fact('Phase', phase),
    ...(OF_KIND.get(object.ref.kind)?.(object) ?? []),
    fact('Images', imagesOf(object).join(', ')),
    fact('Revision', object.annotations[REVISION]),
  ];
  return facts.filter((each) => each !== null);
}

function fact(label: string, value: unknown): Fact | null {
  const told = text(value, LONGEST_VALUE);
  return told === '' ? null : { label, value: told };
}

type FactsOfKind = (object: SlimObject) => readonly (Fact | null)[];

const OF_KIND: ReadonlyMap<string, FactsOfKind> = new Map<string, FactsOfKind>(
  Object.entries({
    Pod: ({ status }) => {
      const containers = objects(status['containerStatuses']);
      const ready = containers.filter((container) => container['ready'] === true).length;
      const restarts = containers.reduce((sum, container) => sum + count(container['restartCount']), 0);
      return [
        fact('Why', status['reason']),
        containers.length === 0 ? null : fact('Containers ready', `${ready} of ${containers.length}`),
        containers.length === 0 ? null : fact('Restarts', restarts),
      ];
    },
    Deployment: replicas,
    ReplicaSet: replicas,
    StatefulSet: replicas,
    DaemonSet: ({ status }) => [
      fact('Pods ready', `${count(status['numberReady'])} of ${count(status['desiredNumberScheduled'])}`),
    ],
    Job: ({ spec, status }) => [
      fact('Completions', `${count(status['succeeded'])} of ${count(spec['completions'], 1)}`),
      fact('Failed pods', status['failed']),
      fact('Suspended', spec['suspend'] === true ? 'yes' : ''),
    ],
    CronJob: ({ spec, status }) => [
      fact('Schedule', spec['schedule']),
      fact('Suspended', spec['suspend'] === true ? 'yes' : ''),
      fact('Last started', status['lastScheduleTime']),
      fact('Last succeeded', status['lastSuccessfulTime']),
    ],
    Node: ({ spec, status }) => [
      fact('Ready', conditionOf(status, 'Ready')),
      fact('Takes new pods', spec['unschedulable'] === true ? 'no' : 'yes'),
      fact('Kubelet', fields(status['nodeInfo'])['kubeletVersion']),
    ],
    PersistentVolumeClaim: ({ spec, status }) => [
      fact('Capacity', fields(status['capacity'])['storage']),
      fact('Storage class', spec['storageClassName']),
      fact('Volume', spec['volumeName']),
    ],
    HorizontalPodAutoscaler: ({ spec, status }) => [
      fact('Replicas', `${count(status['currentReplicas'])}, wants ${count(status['desiredReplicas'])}`),
      fact('Bounds', `${count(spec['minReplicas'], 1)} to ${count(spec['maxReplicas'])}`),
    ],
    Service: ({ spec }) => [fact('Type', spec['type']), fact('Address', spec['clusterIP'])],
  }),
);

/** What is left out of a spec is one replica, out of a status none. */
function replicas({ spec, status }: SlimObject): readonly (Fact | null)[] {
  return [
    fact('Replicas ready', `${count(status['readyReplicas'])} of ${count(spec['replicas'], 1)}`),
    fact('Paused', spec['paused'] === true ? 'yes' : ''),
  ];
}

function conditionOf(status: Fields, type: string): string {
  const condition = objects(status['conditions']).find((each) => each['type'] === type);
  return text(condition?.['status'], LONGEST_VALUE).toLowerCase();
}

function imagesOf({ spec }: SlimObject): readonly string[] {
  const ofTemplate = fields(fields(spec['template'])['spec']);
  const ofJob = fields(fields(fields(fields(spec['jobTemplate'])['spec'])['template'])['spec']);
  const containers = [spec, ofTemplate, ofJob].flatMap((each) => objects(each['containers']));
  const images = containers.map((container) => text(container['image'], LONGEST_VALUE)).filter((image) => image !== '');
  return [...new Set(images)].slice(0, MOST_IMAGES);
}
