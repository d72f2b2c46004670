/** Takes requests to the issuer through the guarded fetch: bounded in time and size, and never to a redirect's target. */
import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import { endpointOf, type GuardedFetch, type GuardedRequest } from '../../kit/guarded-fetch.ts';
import { IssuerUnavailable, type OidcOptions } from './options.ts';

/** From start to the last byte. */
export const ISSUER_TIMEOUT_MS = 5000;
/** Discovery documents and key sets have a few kilobytes. */
const LARGEST_ANSWER = 1_048_576;
/** `Response` refuses a body with these. */
const BODILESS = new Set([204, 205, 304]);

/**
 * The configured issuer may lie inside; what it names on other hosts or ports passes the guard like any other target.
 * Rejects with `IssuerUnavailable`, whose message holds no part of the URL.
 */
export function issuerFetch({ fetch, issuer, ca }: Pick<OidcOptions, 'fetch' | 'issuer' | 'ca'>): CustomFetch {
  const trusted = endpointOf(issuer);
  return async (url, options) => {
    const answer = await fetch({
      ...requestOf(url, options),
      ...(trusted !== null && { trusted }),
      ...(ca !== undefined && { ca }),
      totalTimeoutMs: ISSUER_TIMEOUT_MS,
      idleTimeoutMs: ISSUER_TIMEOUT_MS,
      maxResponseBytes: LARGEST_ANSWER,
    });
    if (answer.kind !== 'response') throw new IssuerUnavailable(answer.error);
    if (answer.truncated) throw new IssuerUnavailable('its answer broke off, or is larger than 1 MiB');
    return responseOf(answer);
  };
}

function requestOf(
  url: string,
  { method, headers, body, signal }: CustomFetchOptions,
): Pick<GuardedRequest, 'url' | 'method' | 'headers' | 'body' | 'signal'> {
  if (method !== 'GET' && method !== 'POST') throw new Error(`issuers are not asked with ${method}`);
  const text = body instanceof URLSearchParams ? body.toString() : (body ?? undefined);
  if (text !== undefined && typeof text !== 'string') throw new Error('issuers are sent forms only');
  return { url, method, headers, ...(text !== undefined && { body: text }), ...(signal !== undefined && { signal }) };
}

function responseOf({
  status,
  headers,
  body,
}: Extract<Awaited<ReturnType<GuardedFetch>>, { kind: 'response' }>): Response {
  if (status < 200 || status > 599) throw new IssuerUnavailable(`it answers with status ${status}`);
  const plain = new Headers();
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') plain.set(name, value);
  return new Response(BODILESS.has(status) ? null : body, { status, headers: plain });
}
