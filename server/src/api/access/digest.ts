/** Secrets as they are stored and compared. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** SHA-256, hexadecimal: what is digested has 256 random bits, which no table holds. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Digests are of one length, so that comparing takes the same time whatever was shown. */
export function matches(shown: string, digest: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(shown), 'hex'), Buffer.from(digest, 'hex'));
}

/** 256 random bits as text for URLs and cookies. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
