/** The names in a recording that a cluster made up itself: pods, replica sets, whatever has a generateName. */
import { textAt, type RawObject } from '../kube/recording/recorded-line.ts';
import { resourceKey } from '../kube/recording/recorded-resource.ts';
import type { Recording } from '../kube/recording/recording.ts';

export interface GeneratedNames {
  /** Hashes of pod templates, as in replica sets' names and pods' labels. */
  readonly hashes: ReadonlySet<string>;
  /** Full name → the prefix that it was generated from. */
  readonly generated: ReadonlyMap<string, string>;
  /** Names of replica sets, each with its hash. */
  readonly hashed: ReadonlyMap<string, string>;
  /** uids of namespaces that a cluster has from its first to its last day: its identity among them. */
  readonly lastingUids: ReadonlySet<string>;
}

const lastingNamespaces: readonly string[] = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

export function isLasting(resource: { readonly group: string; readonly resource: string }, name: string): boolean {
  return resource.group === '' && resource.resource === 'namespaces' && lastingNamespaces.includes(name);
}

/** Reads the whole recording but its Events. */
export async function findGeneratedNames(recording: Recording): Promise<GeneratedNames> {
  const hashes = new Set<string>();
  const generated = new Map<string, string>();
  const hashed = new Map<string, string>();
  const lastingUids = new Set<string>();
  const see = (object: RawObject) => {
    const name = textAt(object, 'metadata', 'name');
    const prefix = textAt(object, 'metadata', 'generateName');
    const hash = textAt(object, 'metadata', 'labels', 'pod-template-hash');
    if (hash !== '') hashes.add(hash);
    if (prefix !== '' && name.startsWith(prefix) && name !== prefix) generated.set(name, prefix);
    else if (hash !== '' && name.endsWith(`-${hash}`)) hashed.set(name, hash);
  };
  for await (const { resource, line } of recording.lines(({ resource }) => resource !== 'events')) {
    const objects = 'items' in line ? line.items : 'object' in line ? [line.object] : [];
    for (const object of objects) {
      see(object);
      if (resourceKey(resource) === 'namespaces' && lastingNamespaces.includes(textAt(object, 'metadata', 'name'))) {
        lastingUids.add(textAt(object, 'metadata', 'uid'));
      }
    }
  }
  return { hashes, generated, hashed, lastingUids };
}
