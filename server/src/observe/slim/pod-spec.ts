/** Slims a pod's spec, or the template that pods are made from, to what detectors and evidence ask for. */
import { type Fields, fields, isFields, objects, text } from '../../kit/fields.ts';
import type { Interner } from './interner.ts';
import { pick } from './pick.ts';

const POD_FIELDS = [
  'activeDeadlineSeconds',
  'affinity',
  'hostNetwork',
  'imagePullSecrets',
  'nodeSelector',
  'overhead',
  'priority',
  'priorityClassName',
  'readinessGates',
  'restartPolicy',
  'runtimeClassName',
  'schedulerName',
  'schedulingGates',
  'securityContext',
  'serviceAccountName',
  'terminationGracePeriodSeconds',
  'tolerations',
  'topologySpreadConstraints',
] as const;

const CONTAINER_FIELDS = [
  'command',
  'envFrom',
  'image',
  'imagePullPolicy',
  'lifecycle',
  'livenessProbe',
  'name',
  'ports',
  'readinessProbe',
  'resources',
  'restartPolicy',
  'securityContext',
  'startupProbe',
  'workingDir',
] as const;

/** The token volume that the API server adds to every pod under a random name: keeping it would make every pod's spec unique. */
const TOKEN_VOLUME = /^(kube-api-access|default-token)-[a-z0-9]{5}$/;
/** Whole scripts are passed as an argument or a variable; their beginning is what a person recognises. */
const ARGUMENT_LIMIT = 2048;

/** One shared copy for all replicas; `nodeName` is the pod's own. */
export function slimPodSpec(value: unknown, interner: Interner): Fields {
  const spec = fields(value);
  const init = objects(spec['initContainers']).map(slimContainer);
  const volumes = objects(spec['volumes']).filter(isOwnVolume).map(slimVolume);
  const common = interner.share({
    ...pick(spec, POD_FIELDS),
    containers: objects(spec['containers']).map(slimContainer),
    ...(init.length > 0 && { initContainers: init }),
    ...(volumes.length > 0 && { volumes }),
  });
  const nodeName = text(spec['nodeName'], 512);
  return nodeName === '' ? common : { ...common, nodeName: interner.word(nodeName) };
}

function slimContainer(container: Fields): Fields {
  const mounts = objects(container['volumeMounts']).filter(isOwnVolume);
  const args = Array.isArray(container['args']) ? container['args'].map((each) => text(each, ARGUMENT_LIMIT)) : [];
  const env = objects(container['env']).map(slimVariable);
  return {
    ...pick(container, CONTAINER_FIELDS),
    ...(args.length > 0 && { args }),
    ...(env.length > 0 && { env }),
    ...(mounts.length > 0 && {
      volumeMounts: mounts.map((mount) => pick(mount, ['mountPath', 'name', 'readOnly', 'subPath'])),
    }),
  };
}

function isOwnVolume(volume: Fields): boolean {
  return !TOKEN_VOLUME.test(text(volume['name'], 253));
}

/** A literal value, or where the value comes from; never what a Secret holds, which a spec does not contain. */
function slimVariable(variable: Fields): Fields {
  const name = text(variable['name'], 512);
  return isFields(variable['valueFrom'])
    ? { name, valueFrom: variable['valueFrom'] }
    : { name, value: text(variable['value'], ARGUMENT_LIMIT) };
}

/** What a volume refers to. */
function slimVolume(volume: Fields): Fields {
  const kept: Record<string, unknown> = { name: volume['name'] };
  const { secret, configMap, projected, ephemeral } = volume;
  if (isFields(secret)) kept['secret'] = pick(secret, ['items', 'optional', 'secretName']);
  if (isFields(configMap)) kept['configMap'] = pick(configMap, ['items', 'name', 'optional']);
  if (isFields(projected)) kept['projected'] = { sources: objects(projected['sources']).map(slimProjection) };
  if (isFields(ephemeral)) kept['ephemeral'] = ephemeral;
  return { ...kept, ...pick(volume, ['csi', 'emptyDir', 'hostPath', 'iscsi', 'nfs', 'persistentVolumeClaim']) };
}

function slimProjection(source: Fields): Fields {
  const kept: Record<string, unknown> = {};
  for (const kind of ['configMap', 'secret'] as const) {
    if (isFields(source[kind])) kept[kind] = pick(source[kind], ['items', 'name', 'optional']);
  }
  if (isFields(source['serviceAccountToken'])) kept['serviceAccountToken'] = {};
  return kept;
}
