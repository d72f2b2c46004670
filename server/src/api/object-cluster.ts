/** Which cluster an object is asked of: one that is watched, or one of which something is stored. */
import { covers, touchesCluster } from '../kit/scope.ts';
import type { Scope } from '../model/access.ts';
import type { ClusterRef, ObjectRef } from '../model/object-ref.ts';
import type { History } from '../model/ports/history.ts';
import { scoped } from './filters.ts';
import { badParameter } from './problem.ts';

export interface ClusterQuestion {
  readonly history: History;
  /** Those that are watched. */
  readonly clusters: readonly ClusterRef[];
  /** Uid or name. */
  readonly asked: string | undefined;
  readonly ref: ObjectRef;
  readonly scope: Scope;
}

/** Null where nothing of the object is known in such a cluster, or it lies outside of the scope. Throws `RequestProblem` where several are meant. */
export async function clusterOf(question: ClusterQuestion): Promise<ClusterRef | null> {
  const cluster = watched(question) ?? (await stored(question));
  return cluster !== null && covers(question.scope, { cluster, namespace: question.ref.namespace }) ? cluster : null;
}

function watched({ clusters, asked, scope }: ClusterQuestion): ClusterRef | null {
  const seen = clusters.filter((cluster) => touchesCluster(scope, cluster));
  const meant = asked === undefined ? seen : seen.filter(({ uid, name }) => uid === asked || name === asked);
  const exact = meant.find(({ uid }) => uid === asked);
  const [only = null] = exact === undefined ? meant : [exact];
  if (exact === undefined && (meant.length > 1 || (asked === undefined && only === null))) {
    const some = meant.map(({ uid, name }) => `${name} (${uid})`).join(', ');
    throw badParameter(
      'cluster',
      asked === undefined ? 'is missing' : 'is the name of several clusters',
      `Give the uid or the name of one${some === '' ? '' : `: ${some}`}.`,
    );
  }
  return only;
}

/** Of a cluster that is not watched any more, whatever is stored of the object names it. */
async function stored({ history, asked = '', ref, scope }: ClusterQuestion): Promise<ClusterRef | null> {
  const { kind, namespace, name } = ref;
  const about = { kind, namespace, name };
  const inScope = scoped(scope);
  const one = { limit: 1 };
  const cluster = [asked];
  const [own, owned, changes, incidents] = await Promise.all([
    history.events({ fields: { cluster, kind: [kind], namespace: [namespace], name: [name] }, ...inScope }, one),
    history.events({ fields: { cluster }, ownedBy: about, ...inScope }, one),
    history.changes({ cluster: asked, namespaces: [namespace], kinds: [kind], names: [name], ...inScope, ...one }),
    history.incidents({ fields: { cluster }, about, ...inScope }, one),
  ]);
  const event = own.items[0] ?? owned.items[0];
  if (event !== undefined) return { uid: event.cluster, name: event.clusterName };
  return changes.items[0]?.cluster ?? incidents.items[0]?.cluster ?? null;
}
