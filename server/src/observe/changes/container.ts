/** What differs between two versions of one container of a pod template. */
import { type Fields, fields, isFields, objects, text } from '../../kit/fields.ts';
import type { FieldChange } from '../../model/change.ts';
import { differing, differingNamed, differingSet, listed, named } from './differing.ts';
import { probeChanges } from './probes.ts';

/** `nameOf` turns `image` into `image of proxy` where there are several containers. */
export function containerChanges(
  before: Fields,
  after: Fields,
  nameOf: (field: string) => string,
): readonly FieldChange[] {
  const same = (field: string, property: string) => differing(nameOf(field), before[property], after[property]);
  return [
    ...same('image', 'image'),
    ...differing(nameOf('command'), wordsOf(before['command']), wordsOf(after['command'])),
    ...differing(nameOf('arguments'), wordsOf(before['args']), wordsOf(after['args'])),
    ...differingNamed(variablesOf(before), variablesOf(after), (name) => nameOf(`env ${name}`)),
    ...sourceChanges(before, after, nameOf),
    ...resourceChanges(before, after, nameOf),
    ...probeChanges(before, after, nameOf),
    ...differingNamed(mountsOf(before), mountsOf(after), (path) => nameOf(`mount ${path}`)),
    ...differingSet(nameOf('ports'), objects(before['ports']), objects(after['ports']), portText),
    ...same('working directory', 'workingDir'),
    ...same('image pull policy', 'imagePullPolicy'),
    ...same('restart policy', 'restartPolicy'),
    ...same('lifecycle hooks', 'lifecycle'),
    ...same('security context', 'securityContext'),
  ];
}

/** One word as it stands, a shell script often; several as a list, so that it is plain where one ends. */
function wordsOf(value: unknown): unknown {
  const words = listed(value);
  return words.length === 1 ? words[0] : words;
}

function variablesOf(container: Fields): ReadonlyMap<string, unknown> {
  return new Map(objects(container['env']).map((variable) => [text(variable['name']), variableText(variable)]));
}

/** A variable set to nothing is not one that is missing. */
function variableText(variable: Fields): string {
  if (isFields(variable['valueFrom'])) return sourceText(variable['valueFrom']);
  const value = text(variable['value'], 4096);
  return value === '' ? '""' : value;
}

function sourceText(source: Fields): string {
  const { secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef } = source;
  if (isFields(secretKeyRef)) return `from secret ${text(secretKeyRef['name'])} key ${text(secretKeyRef['key'])}`;
  if (isFields(configMapKeyRef)) {
    return `from config map ${text(configMapKeyRef['name'])} key ${text(configMapKeyRef['key'])}`;
  }
  if (isFields(fieldRef)) return `from field ${text(fieldRef['fieldPath'])}`;
  if (isFields(resourceFieldRef)) return `from resource ${text(resourceFieldRef['resource'])}`;
  return 'from another source';
}

/** Whole config maps and secrets as environment: what went, and what came in its place. */
function sourceChanges(before: Fields, after: Fields, nameOf: (field: string) => string): readonly FieldChange[] {
  const reference = (container: Fields, kind: string) =>
    objects(container['envFrom'])
      .filter((source) => isFields(source[kind]))
      .map((source) => `${text(fields(source[kind])['name'])}${prefixText(source['prefix'])}`);
  return [
    ...differingSet(nameOf('config map ref'), reference(before, 'configMapRef'), reference(after, 'configMapRef')),
    ...differingSet(nameOf('secret ref'), reference(before, 'secretRef'), reference(after, 'secretRef')),
  ];
}

function prefixText(prefix: unknown): string {
  return text(prefix) === '' ? '' : ` as ${text(prefix)}*`;
}

function resourceChanges(before: Fields, after: Fields, nameOf: (field: string) => string): readonly FieldChange[] {
  const kinds = [
    ['limits', 'limit'],
    ['requests', 'request'],
  ] as const;
  return kinds.flatMap(([property, word]) =>
    differingNamed(
      named(fields(before['resources'])[property]),
      named(fields(after['resources'])[property]),
      (resource) => nameOf(`${resource} ${word}`),
    ),
  );
}

function mountsOf(container: Fields): ReadonlyMap<string, unknown> {
  return new Map(
    objects(container['volumeMounts']).map((mount) => {
      const path = text(mount['subPath']);
      const what = `${text(mount['name'])}${path === '' ? '' : `/${path}`}`;
      return [text(mount['mountPath']), `${what}${mount['readOnly'] === true ? ' (read-only)' : ''}`];
    }),
  );
}

function portText(port: unknown): string {
  const { name, containerPort, hostPort, protocol } = fields(port);
  const label = text(name) === '' ? '' : `${text(name)} `;
  const host = text(hostPort) === '' ? '' : ` on host port ${text(hostPort)}`;
  return `${label}${text(containerPort)}/${text(protocol) || 'TCP'}${host}`;
}
