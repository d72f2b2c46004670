/** The objects of a recorded cluster at one moment: what all lines up to it leave behind. */
import type { ApiResource } from '../api-resource.ts';
import { textAt, type RawObject, type RecordedLine } from './recorded-line.ts';
import { apiVersionOf, resourceKey } from './recorded-resource.ts';

interface Collection {
  readonly resource: ApiResource;
  objects: Map<string, RawObject>;
}

export class RecordedState {
  readonly #collections: ReadonlyMap<string, Collection>;

  constructor(resources: readonly ApiResource[]) {
    this.#collections = new Map(
      resources.map((resource) => [resourceKey(resource), { resource, objects: new Map<string, RawObject>() }]),
    );
  }

  apply(resource: ApiResource, line: RecordedLine): void {
    const collection = this.#collections.get(resourceKey(resource));
    if (collection === undefined) return;
    if (line.type === 'LIST') {
      collection.objects = new Map(line.items.map((item) => [objectKeyOf(item), item]));
    } else if (line.type === 'DELETED') {
      collection.objects.delete(objectKeyOf(line.object));
    } else if (line.type === 'ADDED' || line.type === 'MODIFIED') {
      collection.objects.set(objectKeyOf(line.object), line.object);
    }
  }

  /** Whether any recorded resource is of this kind: without one, nothing is known of its objects. */
  holds(kind: string): boolean {
    return [...this.#collections.values()].some(({ resource }) => resource.kind === kind);
  }

  /** Of one namespace, in no order; nothing where none was recorded, which `holds` tells from none there. */
  list(kind: string, namespace: string): readonly RawObject[] {
    return [...this.#collections.values()]
      .filter(({ resource }) => resource.kind === kind && resource.namespaced)
      .flatMap(({ objects }) => [...objects.values()])
      .filter((object) => textAt(object, 'metadata', 'namespace') === namespace);
  }

  /**
   * As a GET answers, that is, with kind and apiVersion, which the items of a list lack. With a uid, only that very object:
   * another may have taken its name, and two groups may have a kind in common (Service is one of Knative's, too).
   */
  find(kind: string, namespace: string, name: string, uid = ''): RawObject | null {
    for (const { resource, objects } of this.#collections.values()) {
      if (resource.kind !== kind) continue;
      const object = objects.get(objectKey(resource.namespaced ? namespace : '', name));
      const isAnother = uid !== '' && !['', uid].includes(textAt(object, 'metadata', 'uid'));
      if (object !== undefined && !isAnother) return { kind, apiVersion: apiVersionOf(resource), ...object };
    }
    return null;
  }
}

function objectKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function objectKeyOf(object: RawObject): string {
  return objectKey(textAt(object, 'metadata', 'namespace'), textAt(object, 'metadata', 'name'));
}
