/** What the issuer says about itself and its keys; found out when first needed, since it may be down when Tattle starts. */
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import * as client from 'openid-client';
import { isLoopback } from '../access/hosts.ts';
import { whatFailed, withoutAnswers } from './failures.ts';
import { ISSUER_TIMEOUT_MS, issuerFetch } from './issuer-fetch.ts';
import { IssuerUnavailable, type OidcOptions } from './options.ts';
import { published, type Published } from './published.ts';

const MINUTE = 60_000;

export interface IssuerKeys {
  /** As the issuer itself writes it: tokens must name it just so. */
  readonly issuer: string;
  readonly find: ReturnType<typeof createLocalJWKSet>;
}

/** Both reject with `IssuerUnavailable`. */
export interface Issuer {
  readonly configuration: Published<client.Configuration>;
  readonly keys: Published<IssuerKeys>;
}

export function createIssuer(options: OidcOptions): Issuer {
  const { clock } = options;
  const limits = { clock, cooldownMs: MINUTE / 2, retryMs: 5000 };
  const configuration = published({
    ...limits,
    load: () => named(() => discover(options), options.issuer),
    freshMs: 60 * MINUTE,
    staleMs: 24 * 60 * MINUTE,
  });
  const keys = published({
    ...limits,
    load: () => named(async () => fetchKeys(await configuration.current(), options), options.issuer),
    freshMs: 10 * MINUTE,
    // A key that leaked and was withdrawn must not stay good for long, even when the issuer is down.
    staleMs: 60 * MINUTE,
  });
  return { configuration, keys };
}

async function discover(options: OidcOptions): Promise<client.Configuration> {
  const { issuer, clientId } = options;
  const configuration = await client.discovery(new URL(issuer), clientId, {}, authentication(options), {
    [client.customFetch]: issuerFetch(options),
    timeout: ISSUER_TIMEOUT_MS / 1000,
    execute: [client.enableNonRepudiationChecks, ...(mayBeInsecure(options) ? [client.allowInsecureRequests] : [])],
  });
  const said = configuration.serverMetadata().issuer;
  // The library lets Microsoft's issuers for any tenant through: with them, anybody's directory could sign in.
  if (new URL(said).href !== new URL(issuer).href) {
    throw new IssuerUnavailable(`it calls itself ${JSON.stringify(said)}: configure the issuer of one tenant or realm`);
  }
  // Throws where people could not be sent there.
  client.buildAuthorizationUrl(configuration, {});
  return configuration;
}

function authentication({ clientSecret, clientAuthentication }: OidcOptions): client.ClientAuth {
  if (clientSecret === undefined) return client.None();
  const basic = client.ClientSecretBasic(clientSecret);
  const post = client.ClientSecretPost(clientSecret);
  return (server, ...rest) => {
    const takes = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const way = clientAuthentication ?? (takes.includes('client_secret_basic') ? 'basic' : 'post');
    return (way === 'basic' ? basic : post)(server, ...rest);
  };
}

async function fetchKeys(configuration: client.Configuration, options: OidcOptions): Promise<IssuerKeys> {
  const { issuer, jwks_uri: address } = configuration.serverMetadata();
  const url = address === undefined ? null : URL.parse(address);
  if (url === null) throw new IssuerUnavailable('it does not say where its keys are (jwks_uri)');
  if (url.protocol !== 'https:' && !mayBeInsecure(options))
    throw new IssuerUnavailable('its keys are not behind https');
  const response = await issuerFetch(options)(url.href, {
    method: 'GET',
    headers: { accept: 'application/json, application/jwk-set+json' },
    body: undefined,
    redirect: 'manual',
  });
  if (response.status !== 200) throw new IssuerUnavailable(`its keys are answered with status ${response.status}`);
  return { issuer, find: createLocalJWKSet(await jsonOf(response)) };
}

async function jsonOf(response: Response): Promise<JSONWebKeySet> {
  try {
    return (await response.json()) as JSONWebKeySet;
  } catch (error) {
    throw new IssuerUnavailable('its keys are no JSON', { cause: error });
  }
}

function mayBeInsecure({ issuer, allowInsecureIssuer }: OidcOptions): boolean {
  return allowInsecureIssuer === true || isLoopback(new URL(issuer).hostname);
}

async function named<Value>(load: () => Promise<Value>, issuer: string): Promise<Value> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof IssuerUnavailable && error.message.startsWith(issuer)) throw error;
    throw new IssuerUnavailable(`${issuer}: ${whatFailed(error)}`, { cause: withoutAnswers(error) });
  }
}
