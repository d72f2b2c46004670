/** Where a pod's spec names an object, to be cited beside the words that it is missing. */
import { type Fields, fields, objects, text } from '../../../kit/fields.ts';
import type { PodCase } from '../../case.ts';
import type { Path } from '../../container-runs.ts';
import type { MissingObject } from '../../missing-object.ts';

export interface Reference {
  readonly path: Path;
  readonly name: string;
  /** `volume tls`, `variable TOKEN of container app`. */
  readonly as: string;
}

export function referenceTo({ spec }: PodCase, missing: MissingObject): Reference | undefined {
  return [...references(spec.value, missing.kind)].find(({ name, key }) =>
    missing.name === '' ? key === missing.key || key === '' : name === missing.name && isSameKey(key, missing.key),
  );
}

/** `volume "tls"` in a message: the volume's object, where the message does not name it. */
export function objectOfVolume({ spec }: PodCase, message: string, kind: string): string {
  const volume = /volume "([^"]{1,253})"/.exec(message.slice(0, 1000))?.[1];
  const found = [...references(spec.value, kind)].find(({ as }) => as === `volume ${volume}`);
  return found?.name ?? '';
}

function isSameKey(named: string, missing: string): boolean {
  return missing === '' || named === '' || named === missing;
}

interface Candidate extends Reference {
  /** Empty where the whole object is named. */
  readonly key: string;
}

function* references(spec: Fields, kind: string): Generator<Candidate> {
  const whole: Readonly<Record<string, string>> = {
    ServiceAccount: 'serviceAccountName',
    PriorityClass: 'priorityClassName',
    RuntimeClass: 'runtimeClassName',
  };
  const field = whole[kind];
  if (field !== undefined) yield { path: [field], name: text(spec[field]), key: '', as: field };
  yield* volumes(spec, kind);
  if (kind !== 'ConfigMap' && kind !== 'Secret') return;
  for (const list of ['initContainers', 'containers'] as const)
    for (const container of objects(spec[list])) yield* variables(container, [list, text(container['name'])], kind);
}

function* volumes(spec: Fields, kind: string): Generator<Candidate> {
  for (const volume of objects(spec['volumes'])) {
    const name = text(volume['name']);
    const at = ['volumes', name];
    const as = `volume ${name}`;
    const secret = text(fields(volume['secret'])['secretName']);
    const configMap = text(fields(volume['configMap'])['name']);
    const claim = text(fields(volume['persistentVolumeClaim'])['claimName']);
    if (kind === 'Secret' && secret !== '') yield { path: [...at, 'secret', 'secretName'], name: secret, key: '', as };
    if (kind === 'ConfigMap' && configMap !== '')
      yield { path: [...at, 'configMap', 'name'], name: configMap, key: '', as };
    if (kind === 'PersistentVolumeClaim' && claim !== '')
      yield { path: [...at, 'persistentVolumeClaim', 'claimName'], name: claim, key: '', as };
    for (const [index, source] of objects(fields(volume['projected'])['sources']).entries()) {
      const part = kind === 'Secret' ? 'secret' : 'configMap';
      const projected = text(fields(source[part])['name']);
      if (projected !== '')
        yield { path: [...at, 'projected', 'sources', index, part, 'name'], name: projected, key: '', as };
    }
  }
}

function* variables(container: Fields, at: Path, kind: 'ConfigMap' | 'Secret'): Generator<Candidate> {
  const [keyRef, wholeRef] = kind === 'Secret' ? ['secretKeyRef', 'secretRef'] : ['configMapKeyRef', 'configMapRef'];
  const whose = `of container ${text(container['name'])}`;
  for (const variable of objects(container['env'])) {
    const reference = fields(fields(variable['valueFrom'])[keyRef]);
    const path = [...at, 'env', text(variable['name']), 'valueFrom', keyRef];
    const name = text(reference['name']);
    if (name !== '')
      yield { path, name, key: text(reference['key']), as: `variable ${text(variable['name'])} ${whose}` };
  }
  for (const [index, source] of objects(container['envFrom']).entries()) {
    const name = text(fields(source[wholeRef])['name']);
    if (name !== '') yield { path: [...at, 'envFrom', index, wholeRef, 'name'], name, key: '', as: `envFrom ${whose}` };
  }
}
