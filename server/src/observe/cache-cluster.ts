/** The objects of one cluster, found by uid, by name, by owner and by node; deleted ones for a while longer. */
import type { ObjectRef } from '../model/object-ref.ts';
import type { KindKnowledge, SlimObject } from '../model/slim-object.ts';
import { text } from '../kit/fields.ts';

/** How long a deleted object is still found by its uid: as long as API servers keep its Events by default. */
const TOMBSTONE_MS = 3_600_000;
/** At most this many a cluster; the longest dead go first. */
const TOMBSTONES = 10_000;

export class ClusterObjects {
  readonly #byUid = new Map<string, SlimObject>();
  readonly #byKind = new Map<string, Map<string, Map<string, SlimObject>>>();
  readonly #byOwner = new Map<string, Set<string>>();
  readonly #byNode = new Map<string, Set<string>>();
  readonly #dead = new Map<string, { readonly object: SlimObject; readonly at: number }>();
  readonly #deadNames = new Map<string, string>();
  readonly #knowledge = new Map<string, KindKnowledge>();

  get size(): number {
    return this.#byUid.size;
  }

  live(uid: string): SlimObject | undefined {
    return this.#byUid.get(uid);
  }

  named(kind: string, namespace: string, name: string): SlimObject | undefined {
    return this.#byKind.get(kind)?.get(namespace)?.get(name);
  }

  /** Alive or recently dead. */
  find(ref: ObjectRef): SlimObject | undefined {
    if (ref.uid !== '') return this.#byUid.get(ref.uid) ?? this.#dead.get(ref.uid)?.object;
    const alive = this.named(ref.kind, ref.namespace, ref.name);
    if (alive !== undefined) return alive;
    return this.#dead.get(this.#deadNames.get(nameKey(ref)) ?? '')?.object;
  }

  /** When its deletion was seen; undefined where it lives, or is forgotten. */
  goneAt(uid: string): number | undefined {
    return this.#byUid.has(uid) ? undefined : this.#dead.get(uid)?.at;
  }

  *list(kind: string, namespace?: string): Iterable<SlimObject> {
    const namespaces = this.#byKind.get(kind);
    if (namespaces === undefined) return;
    if (namespace !== undefined) {
      yield* namespaces.get(namespace)?.values() ?? [];
      return;
    }
    for (const objects of namespaces.values()) yield* objects.values();
  }

  /** Live objects whose owner references name this uid. */
  *ownedBy(uid: string): Iterable<SlimObject> {
    yield* this.#alive(this.#byOwner.get(uid));
  }

  *podsOn(node: string): Iterable<SlimObject> {
    yield* this.#alive(this.#byNode.get(node));
  }

  *#alive(uids: ReadonlySet<string> | undefined): Iterable<SlimObject> {
    for (const uid of uids ?? []) {
      const object = this.#byUid.get(uid);
      if (object !== undefined) yield object;
    }
  }

  put(object: SlimObject): void {
    const { ref } = object;
    const before = this.#byUid.get(ref.uid);
    if (before !== undefined) this.#unlink(before);
    this.#byUid.set(ref.uid, object);
    this.#dead.delete(ref.uid);
    nested(nested(this.#byKind, ref.kind), ref.namespace).set(ref.name, object);
    for (const owner of object.owners) linkTo(this.#byOwner, owner.uid, ref.uid);
    const node = nodeNameOf(object);
    if (node !== '') linkTo(this.#byNode, node, ref.uid);
  }

  /** Remembered as it was while it lived: a deletion may come with less. */
  remove(object: SlimObject, at: number): void {
    const { uid } = object.ref;
    const known = this.#byUid.get(uid);
    if (known !== undefined) this.#unlink(known);
    this.#byUid.delete(uid);
    this.#dead.delete(uid);
    this.#dead.set(uid, { object: known ?? object, at });
    this.#deadNames.set(nameKey(object.ref), uid);
    this.bury(at);
  }

  /** Forgets what has been dead for long, or is one too many. */
  bury(now: number): void {
    for (const [uid, { object, at }] of this.#dead) {
      if (now - at <= TOMBSTONE_MS && this.#dead.size <= TOMBSTONES) return;
      this.#dead.delete(uid);
      if (this.#deadNames.get(nameKey(object.ref)) === uid) this.#deadNames.delete(nameKey(object.ref));
    }
  }

  #unlink(object: SlimObject): void {
    const { ref } = object;
    const names = this.#byKind.get(ref.kind)?.get(ref.namespace);
    // A successor of the same name may have come before this one's end was heard of.
    if (names?.get(ref.name)?.ref.uid === ref.uid) names.delete(ref.name);
    if (names?.size === 0) this.#byKind.get(ref.kind)?.delete(ref.namespace);
    for (const owner of object.owners) unlinkFrom(this.#byOwner, owner.uid, ref.uid);
    const node = nodeNameOf(object);
    if (node !== '') unlinkFrom(this.#byNode, node, ref.uid);
  }

  knowledge(kind: string): KindKnowledge {
    return this.#knowledge.get(kind) ?? 'not-watched';
  }

  mark(kind: string, knowledge: KindKnowledge): void {
    this.#knowledge.set(kind, knowledge);
  }

  get syncing(): boolean {
    return [...this.#knowledge.values()].includes('syncing');
  }
}

/** The node that a pod runs on, empty for everything else. */
export function nodeNameOf(object: SlimObject): string {
  return object.ref.kind === 'Pod' ? text(object.spec['nodeName'], 512) : '';
}

function nameKey(ref: ObjectRef): string {
  return `${ref.kind}/${ref.namespace}/${ref.name}`;
}

function nested<T>(map: Map<string, Map<string, T>>, key: string): Map<string, T> {
  let inner = map.get(key);
  if (inner === undefined) {
    inner = new Map();
    map.set(key, inner);
  }
  return inner;
}

function linkTo(index: Map<string, Set<string>>, key: string, uid: string): void {
  const linked = index.get(key);
  if (linked === undefined) index.set(key, new Set([uid]));
  else linked.add(uid);
}

function unlinkFrom(index: Map<string, Set<string>>, key: string, uid: string): void {
  const linked = index.get(key);
  linked?.delete(uid);
  if (linked?.size === 0) index.delete(key);
}
