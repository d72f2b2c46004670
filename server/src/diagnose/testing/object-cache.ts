/** A cluster's live objects for tests of what asks the cache. */
import type { Fields } from '../../kit/fields.ts';
import type { ObjectCache, SlimObject } from '../../model/slim-object.ts';

export interface LiveObject {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly spec?: Fields;
}

export function objectCache(objects: readonly LiveObject[]): ObjectCache {
  const live = objects.map(
    ({ kind, namespace = 'shop', name, spec = {} }): SlimObject => ({
      ref: { kind, namespace, name, uid: `${kind}-${name}` },
      resourceVersion: '1',
      labels: {},
      annotations: {},
      owners: [],
      createdAt: 0,
      deletingSince: null,
      generation: 1,
      spec,
      status: {},
    }),
  );
  return {
    find: (_, { kind, namespace, name }) =>
      live.find(({ ref }) => ref.kind === kind && ref.namespace === namespace && ref.name === name),
    list: (_, kind, namespace) =>
      live.filter(({ ref }) => ref.kind === kind && (namespace ?? ref.namespace) === ref.namespace),
    knowledge: () => 'synced',
    rootOwner: (_, ref) => ref,
    ownerChain: () => [],
    nodeOf: () => '',
  };
}
