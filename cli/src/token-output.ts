/** Tokens as a table, for programs, or in a sentence. */
import type { WireGrant, WireToken } from '@tattle/contract';
import { shortDuration } from './durations.ts';
import { type ListLook, listed } from './listing.ts';

const COLUMNS = ['ID', 'NAME', 'ROLE', 'SCOPE', 'CREATED', 'EXPIRES', 'LAST USED', 'STATE'];

export function renderTokens(items: readonly WireToken[], look: ListLook, now: number): string {
  return listed(items, look, { nameOf: ({ id }) => id, columns: COLUMNS, row: (item) => row(item, now) });
}

function row(token: WireToken, now: number): readonly string[] {
  const { id, name, grants, createdAt, expiresAt, lastUsedAt } = token;
  const roles = grants.map(({ role }) => role).join('; ');
  const scopes = grants.map(({ scope }) => scopeText(scope)).join('; ');
  const times = [agoOrAhead(createdAt, now), agoOrAhead(expiresAt, now), agoOrAhead(lastUsedAt, now)];
  return [id, name, roles, scopes, ...times, stateOf(token, now)];
}

function stateOf({ revokedAt, expiresAt }: WireToken, now: number): 'revoked' | 'expired' | 'active' {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : 'active';
}

function agoOrAhead(at: string | null, now: number): string {
  if (at === null) return 'never';
  const ms = Date.parse(at) - now;
  return ms > 0 ? `in ${shortDuration(ms)}` : `${shortDuration(-ms)} ago`;
}

/** `viewer of shop, until 2027-02-24` */
export function whatItMayDo({ grants, expiresAt }: Pick<WireToken, 'grants' | 'expiresAt'>): string {
  const parts = grants.map(({ role, scope }) => `${role} of ${scopeText(scope)}`);
  return [...parts, expiresAt === null ? 'without an end' : `until ${expiresAt.slice(0, 10)}`].join(', ');
}

/** `everything`, `shop,shop-*`, `cluster prod`, `prod/shop`: a cluster stands before the slash. */
function scopeText(scope: WireGrant['scope']): string {
  if (scope === 'everything') return scope;
  return scope.map(({ cluster, namespaces }) => placeText(cluster, namespaces)).join(' ');
}

function placeText(cluster: string | null, namespaces: readonly string[] | null): string {
  if (namespaces === null) return cluster === null ? 'everything' : `cluster ${cluster}`;
  return cluster === null ? namespaces.join(',') : `${cluster}/${namespaces.join(',')}`;
}
