/** The slim cache of all clusters: what is known of every watched object, its owners and its node. */
import type { ObjectRef } from '../model/object-ref.ts';
import type { KindKnowledge, ObjectCache, SlimObject } from '../model/slim-object.ts';
import { ClusterObjects, nodeNameOf } from './cache-cluster.ts';

/** Deeper than any controller nests; a cycle of owner references ends here, too. */
const LONGEST_CHAIN = 10;

/** Grows with the clusters' own objects, which API servers bound; deleted ones are bounded in time and number. */
export class SlimCache implements ObjectCache {
  readonly #clusters = new Map<string, ClusterObjects>();

  of(clusterUid: string): ClusterObjects {
    let cluster = this.#clusters.get(clusterUid);
    if (cluster === undefined) {
      cluster = new ClusterObjects();
      this.#clusters.set(clusterUid, cluster);
    }
    return cluster;
  }

  find(clusterUid: string, ref: ObjectRef): SlimObject | undefined {
    return this.#clusters.get(clusterUid)?.find(ref);
  }

  list(clusterUid: string, kind: string, namespace?: string): Iterable<SlimObject> {
    return this.#clusters.get(clusterUid)?.list(kind, namespace) ?? [];
  }

  knowledge(clusterUid: string, kind: string): KindKnowledge {
    return this.#clusters.get(clusterUid)?.knowledge(kind) ?? 'not-watched';
  }

  /** Whether any cluster has a node of that name. */
  isNode(name: string): boolean {
    const node = { kind: 'Node', namespace: '', name, uid: '' };
    for (const cluster of this.#clusters.values()) if (cluster.find(node) !== undefined) return true;
    return false;
  }

  ownerChain(clusterUid: string, ref: ObjectRef): readonly SlimObject[] {
    const cluster = this.#clusters.get(clusterUid);
    const chain: SlimObject[] = [];
    for (
      let at = cluster?.find(ref);
      at !== undefined && chain.length < LONGEST_CHAIN;
      at = cluster?.find(parentOf(at) ?? NOBODY)
    ) {
      if (chain.includes(at)) break;
      chain.push(at);
    }
    return chain;
  }

  rootOwner(clusterUid: string, ref: ObjectRef): ObjectRef {
    const top = this.ownerChain(clusterUid, ref).at(-1);
    if (top === undefined) return ref;
    const parent = parentOf(top);
    // The owner itself is not in the cache, but its references named it.
    const root = parent ?? top.ref;
    return this.#deploymentOf(clusterUid, ref, root) ?? root;
  }

  nodeOf(clusterUid: string, ref: ObjectRef): string {
    if (ref.kind === 'Node') return ref.name;
    const object = this.find(clusterUid, ref);
    return object === undefined ? '' : nodeNameOf(object);
  }

  /**
   * Where ReplicaSets may not be watched, their Deployment is still known: its controller alone puts the hash, which ends the
   * ReplicaSet's name, into this label.
   */
  #deploymentOf(clusterUid: string, ref: ObjectRef, root: ObjectRef): ObjectRef | undefined {
    if (root.kind !== 'ReplicaSet') return undefined;
    const knowledge = this.knowledge(clusterUid, 'ReplicaSet');
    if (knowledge !== 'denied' && knowledge !== 'not-watched') return undefined;
    const hash = this.find(clusterUid, ref)?.labels['pod-template-hash'];
    if (hash === undefined || !root.name.endsWith(`-${hash}`)) return undefined;
    const name = root.name.slice(0, -hash.length - 1);
    const known = this.#clusters.get(clusterUid)?.named('Deployment', root.namespace, name);
    return known?.ref ?? { kind: 'Deployment', namespace: root.namespace, name, uid: '' };
  }
}

const NOBODY: ObjectRef = Object.freeze({ kind: '', namespace: '', name: '', uid: '' });

/** The controlling owner. A static pod names its Node, which runs it but does not make it. */
function parentOf(object: SlimObject): ObjectRef | undefined {
  const owner = object.owners[0];
  return owner === undefined || owner.kind === 'Node' ? undefined : owner;
}
