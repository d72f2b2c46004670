/** What differs between two versions of the template that a workload makes its pods from. */
import { type Fields, fields, isFields, objects, text } from '../../kit/fields.ts';
import type { FieldChange } from '../../model/change.ts';
import { containerChanges } from './container.ts';
import { differing, differingNamed, differingSet, differingSwitch, listed, named, shown } from './differing.ts';

/** What a ReplicaSet adds to the template of its Deployment: it says nothing of its own. */
const TEMPLATE_HASH = 'pod-template-hash';

export function templateChanges(before: unknown, after: unknown): readonly FieldChange[] {
  const [was, is] = [fields(before), fields(after)];
  const [wasMetadata, isMetadata] = [fields(was['metadata']), fields(is['metadata'])];
  return [
    ...podChanges(fields(was['spec']), fields(is['spec'])),
    ...differingNamed(
      named(wasMetadata['annotations']),
      named(isMetadata['annotations']),
      (name) => `annotation ${name}`,
    ),
    ...differingNamed(labelsOf(wasMetadata), labelsOf(isMetadata), (name) => `label ${name}`),
  ];
}

function labelsOf(metadata: Fields): ReadonlyMap<string, unknown> {
  return new Map([...named(metadata['labels'])].filter(([name]) => name !== TEMPLATE_HASH));
}

function podChanges(before: Fields, after: Fields): readonly FieldChange[] {
  const same = (field: string, property: string) => differing(field, before[property], after[property]);
  const unordered = (field: string, property: string) =>
    differingSet(field, listed(before[property]), listed(after[property]));
  return [
    ...containersChanges(before, after),
    ...differingNamed(volumesOf(before), volumesOf(after), (name) => `volume ${name}`),
    ...same('node selector', 'nodeSelector'),
    ...same('service account', 'serviceAccountName'),
    ...same('affinity', 'affinity'),
    ...unordered('tolerations', 'tolerations'),
    ...unordered('topology spread', 'topologySpreadConstraints'),
    ...differingSet(
      'image pull secrets',
      objects(before['imagePullSecrets']),
      objects(after['imagePullSecrets']),
      nameIn,
    ),
    ...same('priority class', 'priorityClassName'),
    ...same('runtime class', 'runtimeClassName'),
    ...same('scheduler', 'schedulerName'),
    ...same('pod restart policy', 'restartPolicy'),
    ...same('pod active deadline', 'activeDeadlineSeconds'),
    ...same('termination grace period', 'terminationGracePeriodSeconds'),
    ...differingSwitch('host network', before['hostNetwork'], after['hostNetwork']),
    ...same('pod security context', 'securityContext'),
    ...unordered('readiness gates', 'readinessGates'),
    ...unordered('scheduling gates', 'schedulingGates'),
  ];
}

/** Containers that both versions have, one by one; those that came or went as a whole. */
function containersChanges(before: Fields, after: Fields): readonly FieldChange[] {
  const [was, is] = [containersOf(before), containersOf(after)];
  const several = was.size > 1 || is.size > 1;
  const names = new Set([...was.keys(), ...is.keys()]);
  return [...names].flatMap((name) => {
    const [old, now] = [was.get(name), is.get(name)];
    const whole = `${(now ?? old)?.init === true ? 'init container' : 'container'} ${name}`;
    if (old === undefined || now === undefined || old.init !== now.init) {
      return differing(whole, old && imageText(old), now && imageText(now));
    }
    return containerChanges(old.spec, now.spec, (field) => (several ? `${field} of ${name}` : field));
  });
}

interface Container {
  readonly spec: Fields;
  readonly init: boolean;
}

function containersOf(spec: Fields): ReadonlyMap<string, Container> {
  const entries = (property: string, init: boolean) =>
    objects(spec[property]).map((container): [string, Container] => [
      text(container['name']),
      { spec: container, init },
    ]);
  return new Map([...entries('initContainers', true), ...entries('containers', false)]);
}

function imageText({ spec, init }: Container): string {
  return `${init ? 'init, ' : ''}image ${text(spec['image'])}`;
}

function volumesOf(spec: Fields): ReadonlyMap<string, unknown> {
  return new Map(objects(spec['volumes']).map((volume) => [text(volume['name']), volumeText(volume)]));
}

/** What the volume is made from, in words where it is one of the usual sources. */
function volumeText({ name: _, ...source }: Fields): string {
  const { secret, configMap, persistentVolumeClaim, hostPath } = source;
  const items = (from: Fields) => (from['items'] === undefined ? '' : ` items ${shown(from['items']) ?? 'none'}`);
  if (isFields(secret)) return `secret ${text(secret['secretName'])}${items(secret)}`;
  if (isFields(configMap)) return `config map ${text(configMap['name'])}${items(configMap)}`;
  if (isFields(persistentVolumeClaim)) return `claim ${text(persistentVolumeClaim['claimName'])}`;
  if (isFields(hostPath)) return `host path ${text(hostPath['path'])}`;
  return shown(source) ?? 'another source';
}

function nameIn(entry: unknown): string {
  return text(fields(entry)['name']);
}
