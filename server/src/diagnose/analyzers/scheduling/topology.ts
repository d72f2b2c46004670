/** Where a pod may stand in relation to others and to its volumes: spread constraints, pod (anti-)affinity, a volume's zone. */
import { fields, type Fields, objects, text } from '../../../kit/fields.ts';
import type { Case } from '../../case.ts';
import { citeField } from '../../cite.ts';
import { claimsIn, isBound } from '../../claim-cases.ts';
import { getCommand } from '../../kubectl.ts';
import type { Exclusion } from '../../scheduler-message.ts';
import type { UnscheduledPod } from '../../unscheduled-pod.ts';
import { type Explained, nodesOf } from './explained.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

export function explainTopology(waiting: UnscheduledPod, exclusions: readonly Exclusion[], the: Case): Explained {
  const where = nodesOf(
    exclusions.reduce((sum, { nodes }) => sum + nodes, 0),
    waiting,
  );
  switch (exclusions[0]?.obstacle) {
    case 'volume-zone':
      return volumeZone(waiting, where, the);
    case 'spread':
      return spread(waiting, where, exclusions);
    default:
      return podAffinity(waiting, where, exclusions);
  }
}

function volumeZone(waiting: UnscheduledPod, where: string, the: Case): Explained {
  const captured = claimsIn(the).find(isBound) ?? claimsIn(the)[0];
  const claim = captured?.ref.name ?? claimsOf(waiting)[0];
  const volume = text(captured?.spec.value['volumeName'], 253);
  const named = `${claim === undefined ? 'of the pod' : `of claim ${claim}`}${volume === '' ? '' : ` (${volume})`}`;
  return {
    cause: 'topology',
    explanation: `The volume ${named} can only be attached in its own zone or on its own node, and ${where} ${where.startsWith('the only') ? 'is' : 'are'} elsewhere.`,
    nextSteps: [
      'Read the zone of the volume in the node affinity of its PersistentVolume, and bring up a node there',
      'Or restore the data into a new volume in a zone that has nodes',
      'Use a StorageClass with volumeBindingMode WaitForFirstConsumer, so that volumes are made where pods can run',
    ],
    citations: [waiting.pod === undefined ? null : citeField(waiting.pod.spec, ['volumes'])],
    commands: [
      getCommand(waiting.ref.namespace, 'persistentvolumeclaims -o wide'),
      'kubectl get persistentvolumes -o custom-columns=NAME:.metadata.name,CLAIM:.spec.claimRef.name,AFFINITY:.spec.nodeAffinity.required.nodeSelectorTerms',
    ],
  };
}

function claimsOf({ pod }: UnscheduledPod): readonly string[] {
  return objects(pod?.spec.value['volumes'])
    .map((volume) => text(fields(volume['persistentVolumeClaim'])['claimName'], 253))
    .filter((name) => name !== '');
}

function spread(waiting: UnscheduledPod, where: string, exclusions: readonly Exclusion[]): Explained {
  const strict = objects(waiting.pod?.spec.value['topologySpreadConstraints']).filter(
    (constraint) => constraint['whenUnsatisfiable'] !== 'ScheduleAnyway',
  );
  const told = strict.map(
    (constraint) => `at most ${text(constraint['maxSkew'], 8)} apart over ${text(constraint['topologyKey'], 320)}`,
  );
  const missingLabel = exclusions.some(({ reason }) => reason.includes('missing required label'));
  return {
    cause: 'topology',
    explanation: `The pod's topology spread constraints${told.length === 0 ? '' : ` (${told.slice(0, 3).join('; ')})`} rule out ${where}${missingLabel ? ', some of which lack the label that is spread over' : ''}.`,
    nextSteps: [
      missingLabel ? 'Label the nodes with the topology key' : 'Add nodes in the zones that have too few replicas',
      'Or raise maxSkew, or set whenUnsatisfiable to ScheduleAnyway',
    ],
    citations: [waiting.pod === undefined ? null : citeField(waiting.pod.spec, ['topologySpreadConstraints'])],
    commands: ['kubectl get nodes -L topology.kubernetes.io/zone,kubernetes.io/hostname'],
  };
}

function podAffinity(waiting: UnscheduledPod, where: string, exclusions: readonly Exclusion[]): Explained {
  const affinity = fields(waiting.pod?.spec.value['affinity']);
  const isAnti = exclusions.some(({ reason }) => reason.includes('anti-affinity'));
  const byOthers = exclusions.some(({ reason }) => reason.includes('existing pods'));
  const field = isAnti ? 'podAntiAffinity' : 'podAffinity';
  const keys = objects(fields(affinity[field])[REQUIRED]).map((term) => text(term['topologyKey'], 320));
  const over = keys.length === 0 ? '' : ` (over ${[...new Set(keys)].slice(0, 3).join(', ')})`;
  return {
    cause: 'topology',
    explanation: byOthers
      ? `The anti-affinity of pods that run already keeps this pod off ${where}.`
      : isAnti
        ? `The pod's anti-affinity${over} keeps it off ${where}: a pod that it must not stand beside runs there.`
        : `The pod's affinity${over} wants it beside pods that do not run on ${where}.`,
    nextSteps: isAnti
      ? [
          'Add a node, since each replica needs one of its own, or lower the replicas',
          'Or make the anti-affinity preferred instead of required',
        ]
      : [
          'Check that the pods it wants to stand beside run, and that its label selector is right',
          'Or make the affinity preferred instead of required',
        ],
    citations: [waiting.pod === undefined ? null : citeField(waiting.pod.spec, affinityPath(affinity, field))],
    commands: [getCommand(waiting.ref.namespace, 'pods -o wide --show-labels')],
  };
}

function affinityPath(affinity: Fields, field: string): readonly string[] {
  return affinity[field] === undefined ? ['affinity'] : ['affinity', field];
}
