/** Where a test incident is made: as the caller asked for, else where it makes sense; never where they may not act. */
import { covers, touchesCluster } from '../kit/scope.ts';
import type { Scope } from '../model/access.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { ApiPorts } from './ports.ts';
import { notFound, RequestProblem } from './problem.ts';
import { notAllowed } from './refusals.ts';

type Ports = Pick<ApiPorts, 'clusters' | 'knownNamespaces' | 'settings'>;

/** In every cluster. */
const USUAL = 'default';

export interface AskedPlace {
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
}

/** Throws `RequestProblem` where there is no such place. */
export function testPlaceOf(
  asked: AskedPlace,
  scope: Scope,
  ports: Ports,
): { readonly cluster: ClusterRef; readonly namespace: string } {
  const cluster = clusterOf(asked.cluster, scope, ports);
  if (asked.namespace === undefined) return { cluster, namespace: usualNamespace(cluster, scope, ports) };
  const { namespace } = asked;
  if (!covers(scope, { cluster, namespace })) {
    throw notAllowed(`The namespace ${JSON.stringify(namespace)} lies where you may not act.`);
  }
  const known = knownIn(cluster, ports);
  if (known.length > 0 && !known.includes(namespace)) {
    throw notFound(
      `The cluster ${cluster.name} has no namespace ${JSON.stringify(namespace)} that is watched.`,
      '/api/v1/namespaces lists them.',
    );
  }
  return { cluster, namespace };
}

function clusterOf(asked: string | undefined, scope: Scope, { clusters }: Ports): ClusterRef {
  const own = clusters().filter((cluster) => touchesCluster(scope, cluster));
  const found = asked === undefined ? own[0] : own.find(({ uid, name }) => uid === asked || name === asked);
  if (found !== undefined) return found;
  if (asked === undefined) {
    throw new RequestProblem({
      status: 409,
      title: 'No cluster yet',
      detail: 'No cluster that you may act in has been reached since the start.',
      hint: 'GET /api/v1/checks says what is in the way.',
    });
  }
  throw notFound(`No watched cluster is ${JSON.stringify(asked)}.`, '/api/v1/status names them.');
}

/** Those that settings name are there to be taken, too, where the cluster’s own may not be listed. */
function usualNamespace(cluster: ClusterRef, scope: Scope, ports: Ports): string {
  const { namespaces } = ports.settings.view().filter;
  const named = namespaces === 'all' ? [USUAL] : namespaces.filter((name) => !name.includes('*'));
  const known = knownIn(cluster, ports);
  const monitored = (known.length > 0 ? known : named).filter(
    (namespace) => covers(scope, { cluster, namespace }) && ports.settings.monitors(namespace),
  );
  const [first] = monitored.sort();
  if (first === undefined) throw nothingMonitored(cluster);
  return monitored.includes(USUAL) ? USUAL : first;
}

function knownIn(cluster: ClusterRef, { knownNamespaces }: Ports): string[] {
  const known = [...knownNamespaces()].filter((each) => each.cluster.uid === cluster.uid);
  return [...new Set(known.map(({ namespace }) => namespace).filter((name) => name !== ''))];
}

function nothingMonitored({ name }: ClusterRef): RequestProblem {
  return new RequestProblem({
    status: 409,
    title: 'Nothing is monitored there',
    detail: `No namespace of ${name} where you may act is monitored, so a test would be left out like everything else.`,
    hint: 'Choose some with PUT /api/v1/config/namespaces, or name one that is monitored.',
  });
}
