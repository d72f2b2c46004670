/** What a cluster's authorizers let a subject do, as grants: asked of the whole cluster first, then of each namespace. */
import { type Answer, succeed } from '../../kube/answer.ts';
import type { Permission } from '../../kube/reviews.ts';
import type { Grant } from '../../model/access.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import { LADDER } from './permissions.ts';

/** Bounds how many questions it leaves open by itself. */
export type MayThey = (permission: Permission) => Promise<Answer<boolean>>;

export interface Surroundings {
  readonly cluster: ClusterRef;
  readonly namespaces: readonly string[];
}

/** What can be asked about well within the time that one token may take. */
const MAX_NAMESPACES = 5000;
/** What Kubernetes accepts. `*` would be a pattern in a scope, and an empty name all namespaces in a question. */
const NAMESPACE = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Those that can be asked about, and how many others there are beyond the bound: these grant nothing. */
export function askable(known: Iterable<string>): { readonly namespaces: readonly string[]; readonly leftOut: number } {
  const all = [...new Set(known)].filter((name) => NAMESPACE.test(name));
  return { namespaces: all.slice(0, MAX_NAMESPACES), leftOut: Math.max(0, all.length - MAX_NAMESPACES) };
}

/**
 * A role takes its own permission and those of the roles below it, since it may do what they may: RBAC that allows approving
 * but not operating does not let through Tattle what it denies. One question without an answer fails the whole: half a scope
 * would look like health elsewhere.
 */
export async function grantsOf(mayThey: MayThey, { cluster, namespaces }: Surroundings): Promise<Answer<Grant[]>> {
  const everywhere = await climb(mayThey, null, 0);
  if (!everywhere.ok) return everywhere;
  const height = everywhere.value;
  const grants: Grant[] = grant(height, cluster, null);
  if (height === LADDER.length) return succeed(grants);
  const answers = await Promise.all(namespaces.map((name) => climb(mayThey, name, height)));
  const heights: number[] = [];
  for (const answer of answers) {
    if (!answer.ok) return answer;
    heights.push(answer.value);
  }
  for (let reached = height + 1; reached <= LADDER.length; reached += 1) {
    const reachedIn = namespaces.filter((_, i) => heights[i] === reached);
    if (reachedIn.length > 0) grants.push(...grant(reached, cluster, reachedIn));
  }
  return succeed(grants);
}

/** How many rungs, from the lowest, are allowed there; those below `from` are known to be. */
async function climb(mayThey: MayThey, namespace: string | null, from: number): Promise<Answer<number>> {
  let height = from;
  for (const { permission } of LADDER.slice(from)) {
    const answer = await mayThey({ ...permission, namespace });
    if (!answer.ok) return answer;
    if (!answer.value) break;
    height += 1;
  }
  return succeed(height);
}

function grant(height: number, { uid }: ClusterRef, namespaces: readonly string[] | null): Grant[] {
  const rung = LADDER[height - 1];
  return rung === undefined ? [] : [{ role: rung.role, scope: [{ cluster: uid, namespaces }] }];
}
