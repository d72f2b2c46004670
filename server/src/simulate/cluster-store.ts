/** The simulated cluster's objects and their recent history, under one rising version, as etcd keeps them. */
import type { ApiResource } from '../kube/api-resource.ts';
import { textAt, type RawObject } from '../kube/recording/recorded-line.ts';
import { apiVersionOf, resourceKey } from '../kube/recording/recorded-resource.ts';
import type { Clock } from '../model/ports/process.ts';
import { ChangeHistory, type Change } from './change-history.ts';
import type { StoredObject } from './stored-object.ts';
import { readFields, readLabels, selectableFields } from './field-labels.ts';

export interface Collection {
  readonly resource: ApiResource;
  readonly objects: ReadonlyMap<string, StoredObject>;
  readonly history: ChangeHistory;
}

interface OwnCollection extends Collection {
  readonly objects: Map<string, StoredObject>;
  readonly selectable: ReturnType<typeof selectableFields>;
}

export class ClusterStore {
  readonly #collections: ReadonlyMap<string, OwnCollection>;
  readonly #clock: Clock;
  #version: number;

  constructor(options: { resources: readonly ApiResource[]; clock: Clock; firstVersion: number }) {
    this.#clock = options.clock;
    this.#version = options.firstVersion;
    this.#collections = new Map(
      options.resources.map((resource) => [
        resourceKey(resource),
        {
          resource,
          objects: new Map(),
          history: new ChangeHistory(options.firstVersion),
          selectable: selectableFields(resource),
        },
      ]),
    );
  }

  get version(): number {
    return this.#version;
  }

  collections(): Iterable<Collection> {
    return this.#collections.values();
  }

  /** Undefined where the cluster has no such resource. */
  collection(key: string): Collection | undefined {
    return this.#collections.get(key);
  }

  /** ADDED or MODIFIED, whichever is true; another object of the same name goes first. Objects without a name are not kept. */
  put(resource: ApiResource, object: RawObject): void {
    const collection = this.#own(resource);
    const key = keyOf(object);
    if (textAt(object, 'metadata', 'name') === '') return;
    let before = collection.objects.get(key) ?? null;
    if (before !== null && before.uid !== textAt(object, 'metadata', 'uid')) {
      this.remove(resource, key);
      before = null;
    }
    const stored = this.#stored(collection, object);
    collection.objects.set(key, stored);
    this.#record(collection, { type: before === null ? 'ADDED' : 'MODIFIED', object: stored, before });
  }

  /** DELETED, with the object as given or as it last was. */
  remove(resource: ApiResource, key: string, last?: RawObject): void {
    const collection = this.#own(resource);
    const before = collection.objects.get(key);
    if (before === undefined) return;
    collection.objects.delete(key);
    const object = this.#stored(collection, last ?? (JSON.parse(before.json) as RawObject));
    this.#record(collection, { type: 'DELETED', object, before });
  }

  /** Forgets all history: versions seen so far have expired. */
  compact(): void {
    for (const collection of this.#collections.values()) collection.history.clear(this.#version);
  }

  /** etcd restored from a backup: versions go back, history is gone, and those who watched know of versions yet to come. */
  goBack(versions: number): void {
    this.#version = Math.max(1, this.#version - versions);
    for (const collection of this.#collections.values()) {
      for (const [key, object] of collection.objects) {
        if (object.version <= this.#version) continue;
        const raw = JSON.parse(object.json) as RawObject;
        collection.objects.set(key, build(collection, raw, this.#version));
      }
      collection.history.clear(this.#version);
    }
  }

  /** The objects as they were at a version; null where history does not reach back so far. */
  objectsAt(collection: Collection, version: number): ReadonlyMap<string, StoredObject> | null {
    if (version >= this.#version) return collection.objects;
    const later = collection.history.since(version);
    if (later === null) return null;
    const objects = new Map(collection.objects);
    for (const { object, before } of later.toReversed()) {
      const key = `${object.namespace}/${object.name}`;
      if (before === null) objects.delete(key);
      else objects.set(key, before);
    }
    return objects;
  }

  #own(resource: ApiResource): OwnCollection {
    const collection = this.#collections.get(resourceKey(resource));
    if (collection === undefined) throw new Error(`the simulated cluster was not told of ${resourceKey(resource)}`);
    return collection;
  }

  #stored(collection: OwnCollection, object: RawObject): StoredObject {
    this.#version += 1;
    return build(collection, object, this.#version);
  }

  #record(collection: OwnCollection, change: Omit<Change, 'version' | 'at'>): void {
    collection.history.add({ ...change, version: change.object.version, at: this.#clock.now() });
  }
}

function build(collection: OwnCollection, raw: RawObject, version: number): StoredObject {
  const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = raw;
  const object = { metadata: { ...(metadata as object), resourceVersion: String(version) }, ...rest };
  return {
    namespace: textAt(raw, 'metadata', 'namespace'),
    name: textAt(raw, 'metadata', 'name'),
    uid: textAt(raw, 'metadata', 'uid'),
    version,
    json: JSON.stringify(object),
    labels: readLabels(raw),
    fields: readFields(collection.selectable, raw),
  };
}

/** As a GET or a watch gives it: with kind and apiVersion first. */
export function wholeJson(resource: ApiResource, object: StoredObject): string {
  return `{"kind":"${resource.kind}","apiVersion":"${apiVersionOf(resource)}",${object.json.slice(1)}`;
}

export function keyOf(object: RawObject): string {
  return `${textAt(object, 'metadata', 'namespace')}/${textAt(object, 'metadata', 'name')}`;
}
