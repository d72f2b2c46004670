/** Scopes by chance: whole clusters by uid or name, namespaces, and patterns that only look like LIKE patterns. */
import type { Scope, ScopeRule } from '../../model/access.ts';
import type { ClusterRef } from '../../model/object-ref.ts';

/** Names that a pattern taken for LIKE's, or for a regular expression, would confuse. */
export const CONFUSABLE = ['team_a', 'teamxa', 'team.a', '100%', '100x', 'back\\slash'];

const NAMESPACES: readonly (readonly string[] | null)[] = [
  null,
  ['shop'],
  ['s*', 'kube-system'],
  ['*'],
  ['*s*e*'],
  ['team_*'],
  ['t**a', '100%*'],
  ['back\\*'],
  ['team.a', 'no such'],
  ['%', '_', '.*', ''],
  ['sh\0op', '\ud800*'],
  [],
];

export function randomScope(random: () => number, clusters: readonly ClusterRef[]): Scope {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  if (random() < 0.1) return 'everything';
  const cluster = () => pick([null, null, ...clusters.flatMap(({ uid, name }) => [uid, name]), 'no such cluster']);
  const rule = (): ScopeRule => ({ cluster: cluster(), namespaces: pick(NAMESPACES) });
  return Array.from({ length: Math.floor(random() * 4) }, rule);
}
