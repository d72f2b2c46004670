/** What a shown token is before anybody is asked about it: worth a question or not, its digest, and when it ends by its own word. */
import { createHash } from 'node:crypto';

export interface Bearer {
  /** Secret: for the API server alone. */
  readonly token: string;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
  /** Milliseconds; Infinity where the token does not say. Counts only once the API server has vouched for the token. */
  readonly endsAt: number;
}

/** The shortest that a static token file or a bootstrap token is likely to hold; the longest that a header takes. */
const LENGTHS = { least: 8, most: 16_384 };

/**
 * Null for what is no token of a cluster: another's secret must not travel there by mistake, and nonsense costs the API server
 * nothing. Not every good one is a JWT: bootstrap tokens, OpenShift's, EKS's and Rancher's are not.
 */
export function readBearer(token: string): Bearer | null {
  const { least, most } = LENGTHS;
  if (token.length < least || token.length > most || !/^[\x21-\x7e]+$/.test(token)) return null;
  if (token.startsWith('tattle_')) return null;
  const parts = token.split('.');
  const isJwt = parts.length === 3 && token.startsWith('eyJ');
  const [header, claims] = isJwt ? [decode(parts[0]), decode(parts[1])] : [{}, {}];
  // A JWT that does not decode, or that nobody signed.
  if (header === null || claims === null) return null;
  if (isJwt && (parts[2] === '' || !isSigned(header['alg']))) return null;
  const exp = claims['exp'];
  const endsAt = typeof exp === 'number' ? exp * 1000 : Infinity;
  return { token, digest: createHash('sha256').update(token).digest('hex'), endsAt };
}

function isSigned(algorithm: unknown): boolean {
  return typeof algorithm === 'string' && algorithm.toLowerCase() !== 'none';
}

function decode(part = ''): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
