/** An issuer that says what a test wants it to, for what no real provider does: forged, foreign and broken answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { type Listening, listening } from './listening.ts';

export interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

export async function issuerKey(kid: string, alg = 'RS256'): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface ScriptedIssuer extends Listening {
  /** What the key set holds; a test may change it. */
  keys: readonly JWK[];
  /** Instead of the usual answers, by path: `/.well-known/openid-configuration`, `/jwks`, `/token`, `/userinfo`. */
  readonly answers: Map<string, Answer>;
}

export const json =
  (value: unknown, status = 200): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

export async function startScriptedIssuer(keys: readonly IssuerKey[], port = 0): Promise<ScriptedIssuer> {
  const answers = new Map<string, Answer>();
  const server = await listening((url) => {
    const usual: Readonly<Record<string, () => unknown>> = {
      '/.well-known/openid-configuration': () => discoveryOf(url),
      '/jwks': () => ({ keys: issuer.keys }),
    };
    return (request, response) => {
      const path = request.url?.split('?')[0] ?? '';
      const answer = answers.get(path) ?? json(usual[path]?.() ?? {}, path in usual ? 200 : 404);
      answer(response, request);
    };
  }, port);
  const issuer: ScriptedIssuer = { ...server, keys: keys.map(({ publicJwk }) => publicJwk), answers };
  return issuer;
}

export function discoveryOf(url: string) {
  return {
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'ES256'],
  };
}

/** A token as the issuer would sign it; what is undefined is left out. */
export function signed(
  key: IssuerKey,
  claims: JWTPayload,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header }).sign(key.privateKey);
}
