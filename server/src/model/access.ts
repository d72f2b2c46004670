/** Who may do what, and where: a principal holds grants, a grant is a role within a scope. */
import type { ClusterRef } from './object-ref.ts';

/** From `viewer` on, each may do what those before it may. A `reporter` hands reports in and does nothing else. */
export const ROLES = ['reporter', 'viewer', 'operator', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Whether whoever holds the one role may do what the other may. A viewer looks on: they report nothing. */
export function isEnough(held: Role, asked: Role): boolean {
  if (held === 'reporter' || (held === 'viewer' && asked === 'reporter')) return held === asked;
  return ROLES.indexOf(held) >= ROLES.indexOf(asked);
}

/** One stretch of what may be seen or touched. */
export interface ScopeRule {
  /** The uid or name of a cluster; null is every cluster. */
  readonly cluster: string | null;
  /** Namespace names, with `*` as wildcard; null is the whole cluster, with what lies in no namespace. */
  readonly namespaces: readonly string[] | null;
}

/** What lies in any of the rules; without rules, nothing. */
export type Scope = 'everything' | readonly ScopeRule[];

export interface Grant {
  readonly role: Role;
  readonly scope: Scope;
}

export interface Principal {
  /** How they came in and who they are: `token:ci`, `oidc:SUBJECT@issuer.example`, `kubernetes:system:serviceaccount:shop:bot`, `link`. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly grants: readonly Grant[];
}

/** Of the `tattle_ID_SECRET` tokens that people make. The secret itself is shown once and never stored. */
export interface TokenRecord {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the whole token, hexadecimal: 256 random bits need no slow hash. */
  readonly digest: string;
  readonly grants: readonly Grant[];
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** To the minute. */
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}

/** A signed-in browser. */
export interface Session {
  /** SHA-256 of the cookie, hexadecimal. */
  readonly digest: string;
  readonly principal: Principal;
  /** What must still hold for the session to be good, such as a token's id; null where nothing does. */
  readonly boundTo: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Who did or decided what. Each entry's hash covers the one before it. */
export interface AuditEntry {
  /** Grows without gaps. */
  readonly no: number;
  readonly at: number;
  /** A principal's id, or `tattle`. */
  readonly actor: string;
  /** `settings.change`, `token.create`, `incident.acknowledge`, … */
  readonly action: string;
  /** What it was done to: `filter.namespaces`, the id of a token or an incident. */
  readonly target: string;
  /** Plain JSON; never a secret. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
}

export interface NewAuditEntry extends Omit<AuditEntry, 'no' | 'hash'> {
  /** Of what may be committed again because its answer was lost: under one key only the first is kept. */
  readonly key?: string;
}

export interface AuditFilter {
  readonly actors?: readonly string[];
  readonly actions?: readonly string[];
  readonly targets?: readonly string[];
  /** Half-open, milliseconds. */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  readonly cursor?: string;
}

/** Newest first. */
export interface AuditPage {
  readonly items: readonly AuditEntry[];
  readonly nextCursor: string | null;
}

/** Whether the chain is whole; `brokenAt` is the number of the first entry that is missing or was changed. */
export interface AuditVerdict {
  readonly entries: number;
  readonly brokenAt: number | null;
  /** Of the newest entry: kept elsewhere, it shows later that nothing was cut off. Empty where there is none. */
  readonly head: string;
}

/** What a scope covers of a namespace; an empty name is what lies in none. */
export interface Place {
  readonly cluster: ClusterRef;
  readonly namespace: string;
}
