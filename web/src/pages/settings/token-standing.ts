/** Whether a token is good, and in which order tokens are listed. Pure. */
import type { WireToken } from '@tattle/contract';

export type TokenStanding = 'good' | 'expired' | 'revoked';

export function standingOf({ revokedAt, expiresAt }: WireToken, now: number): TokenStanding {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : 'good';
}

/** Those that are good first, each in the order of the server. */
export function goodFirst(tokens: readonly WireToken[], now: number): readonly WireToken[] {
  const isGood = (token: WireToken) => standingOf(token, now) === 'good';
  return [...tokens.filter(isGood), ...tokens.filter((token) => !isGood(token))];
}
