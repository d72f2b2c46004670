/** What differs between two versions of what lies around workloads: autoscalers, services, nodes, claims and namespaces. */
import { type Fields, fields, isFields, objects, text } from '../../kit/fields.ts';
import { quantityOf } from '../../kit/quantity.ts';
import type { FieldChange } from '../../model/change.ts';
import type { SlimObject } from '../../model/slim-object.ts';
import { differing, differingNamed, differingSwitch, named, shown } from './differing.ts';

export type ObjectChanges = (before: SlimObject, after: SlimObject) => readonly FieldChange[];

export const autoscalerChanges: ObjectChanges = ({ spec: before }, { spec: after }) => [
  ...differing('min replicas', before['minReplicas'], after['minReplicas']),
  ...differing('max replicas', before['maxReplicas'], after['maxReplicas']),
  ...differing('target', targetText(before), targetText(after)),
  ...differingNamed(metricsOf(before), metricsOf(after), (name) => `metric ${name}`),
];

function targetText(spec: Fields): string {
  const { kind, name } = fields(spec['scaleTargetRef']);
  return `${text(kind)} ${text(name)}`.trim();
}

/** By what is measured. autoscaling/v1 knows only one metric. */
function metricsOf(spec: Fields): ReadonlyMap<string, unknown> {
  const percentage = spec['targetCPUUtilizationPercentage'];
  const found: [string, unknown][] = percentage === undefined ? [] : [['cpu', `${text(percentage)}% of the request`]];
  for (const metric of objects(spec['metrics'])) {
    const source = Object.values(metric).find(isFields) ?? {};
    const name = text(source['name']) || text(fields(source['metric'])['name']) || text(source['metricName']);
    const container = text(source['container']);
    found.push([`${name || text(metric['type'])}${container === '' ? '' : ` of ${container}`}`, goalText(source)]);
  }
  return new Map(found);
}

function goalText(source: Fields): string | null {
  const { averageUtilization, averageValue, value } = fields(source['target']);
  const percentage = averageUtilization ?? source['targetAverageUtilization'];
  if (percentage !== undefined) return `${text(percentage)}% of the request`;
  const average = averageValue ?? source['targetAverageValue'];
  if (average !== undefined) return `${text(average)} on average`;
  return shown(value ?? source['targetValue'] ?? source);
}

export const serviceChanges: ObjectChanges = ({ spec: before }, { spec: after }) => [
  ...differing('selector', selectorText(before), selectorText(after)),
  ...differingNamed(portsOf(before), portsOf(after), (name) => `port ${name}`),
  ...differing('type', before['type'], after['type']),
  ...differing('external name', before['externalName'], after['externalName']),
  ...differingSwitch(
    'publish not-ready addresses',
    before['publishNotReadyAddresses'],
    after['publishNotReadyAddresses'],
  ),
];

function selectorText(spec: Fields): string {
  return [...named(spec['selector'])]
    .map(([label, value]) => `${label}=${text(value)}`)
    .sort()
    .join(', ');
}

/** Without node ports: the API server gives and takes them as the type changes. */
function portsOf(spec: Fields): ReadonlyMap<string, unknown> {
  return new Map(
    objects(spec['ports']).map((port) => {
      const number = text(port['port']);
      const target = text(port['targetPort']) || number;
      return [text(port['name']) || number, `${number} to ${target}/${text(port['protocol']) || 'TCP'}`];
    }),
  );
}

export const nodeChanges: ObjectChanges = (before, after) => [
  ...differingSwitch('unschedulable', before.spec['unschedulable'], after.spec['unschedulable']),
  ...differingNamed(taintsOf(before), taintsOf(after), (taint) => `taint ${taint}`),
  ...VERSIONS.flatMap(([property, field]) =>
    differing(field, fields(before.status['nodeInfo'])[property], fields(after.status['nodeInfo'])[property]),
  ),
  ...allocatableChanges(named(before.status['allocatable']), named(after.status['allocatable'])),
];

const VERSIONS = [
  ['kubeletVersion', 'kubelet version'],
  ['kernelVersion', 'kernel version'],
  ['osImage', 'operating system'],
  ['containerRuntimeVersion', 'container runtime version'],
] as const;

/** Set and taken by the node controller after the node's conditions, or after `unschedulable`: nobody decided them. */
const ECHOES: ReadonlySet<string> = new Set(
  [
    'not-ready',
    'unreachable',
    'memory-pressure',
    'disk-pressure',
    'pid-pressure',
    'network-unavailable',
    'unschedulable',
  ].map((name) => `node.kubernetes.io/${name}`),
);

function taintsOf(node: SlimObject): ReadonlyMap<string, unknown> {
  const taints = objects(node.spec['taints']).filter((taint) => !ECHOES.has(text(taint['key'])));
  return new Map(
    taints.map((taint) => [`${text(taint['key'])}:${text(taint['effect'])}`, text(taint['value']) || 'set']),
  );
}

/** A kubelet computes what it has to give from what the kernel reports at each start: a few pages more or less are nothing. */
const NOISE = 0.02;

function allocatableChanges(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): readonly FieldChange[] {
  // A node that has just joined reports nothing yet.
  if (before.size === 0 || after.size === 0) return [];
  return differingNamed(before, after, (resource) => `allocatable ${resource}`).filter((change) => {
    const [was, is] = [quantityOf(change.before), quantityOf(change.after)];
    return was === null || is === null || Math.abs(is - was) > NOISE * Math.max(Math.abs(was), Math.abs(is));
  });
}

/** The size that is asked for; which volume the claim is bound to is no decision of people. */
export const claimChanges: ObjectChanges = ({ spec: before }, { spec: after }) => {
  const sizeOf = (spec: Fields) => fields(fields(spec['resources'])['requests'])['storage'];
  return [
    ...differing('requested size', sizeOf(before), sizeOf(after)),
    ...differing('storage class', before['storageClassName'], after['storageClassName']),
  ];
};

export const namespaceChanges: ObjectChanges = (before, after) =>
  differingNamed(named(before.labels), named(after.labels), (name) => `label ${name}`);
