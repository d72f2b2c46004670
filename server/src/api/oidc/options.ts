/** What signing in with an OpenID Connect provider is told, and how it can end. */
import type { GuardedFetch } from '../../kit/guarded-fetch.ts';
import type { Principal, Role } from '../../model/access.ts';
import type { Clock, Logger } from '../../model/ports/process.ts';

/** Whoever has one of the values in the claim has the role. Without clusters: all; without namespaces: whole clusters. */
export interface GrantRule {
  /** A claim with a text or a list of texts: `groups`, `email`, or a path such as `realm_access.roles`. */
  readonly claim: string;
  /** Compared whole, character by character. */
  readonly values: readonly string[];
  readonly role: Role;
  /** Uids or names. */
  readonly clusters?: readonly string[];
  /** With `*` as wildcard. */
  readonly namespaces?: readonly string[];
}

export interface OidcOptions {
  /** As the provider writes it; `/.well-known/openid-configuration` lies below. https, or http on loopback. */
  readonly issuer: string;
  readonly clientId: string;
  /** Without one the client is public, and PKCE alone protects it. */
  readonly clientSecret?: string;
  /** How the secret is sent; without: `basic` where the provider takes it, as the standard has it, else `post`. */
  readonly clientAuthentication?: 'basic' | 'post';
  /** Where the provider sends browsers back to: the public URL and `/auth/callback`, without a query. */
  readonly redirectUrl: string;
  /** `openid` is always asked for. Without: openid, profile and email. */
  readonly scopes?: readonly string[];
  /** Beside the client id, for whom Bearer tokens may be made out. */
  readonly audience?: string;
  /** For display only. Without: the e-mail unless it is known to be unverified, else preferred_username, else sub. */
  readonly nameClaim?: string;
  readonly grants: readonly GrantRule[];
  /** Takes plain http beyond loopback, too: whoever is on the way can then sign in as anybody. */
  readonly allowInsecureIssuer?: boolean;
  /** Certificates (PEM) to trust instead of the system's. */
  readonly ca?: string;
  /** How long a sign-in lasts, milliseconds; 12 hours unless told. */
  readonly sessionMs?: number;
  /** At least 32 random bytes, the same on every replica: whoever has them can read and forge sign-ins under way. */
  readonly sealingKey: Uint8Array;
  readonly fetch: GuardedFetch;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** 400: begin again. 403: this person may not. 503: the provider, or what is configured about it. Plain text, not HTML. */
export interface Refusal {
  readonly kind: 'refused';
  readonly status: 400 | 403 | 503;
  readonly reason: string;
  readonly mend: string;
}

export interface Beginning {
  readonly kind: 'redirect';
  /** Where to send the browser. */
  readonly url: string;
  /** The value of the cookie that the callback needs: at most 4,000 characters of base64url and dots. */
  readonly cookie: string;
  readonly maxAgeSeconds: number;
}

export interface SignedIn {
  readonly kind: 'signed-in';
  readonly principal: Principal;
  /** A path of this server, safe in a Location header. */
  readonly returnTo: string;
  /** Of the session, milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The issuer cannot be reached, or answers what cannot be used; the cause is kept. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable';
}
