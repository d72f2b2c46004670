/** What a principal's grants add up to, and what a scope covers. */
import { isEnough, type Place, type Principal, type Role, type Scope, type ScopeRule } from '../model/access.ts';

/** Where the principal has a role that is enough for this one. */
export function scopeOf({ grants }: Pick<Principal, 'grants'>, role: Role): Scope {
  const enough = grants.filter((grant) => isEnough(grant.role, role));
  if (enough.some(({ scope }) => coversAll(scope))) return 'everything';
  return enough.flatMap(({ scope }) => (scope === 'everything' ? [] : scope));
}

export function isNothing(scope: Scope): boolean {
  return scope !== 'everything' && scope.length === 0;
}

export function covers(scope: Scope, { cluster, namespace }: Place): boolean {
  if (scope === 'everything') return true;
  return scope.some((rule) => isCluster(rule, cluster) && isNamespace(rule, namespace));
}

/** Whether all of some cluster's things that lie in no namespace are covered, too. */
export function coversCluster(scope: Scope, cluster: Place['cluster']): boolean {
  return covers(scope, { cluster, namespace: '' });
}

/** Whether anything of the cluster is covered. */
export function touchesCluster(scope: Scope, cluster: Place['cluster']): boolean {
  return scope === 'everything' || scope.some((rule) => isCluster(rule, cluster));
}

function coversAll(scope: Scope): boolean {
  return scope === 'everything' || scope.some(({ cluster, namespaces }) => cluster === null && namespaces === null);
}

function isCluster({ cluster }: ScopeRule, { uid, name }: Place['cluster']): boolean {
  return cluster === null || cluster === uid || cluster === name;
}

/** What lies in no namespace is part of no pattern, not even of `*`. */
function isNamespace({ namespaces }: ScopeRule, namespace: string): boolean {
  if (namespaces === null) return true;
  return namespace !== '' && namespaces.some((pattern) => matches(pattern, namespace));
}

/** `*` is any run of characters; patterns and names are short, and the walk is linear in each star. */
function matches(pattern: string, name: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return pattern === name;
  if (!name.startsWith(head) || !name.endsWith(tail) || name.length < head.length + tail.length) return false;
  let at = head.length;
  const end = name.length - tail.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
