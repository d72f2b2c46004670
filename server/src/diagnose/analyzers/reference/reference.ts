/** References to what does not exist: ConfigMaps, Secrets and their keys, ServiceAccounts, claims, classes, profiles of the node. */
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case, PodCase } from '../../case.ts';
import { cited, citeEvent, citeField } from '../../cite.ts';
import { homeNamespace } from '../../home-namespace.ts';
import { commandsOf, describeCommand, getCommand } from '../../kubectl.ts';
import { type MissingObject, missingObject } from '../../missing-object.ts';
import { podTroubles } from '../../pod-trouble.ts';
import { pullFailures } from '../../pull-failure.ts';
import type { Statement } from '../../statement.ts';
import { objectOfVolume, referenceTo } from './referring-field.ts';

/** Who says it, and when: others quote the same words of things that are no reference of a pod. */
const REASONS: ReadonlySet<string> = new Set([
  'FailedMount',
  'FailedMapVolume',
  'Failed',
  'FailedCreate',
  'FailedCreatePodSandBox',
  'FailedScheduling',
  'FailedResourceClaimCreation',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'ContainerCreating',
  'Unschedulable',
  'AppArmor',
  'ReplicaFailure',
  'FailedBinding',
]);
const OF_THE_NODE: ReadonlySet<string> = new Set(['AppArmor profile', 'seccomp profile', 'runtime handler']);
const OF_THE_CLUSTER: ReadonlySet<string> = new Set(['PriorityClass', 'RuntimeClass', 'DeviceClass']);
const RESOURCES: ReadonlyMap<string, string> = new Map([
  ['Secret', 'secrets'],
  ['ConfigMap', 'configmaps'],
  ['ServiceAccount', 'serviceaccounts'],
  ['PersistentVolumeClaim', 'persistentvolumeclaims'],
  ['PriorityClass', 'priorityclasses'],
  ['RuntimeClass', 'runtimeclasses'],
  ['SecretProviderClass', 'secretproviderclasses'],
  ['NetworkAttachmentDefinition', 'network-attachment-definitions'],
]);
const MOST_FINDINGS = 3;

export const reference: Analyzer = {
  name: 'reference',
  causes: ['missing-reference'],
  analyze(the) {
    const found = new Map<string, Finding>();
    for (const trouble of podTroubles(the)) {
      const missing = isTelling(trouble) ? missingObject(trouble.says) : undefined;
      if (missing === undefined) continue;
      const key = `${missing.kind}/${missing.name}/${missing.key}`;
      if (!found.has(key)) found.set(key, readMissing(the, trouble, missing));
    }
    const pullSecret = missingPullSecret(the);
    return [...found.values(), ...(pullSecret === undefined ? [] : [pullSecret])].slice(0, MOST_FINDINGS);
  },
};

function isTelling({ reason, says }: Statement): boolean {
  if (!REASONS.has(reason) || says.includes('admission webhook')) return false;
  // Caches that are not filled yet say so for a moment, of objects that are there.
  if (says.includes('not registered') || says.includes('failed to sync')) return false;
  return !says.startsWith('Failed to pull image');
}

function readMissing(the: Case, trouble: Statement, missing: MissingObject): Finding {
  const pod = the.pods.find(({ ref }) => ref.name === trouble.about.name) ?? the.pods[0];
  const name = missing.name || (pod === undefined ? '' : objectOfVolume(pod, trouble.says, missing.kind));
  const whole = { ...missing, name };
  const used = pod && referenceTo(pod, whole);
  return {
    cause: 'missing-reference',
    explanation: explain(the, trouble, whole, used?.as),
    confidence: trouble.says.includes('kube-root-ca.crt') ? 0.6 : 0.95,
    citations: cited(trouble.citation, used && pod && citeField(pod.spec, used.path)),
    nextSteps: nextSteps(the, whole),
    commands: commandsFor(the, trouble, whole, pod),
  };
}

function explain(the: Case, { about }: Statement, { kind, name, key }: MissingObject, as: string | undefined): string {
  const who = `${about.kind} ${about.name}`;
  const use = as === undefined ? '' : ` (${as})`;
  const where = placeOf(the, kind);
  return key === ''
    ? `${who} needs ${kind} ${name}${use}, which does not exist${where}.`
    : `${who} needs key ${key} of ${kind} ${name || '(not named)'}${use}; the ${kind} has no such key.`;
}

function placeOf(the: Case, kind: string): string {
  if (OF_THE_NODE.has(kind)) return ' on the node';
  return OF_THE_CLUSTER.has(kind) ? ' in the cluster' : ` in namespace ${homeNamespace(the)}`;
}

function nextSteps(the: Case, { kind, name, key }: MissingObject): readonly string[] {
  const { root } = the.incident;
  const owner = `${root.kind} ${root.name}`;
  if (key !== '')
    return [
      `Add key ${key} to ${kind} ${name || 'that the pod names'} in namespace ${homeNamespace(the)}`,
      `Or correct the key that ${owner} names`,
    ];
  if (OF_THE_NODE.has(kind))
    return [`Install ${kind} ${name} on every node that may run the pod`, `Or correct the name in ${owner}`];
  return [
    `Create ${kind} ${name}${placeOf(the, kind)}`,
    `Or correct the name in ${owner}`,
    'Check whether it was deleted or renamed just before, or lives in another namespace',
  ];
}

function commandsFor(
  the: Case,
  { about }: Statement,
  { kind, name, key }: MissingObject,
  pod: PodCase | undefined,
): readonly string[] {
  const namespace = OF_THE_CLUSTER.has(kind) ? '' : homeNamespace(the);
  const resource = RESOURCES.get(kind);
  return commandsOf(
    describeCommand(about),
    // `describe` shows the keys of a Secret, and no value.
    key !== '' && name !== '' ? describeCommand({ kind, namespace, name }) : null,
    resource === undefined ? null : getCommand(namespace, resource),
    pod === undefined && about.kind !== 'Pod' ? describeCommand(the.incident.root) : null,
  ).slice(0, 3);
}

/** Only beside a pull that failed: the kubelet says it of secrets that it does not need, too. */
function missingPullSecret(the: Case): Finding | undefined {
  const event = the.events.find(({ reason }) => reason === 'FailedToRetrieveImagePullSecret');
  if (event === undefined || pullFailures(the).length === 0) return undefined;
  const names = /secrets \(([^()]{1,300})\)/.exec(event.message.slice(0, 1000))?.[1] ?? '';
  const pod = the.pods.find(({ ref }) => ref.name === event.object.name) ?? the.pods[0];
  return {
    cause: 'missing-reference',
    explanation: `Pull secret ${names} of pod ${event.object.name} cannot be read: most likely it does not exist in namespace ${homeNamespace(the)}.`,
    confidence: 0.75,
    citations: cited(citeEvent(event), pod && citeField(pod.spec, ['imagePullSecrets'])),
    nextSteps: [`Create the pull secret ${names} in namespace ${homeNamespace(the)}, or correct its name`],
    commands: commandsOf(
      getCommand(homeNamespace(the), 'secrets'),
      describeCommand({ kind: 'Pod', namespace: homeNamespace(the), name: event.object.name }),
    ),
  };
}
