/** Objects that a pod names and that do not exist, as API server, kubelet and scheduler word it. */

export interface MissingObject {
  /** `Secret`, `ConfigMap`, … */
  readonly kind: string;
  readonly name: string;
  /** The key that is missing in an object that is there. */
  readonly key: string;
}

/** The word before the quoted name; lower case, singular. Kinds that belong to another cause are left out. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['secret', 'Secret'],
  ['configmap', 'ConfigMap'],
  ['serviceaccount', 'ServiceAccount'],
  ['persistentvolumeclaim', 'PersistentVolumeClaim'],
  ['priorityclass', 'PriorityClass'],
  ['runtimeclass', 'RuntimeClass'],
  ['secretproviderclass', 'SecretProviderClass'],
  ['resourceclaim', 'ResourceClaim'],
  ['resourceclaimtemplate', 'ResourceClaimTemplate'],
  ['deviceclass', 'DeviceClass'],
  ['networkattachmentdefinition', 'NetworkAttachmentDefinition'],
]);
const LONGEST = 2000;
const NAME = '([A-Za-z0-9][A-Za-z0-9._-]{0,252})';

/** `configmap "settings" not found`, `secrets "tls" not found`, `priorityclass.scheduling.k8s.io "gold" not found`. */
const NOT_FOUND = new RegExp(`([A-Za-z]{4,40})(?:\\.[a-z0-9.-]{1,80})? "${NAME}" (?:is )?not found`, 'g');
const NO_PRIORITY_CLASS = new RegExp(`no PriorityClass with name ${NAME} was found`, 'i');
const NO_NETWORK = new RegExp(`cannot find a network-attachment-definition \\(${NAME}\\)`);
const NO_KEY_IN = new RegExp(`couldn't find key (\\S{1,253}) in (ConfigMap|Secret) [a-z0-9-]{1,63}/${NAME}`, 'i');
/** What the kubelet says of a volume's key; the object is named by the volume. */
const NO_KEY = /references non-existent (config|secret) key: (\S{1,253})/;
const NO_HANDLER = new RegExp(`no runtime for "${NAME}" is configured|failed to find runtime handler ${NAME}`);

export function missingObject(message: string): MissingObject | undefined {
  const short = message.slice(0, LONGEST);
  return missingKey(short) ?? missingNamed(short);
}

function missingKey(message: string): MissingObject | undefined {
  const inObject = NO_KEY_IN.exec(message);
  if (inObject !== null) {
    const [, key = '', kind = '', name = ''] = inObject;
    return { kind: kind.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap', name, key };
  }
  const inVolume = NO_KEY.exec(message);
  if (inVolume === null) return undefined;
  return { kind: inVolume[1] === 'secret' ? 'Secret' : 'ConfigMap', name: '', key: inVolume[2] ?? '' };
}

function missingNamed(message: string): MissingObject | undefined {
  for (const [, word = '', name = ''] of message.matchAll(NOT_FOUND)) {
    const lower = word.toLowerCase();
    const kind = KINDS.get(lower) ?? KINDS.get(lower.replace(/s$/, '')) ?? KINDS.get(lower.replace(/es$/, ''));
    if (kind !== undefined) return { kind, name, key: '' };
  }
  const priority = NO_PRIORITY_CLASS.exec(message)?.[1];
  if (priority !== undefined) return { kind: 'PriorityClass', name: priority, key: '' };
  const network = NO_NETWORK.exec(message)?.[1];
  if (network !== undefined) return { kind: 'NetworkAttachmentDefinition', name: network, key: '' };
  const handler = NO_HANDLER.exec(message);
  if (handler !== null) return { kind: 'runtime handler', name: handler[1] ?? handler[2] ?? '', key: '' };
  return missingProfile(message);
}

/** Profiles are files and kernel settings of the node. */
function missingProfile(message: string): MissingObject | undefined {
  const apparmor = /(?:apparmor profile not found|profile) "?([\w./-]{1,253})"?(?: is not loaded)?/i.exec(message);
  const saysApparmor = message.includes('is not loaded') || message.includes('apparmor profile not found');
  if (apparmor?.[1] !== undefined && saysApparmor && message.toLowerCase().includes('apparmor'))
    return { kind: 'AppArmor profile', name: apparmor[1], key: '' };
  const seccomp = /seccomp\/([\w./-]{1,253}): no such file or directory/.exec(message)?.[1];
  return seccomp === undefined ? undefined : { kind: 'seccomp profile', name: seccomp, key: '' };
}
