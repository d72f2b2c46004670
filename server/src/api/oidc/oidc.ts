/** Signing in with an OpenID Connect provider: browsers by the code flow with PKCE, programs by tokens of the same issuer. */
import { createHash } from 'node:crypto';
import * as client from 'openid-client';
import type { BearerCheck } from '../access/bearer.ts';
import { ATTEMPT_SECONDS, createAttemptSeal } from './attempt.ts';
import { createBearer } from './bearer.ts';
import { createFinish } from './finishing.ts';
import { createIssuer } from './issuer.ts';
import { type Beginning, IssuerUnavailable, type OidcOptions, type Refusal, type SignedIn } from './options.ts';
import { refusals } from './refusals.ts';
import { returnPath } from './return-path.ts';

const SCOPES = ['openid', 'profile', 'email'];

export interface Oidc {
  /** `returnTo`: a path of this server to go on to, `/incidents?state=open`. */
  begin(returnTo: string): Promise<Beginning | Refusal>;
  /** `callbackUrl`: the request's URL or path with its query; `cookie`: the value that `begin` gave this browser. */
  finish(callbackUrl: string | URL, cookie: string | undefined): Promise<SignedIn | Refusal>;
  /**
   * Null for every token that is not good here, whatever a stranger sends. Rejects with `IdentityUnavailable` where the
   * issuer's keys cannot be had, so that a good token is not called bad.
   */
  readonly verifyBearer: BearerCheck;
  /** Changes with issuer, client and rules: a session that was made under another one is good no more. */
  readonly boundTo: string;
}

/** Asks nobody until it is used. Throws where the sealing key is too short. */
export function createOidc(options: OidcOptions): Oidc {
  const { issuer: address, clientId, redirectUrl, grants, clock, logger } = options;
  const scope = [...new Set(['openid', ...(options.scopes ?? SCOPES)])].join(' ');
  const attempts = createAttemptSeal(options.sealingKey, digest(address, clientId, redirectUrl), clock);
  const issuer = createIssuer(options);
  const boundTo = `oidc:${digest(address, clientId, grants)}`;

  async function begin(returnTo: string): Promise<Beginning | Refusal> {
    const path = returnPath(returnTo);
    if (path === null) return refusals.returnPath;
    const attempt = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
      returnTo: path,
    };
    const url = client.buildAuthorizationUrl(await issuer.configuration.current(), {
      redirect_uri: redirectUrl,
      scope,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
    return { kind: 'redirect', url: url.href, cookie: await attempts.seal(attempt), maxAgeSeconds: ATTEMPT_SECONDS };
  }

  return {
    begin: (returnTo) =>
      begin(returnTo).catch((error: unknown) => {
        if (!(error instanceof IssuerUnavailable)) throw error;
        logger.warn({ reason: error.message }, 'the sign-in provider cannot be used');
        return refusals.unavailable(error.message);
      }),
    finish: createFinish(options, issuer, attempts),
    verifyBearer: createBearer(options, issuer, boundTo),
    boundTo,
  };
}

function digest(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
