/** Not enough of a resource on any node: the arithmetic between what the pod asks for and what nodes have. */
import type { Case, NodeCase } from '../../case.ts';
import { citeField } from '../../cite.ts';
import { greediestPath, podRequest } from '../../pod-requests.ts';
import { parseQuantity, printQuantity } from '../../quantity.ts';
import type { Exclusion } from '../../scheduler-message.ts';
import type { UnscheduledPod } from '../../unscheduled-pod.ts';
import { type Explained, nodesOf } from './explained.ts';

export function explainResources(waiting: UnscheduledPod, exclusions: readonly Exclusion[], the: Case): Explained {
  const [worst = { nodes: 0, reason: '' }] = exclusions;
  const lacking = exclusions.map(({ reason }) => lackingIn(reason));
  const resource = lacking.find((each) => impossible(waiting, each, the)) ?? lacking[0] ?? '';
  if (resource === '') return withoutFigures(waiting, worst);
  const request = resource === 'pods' ? 1 : podRequest(waiting.pod?.spec.value ?? {}, resource);
  const largest = largestNode(the, resource);
  const path = greediestPath(waiting.pod?.spec.value ?? {}, resource);
  const names = [...new Set(lacking)].filter((each) => each !== '');
  const figures = { request, largest, resource, where: nodesOf(worst.nodes, waiting) };
  return {
    cause: 'insufficient-resources',
    explanation: `${arithmetic(figures)}${names.length > 1 ? ` Short are ${names.join(' and ')}.` : ''}`,
    nextSteps: steps(figures, path?.[1]),
    citations: [
      waiting.pod !== undefined && path !== undefined ? citeField(waiting.pod.spec, path) : null,
      largest &&
        citeField({ evidenceId: largest.node.evidenceId, value: { allocatable: largest.node.allocatable } }, [
          'allocatable',
          resource,
        ]),
    ],
    commands: [
      'kubectl get nodes -o custom-columns=NAME:.metadata.name,CPU:.status.allocatable.cpu,MEMORY:.status.allocatable.memory,PODS:.status.allocatable.pods',
      'kubectl describe nodes',
    ],
  };
}

/** `Insufficient memory` → `memory`, `Too many pods` → `pods`, empty where no resource is named. */
function lackingIn(reason: string): string {
  if (reason.startsWith('Too many pods')) return 'pods';
  return /^Insufficient ([A-Za-z0-9./_-]{1,160})/.exec(reason)?.[1] ?? '';
}

interface Largest {
  readonly node: NodeCase;
  readonly allocatable: number;
}

function largestNode(the: Case, resource: string): Largest | null {
  let largest: Largest | null = null;
  for (const node of the.nodes) {
    const allocatable = parseQuantity(node.allocatable[resource]);
    if (allocatable !== undefined && allocatable > (largest?.allocatable ?? -1)) largest = { node, allocatable };
  }
  return largest;
}

function impossible(waiting: UnscheduledPod, resource: string, the: Case): boolean {
  const request = podRequest(waiting.pod?.spec.value ?? {}, resource);
  const largest = largestNode(the, resource);
  return request !== undefined && largest !== null && request > largest.allocatable;
}

interface Figures {
  readonly resource: string;
  readonly request: number | undefined;
  readonly largest: Largest | null;
  readonly where: string;
}

function arithmetic({ resource, request, largest, where }: Figures): string {
  if (resource === 'pods')
    return `No room for one more pod: ${where} already ${where === 'the only node' ? 'runs' : 'run'} as many pods as kubelet allows${largest === null ? '' : ` (${largest.allocatable} on ${largest.node.name})`}.`;
  if (request === undefined) return `The pod asks for more ${resource} than is free on ${where}.`;
  const wanted = printQuantity(request, resource);
  if (largest === null) return `The pod asks for ${wanted} of ${resource}, and ${where} cannot give that much.`;
  const had = printQuantity(largest.allocatable, resource);
  if (request > largest.allocatable)
    return `The pod asks for ${wanted} of ${resource}, the largest node (${largest.node.name}) has ${had} allocatable even when it is empty; ${where} cannot take it.`;
  return `The pod asks for ${wanted} of ${resource}; nodes have up to ${had} allocatable, but other pods have requested so much of it that ${where} cannot take it.`;
}

function steps({ resource, request, largest }: Figures, container: string | undefined): readonly string[] {
  if (resource === 'pods')
    return [
      'Add a node, or move or delete pods that are not needed',
      'Raise maxPods of the kubelets where addresses allow it',
    ];
  const wanted =
    request === undefined ? `the ${resource} it asks for` : `${printQuantity(request, resource)} of ${resource}`;
  const of = container === undefined ? '' : ` of container ${container}`;
  const below = largest === null ? '' : ` below ${printQuantity(largest.allocatable, resource)}`;
  if (request !== undefined && largest !== null && request > largest.allocatable)
    return [
      `Lower the ${resource} request${of}${below}, if ${printQuantity(request, resource)} is a mistake`,
      `Else add a node with at least ${wanted} allocatable`,
    ];
  return [
    `Add a node that has ${wanted} free, or raise the limit of the node group`,
    `Lower the ${resource} request${of} to what it really uses`,
    'Look in `kubectl describe nodes` (Allocated resources) for pods that request more than they use',
  ];
}

function withoutFigures(waiting: UnscheduledPod, { nodes, reason }: Pick<Exclusion, 'nodes' | 'reason'>): Explained {
  const volumes = reason.includes('volume');
  return {
    cause: 'insufficient-resources',
    explanation: volumes
      ? `${capital(nodesOf(nodes, waiting))} cannot attach another volume: the limit of volumes a node is reached.`
      : `No node has the devices or resources that the pod asks for: ${reason.slice(0, 200)} (${nodesOf(nodes, waiting)}).`,
    nextSteps: volumes
      ? ['Add a node, or spread pods with volumes over more nodes', 'Delete VolumeAttachments that are left over']
      : ['Add a node that has what the pod claims', 'Check the ResourceClaims and ResourceSlices of the pod'],
    citations: [],
    commands: [volumes ? 'kubectl get volumeattachments' : 'kubectl get resourceclaims -A'],
  };
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
