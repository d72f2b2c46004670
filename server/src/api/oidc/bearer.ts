/** Tokens of the issuer that programs send as Bearer: who sends one, if it is good and made out for us. */
import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type ProtectedHeaderParameters,
} from 'jose';
import { RateLimit } from '../../kit/rate-limit.ts';
import { type BearerCheck, IdentityUnavailable } from '../access/bearer.ts';
import { whatFailed } from './failures.ts';
import type { Issuer, IssuerKeys } from './issuer.ts';
import { IssuerUnavailable, type OidcOptions } from './options.ts';
import { personOf } from './person.ts';

/** Node takes 16 KiB of headers. */
const LONGEST_TOKEN = 16_384;
const TOLERANCE_SECONDS = 30;
/** Asymmetric ones only: with the others, the public key would do as the secret. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** Of ID tokens and access tokens. Issuers sign other things, too: logouts, answers, proofs. */
const TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt', 'application/jwt']);

type Header = NonNullable<Parameters<IssuerKeys['find']>[0]>;

/**
 * Null for whatever a stranger may send, and, where it names another issuer, without asking the network. Rejects with
 * `IdentityUnavailable` where the issuer's keys cannot be had.
 */
export function createBearer(options: OidcOptions, issuer: Issuer, boundTo: string): BearerCheck {
  const { clock, logger, clientId, audience } = options;
  const pace = new RateLimit({ perSecond: 1, burst: 10 }, clock);
  const audiences = [clientId, ...(audience === undefined ? [] : [audience])];
  const home = new URL(options.issuer).href;

  /** Only of tokens that the issuer did sign: others are noise that anybody can make. */
  const refuse = (reason: string): null => {
    if (pace.take()) logger.info({ reason }, 'a Bearer token of the sign-in provider was refused');
    return null;
  };

  return async (token) => {
    const header = headerToTry(token, home);
    if (header === null) return null;
    const keys = await keysFor(header, issuer).catch((error: unknown) => {
      if (!(error instanceof IssuerUnavailable)) throw error;
      throw new IdentityUnavailable(`the sign-in provider cannot be asked: ${error.message}`, { cause: error });
    });
    if (keys === null) return null;
    try {
      const { payload } = await jwtVerify(token, keys.find, {
        algorithms: ALGORITHMS,
        issuer: keys.issuer,
        audience: audiences,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: new Date(clock.now()),
      });
      const wrong = otherUse(payload);
      if (wrong !== null) return refuse(wrong);
      const person = personOf(payload, options);
      if ('kind' in person) return refuse(person.reason);
      return { principal: person, boundTo, expiresAt: (payload.exp ?? 0) * 1000 };
    } catch (error) {
      // Claims are looked at only after the signature held.
      if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) {
        return refuse(error.message);
      }
      if (!(error instanceof errors.JOSEError) && pace.take()) {
        logger.warn({ error }, 'a Bearer token could not be checked, and was refused');
      }
      return null;
    }
  };
}

/** Which key to look for; null where the token is none that this issuer could have made. Nothing of it is believed yet. */
function headerToTry(token: string, home: string): Header | null {
  if (token.length > LONGEST_TOKEN) return null;
  let header: ProtectedHeaderParameters;
  let iss: unknown;
  try {
    header = decodeProtectedHeader(token);
    ({ iss } = decodeJwt(token));
  } catch {
    return null;
  }
  const { alg, typ, kid } = header;
  if (typeof alg !== 'string' || !ALGORITHMS.includes(alg)) return null;
  if (typ !== undefined && (typeof typ !== 'string' || !TYPES.has(typ.toLowerCase()))) return null;
  if (kid !== undefined && typeof kid !== 'string') return null;
  return typeof iss === 'string' && URL.parse(iss)?.href === home ? { alg, ...(kid !== undefined && { kid }) } : null;
}

/** The keys, fetched anew (at a bounded rate) where they do not hold the token's one; null where none is it. */
async function keysFor(header: Header, issuer: Issuer): Promise<IssuerKeys | null> {
  const keys = await issuer.keys.current();
  if (await holds(keys, header)) return keys;
  const newer = await issuer.keys.renewed();
  return (await holds(newer, header)) ? newer : null;
}

async function holds(keys: IssuerKeys, header: Header): Promise<boolean> {
  try {
    await keys.find(header);
    return true;
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return false;
    throw new IssuerUnavailable(`${keys.issuer}: a key of it cannot be used: ${whatFailed(error)}`, { cause: error });
  }
}

/** Why a token that is good in itself is not meant to be shown as Bearer. */
function otherUse(payload: JWTPayload): string | null {
  if (payload.sub === '') return 'it names nobody (sub)';
  if (Object.hasOwn(payload, 'events')) return 'it tells of an event, such as a logout';
  // RFC 9449, RFC 8705: whoever stole it must not be able to use it without the key that it is bound to.
  if (Object.hasOwn(payload, 'cnf')) return 'it is bound to a key of its sender (cnf), which Tattle cannot check';
  return null;
}
