/** A sign-in under way: what only the browser that began it holds, sealed so that no browser can read or make one. */
import { hkdfSync } from 'node:crypto';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import type { Clock } from '../../model/ports/process.ts';

export const ATTEMPT_SECONDS = 600;

export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE: whoever has only the code cannot use it. */
  readonly verifier: string;
  readonly returnTo: string;
}

export interface AttemptSeal {
  seal(attempt: Attempt): Promise<string>;
  /** `unknown`: nothing that this Tattle made for this provider. */
  open(cookie: string | undefined): Promise<Attempt | 'expired' | 'unknown'>;
}

/** `provider` names what attempts belong to: those of another one do not open. Throws where the key is too short. */
export function createAttemptSeal(sealingKey: Uint8Array, provider: string, clock: Clock): AttemptSeal {
  if (sealingKey.length < 32) throw new Error('the sealing key needs at least 32 bytes');
  const key = new Uint8Array(hkdfSync('sha256', sealingKey, '', 'tattle sign-in attempt', 32));
  return {
    seal: (attempt) =>
      new EncryptJWT({ ...attempt })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setIssuer(provider)
        .setExpirationTime(Math.floor(clock.now() / 1000) + ATTEMPT_SECONDS)
        .encrypt(key),
    async open(cookie) {
      if (cookie === undefined || cookie.length > 4096) return 'unknown';
      try {
        const { payload } = await jwtDecrypt(cookie, key, {
          issuer: provider,
          requiredClaims: ['exp'],
          currentDate: new Date(clock.now()),
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        const { state, nonce, verifier, returnTo } = payload;
        return { state: String(state), nonce: String(nonce), verifier: String(verifier), returnTo: String(returnTo) };
      } catch (error) {
        if (error instanceof errors.JWTExpired) return 'expired';
        if (error instanceof errors.JOSEError) return 'unknown';
        throw error;
      }
    },
  };
}
