/** Lists the Events of one cluster where access allows: the whole cluster, else the context's own namespace, in either API group. */
import { type ApiResource, collectionPath } from '../../kube/api-resource.ts';
import type { Answer, KubeFailure } from '../../kube/answer.ts';
import type { KubeClient } from '../../kube/client.ts';
import { Discovery } from '../../kube/discovery.ts';
import { EVENTS, inVersion } from '../../kube/known-resources.ts';
import { explainFailure } from '../../observe/reflector-explain.ts';
import { listWhole } from '../../observe/reflector-list.ts';

const PAGE = 500;

/** Where the list was made; a watch may go on from there. */
export interface ListedPlace {
  readonly resource: ApiResource;
  /** Empty: the whole cluster. */
  readonly namespace: string;
  readonly resourceVersion: string;
}

export type ListedEvents =
  | {
      readonly kind: 'listed';
      readonly places: readonly ListedPlace[];
      /** What could not be seen, and why; empty when all was. */
      readonly notes: readonly string[];
    }
  /** `detail` says how to mend it: a denial carries the Role. */
  | { readonly kind: 'denied' | 'unreachable'; readonly detail: string };

export interface ListingParts {
  readonly client: KubeClient;
  readonly namespaces: 'all' | readonly string[];
  readonly take: (items: readonly unknown[]) => void;
}

/** Throws the signal's reason only. */
export async function listEvents(
  { client, namespaces, take }: ListingParts,
  signal: AbortSignal,
): Promise<ListedEvents> {
  const served = await new Discovery(client).served(EVENTS, signal);
  if (!served.ok) return failed(served.failure, inVersion(EVENTS, EVENTS.groupVersions[0]), '');
  const versions = served.value.length === 0 ? [inVersion(EVENTS, 'v1')] : served.value;
  const places: ListedPlace[] = [];
  const notes: string[] = [];
  for (const namespace of namespaces === 'all' ? [''] : new Set(namespaces)) {
    const listed = await listIn(client, versions, namespace, take, signal);
    if (listed.kind === 'listed') places.push(listed.place);
    else if (listed.kind === 'denied' && namespace === '' && client.namespace !== '') {
      const own = await listIn(client, versions, client.namespace, take, signal);
      if (own.kind !== 'listed') return listed;
      places.push(own.place);
      notes.push(
        `Of ${client.name}, only the events of namespace ${client.namespace} are seen: the others are denied. ${listed.detail}`,
      );
    } else if (listed.kind === 'denied' && namespaces !== 'all' && namespaces.length > 1) notes.push(listed.detail);
    else return listed;
  }
  if (places.length === 0) return { kind: 'denied', detail: notes.join('\n') };
  return { kind: 'listed', places, notes };
}

type ListedIn =
  | { readonly kind: 'listed'; readonly place: ListedPlace }
  | { readonly kind: 'denied' | 'unreachable'; readonly detail: string };

/** A role may name one of the two API groups alone: the first that is not denied counts, and the first denial is told. */
async function listIn(
  client: KubeClient,
  versions: readonly ApiResource[],
  namespace: string,
  take: ListingParts['take'],
  signal: AbortSignal,
): Promise<ListedIn> {
  let denial: ListedIn | null = null;
  for (const resource of versions) {
    const answer: Answer<string> = await listWhole(
      client,
      { path: collectionPath(resource, namespace), selectors: {} },
      PAGE,
      async (items) => take(items),
      signal,
    );
    if (answer.ok) return { kind: 'listed', place: { resource, namespace, resourceVersion: answer.value } };
    denial ??= failed(answer.failure, resource, namespace);
    if (answer.failure.code !== 403) return failed(answer.failure, resource, namespace);
  }
  return denial ?? { kind: 'unreachable', detail: `${client.name} serves no events` };
}

function failed(
  failure: KubeFailure,
  resource: ApiResource,
  namespace: string,
): { readonly kind: 'denied' | 'unreachable'; readonly detail: string } {
  const isDenied = failure.code === 401 || failure.code === 403 || failure.kind === 'credentials';
  return { kind: isDenied ? 'denied' : 'unreachable', detail: explainFailure(failure, resource, namespace) };
}
