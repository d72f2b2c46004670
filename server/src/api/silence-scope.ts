/** Which silences are within a scope: those that can hold back nothing outside of it. */
import { coversCluster, covers } from '../kit/scope.ts';
import type { Scope } from '../model/access.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { Matcher } from '../model/silence.ts';

/**
 * Whether everything that the matchers can hold for lies in the scope: they have to name one namespace that it covers, or one cluster
 * that it covers as a whole. A rule for one cluster covers only what names that cluster, by its name.
 */
export function isSilenceWithin(matchers: readonly Matcher[], scope: Scope, clusters: readonly ClusterRef[]): boolean {
  if (scope === 'everything') return true;
  const named = (name: string) =>
    matchers.find((matcher) => matcher.name === name && matcher.operator === '=')?.value ?? '';
  const namespace = named('namespace');
  const name = named('cluster');
  if (namespace === '' && name === '') return false;
  const known = clusters.filter((cluster) => cluster.name === name);
  // Without a name, whatever cluster: one that there is not stands for each of them.
  const meant = known.length === 0 ? [{ uid: '', name }] : known;
  return meant.every((cluster) =>
    namespace === '' ? coversCluster(scope, cluster) : covers(scope, { cluster, namespace }),
  );
}
