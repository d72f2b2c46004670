/** The one way out: every outgoing request is checked, pinned to the checked address, bounded in time and size. */
import { lookup as systemLookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type AllowList, insideName } from './address-guard.ts';

export interface GuardedRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /**
   * `host:port` (port always written) of a target that environment or configuration files name: it may lie inside. A URL
   * of any other host or port is checked like one that came from outside.
   */
  readonly trusted?: string;
  /** Certificates (PEM) to trust instead of the system's. */
  readonly ca?: string;
  /** From start to the last byte, milliseconds. */
  readonly totalTimeoutMs: number;
  /** Without a byte in either direction, milliseconds. */
  readonly idleTimeoutMs: number;
  /** What lies beyond is not read; the connection is closed. */
  readonly maxResponseBytes: number;
  readonly signal?: AbortSignal;
}

/**
 * An answer with any status is a response; redirects are never followed. `truncated`: the body was cut by size or time after
 * the status had come. `refused` can only be mended by a person. No text here holds any part of the URL.
 */
export type GuardedResponse =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
      readonly truncated: boolean;
    }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'failure'; readonly error: string };

interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

export interface GuardedFetchOptions {
  readonly allowList: AllowList;
  /** All addresses of a name; the system's resolver unless told. */
  readonly resolve?: (hostname: string) => Promise<readonly ResolvedAddress[]>;
}

export type GuardedFetch = (request: GuardedRequest) => Promise<GuardedResponse>;

export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const resolve = options.resolve ?? ((hostname) => systemLookup(hostname, { all: true, order: 'verbatim' }));
  return async (request) => {
    const url = parseTarget(request.url);
    if (typeof url === 'string') return { kind: 'refused', error: url };
    const limit = AbortSignal.timeout(request.totalTimeoutMs);
    const signal = request.signal === undefined ? limit : AbortSignal.any([request.signal, limit]);
    const target = await locate(url, request.trusted, options.allowList, resolve, signal);
    if (!Array.isArray(target)) return target;
    return exchange(url, target, request, signal);
  };
}

/** `host:port` of a URL, port always written: what `trusted` is compared with. Null when it is no http(s) URL. */
export function endpointOf(url: string): string | null {
  const target = parseTarget(url);
  return typeof target === 'string' ? null : `${target.hostname}:${portOf(target)}`;
}

/** The URL, or why it cannot be a target. */
function parseTarget(text: string): URL | string {
  if (!URL.canParse(text)) return 'the URL cannot be read: it needs the form https://host/path';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'the URL must begin with http:// or https://';
  if (url.username !== '' || url.password !== '') {
    return 'credentials in the URL are refused: give them as headers, basic or bearer settings';
  }
  return url;
}

function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

/** The addresses that may be connected to. A literal is checked as it stands, a name by all that it resolves to. */
async function locate(
  url: URL,
  trusted: string | undefined,
  allowList: AllowList,
  resolve: NonNullable<GuardedFetchOptions['resolve']>,
  signal: AbortSignal,
): Promise<ResolvedAddress[] | Exclude<GuardedResponse, { kind: 'response' }>> {
  // The URL parser has turned decimal, octal, hexadecimal, short and full-width forms into the plain one.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  const free = trusted === `${url.hostname}:${portOf(url)}` || allowList.allowsHost(url.hostname, portOf(url));
  const inside = (address: string) => (free || allowList.allowsAddress(address) ? null : insideName(address));
  if (family !== 0) {
    const name = inside(host);
    if (name === null) return [{ address: host, family }];
    return { kind: 'refused', error: `the address is ${name}: add it to the allow-list if it is meant` };
  }
  try {
    const addresses = [...(await Promise.race([resolve(host), rejectedOnAbort(signal)]))];
    if (addresses.length === 0) return { kind: 'failure', error: 'the host name has no address' };
    const name = addresses.map(({ address }) => inside(address)).find((found) => found !== null);
    if (name === undefined) return addresses;
    // A failure, not a refusal: names change, and the next try asks anew.
    return {
      kind: 'failure',
      error: `the host name leads to a ${name} address: add the host to the allow-list if meant`,
    };
  } catch (error) {
    return { kind: 'failure', error: describeFailure(error, signal) };
  }
}

function rejectedOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(new Error('aborted', { cause: signal.reason }));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

function exchange(
  url: URL,
  addresses: readonly ResolvedAddress[],
  request: GuardedRequest,
  signal: AbortSignal,
): Promise<GuardedResponse> {
  return new Promise((resolve) => {
    let answered = false;
    const fail = (error: unknown) => {
      if (!answered) resolve({ kind: 'failure', error: describeFailure(error, signal) });
    };
    try {
      const body = request.body === undefined ? undefined : Buffer.from(request.body);
      const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const outgoing = open({
        // A fresh connection each time: one kept alive for a trusted target must not serve another request.
        agent: false,
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: portOf(url),
        path: url.pathname + url.search,
        method: request.method,
        headers: { ...request.headers, ...(body && { 'content-length': String(body.length) }), connection: 'close' },
        lookup: pinned(addresses),
        signal,
        timeout: request.idleTimeoutMs,
        maxHeaderSize: 16_384,
        ...(request.ca !== undefined && { ca: request.ca }),
      });
      outgoing.on('timeout', () => outgoing.destroy(new IdleError()));
      outgoing.on('error', fail);
      // Some ends come without an error, such as that of an answer that switches protocols.
      outgoing.on('close', () => fail(new Error('closed')));
      outgoing.on('response', (incoming) => {
        answered = true;
        readCapped(incoming, request.maxResponseBytes, resolve);
      });
      outgoing.end(body);
    } catch (error) {
      // Header values with control characters and the like, which Node refuses before anything is sent.
      resolve({ kind: 'refused', error: `the request cannot be made: ${errorCode(error) ?? 'invalid'}` });
    }
  });
}

/** Answers the connection's question with what was checked, so that a name cannot change its mind in between. */
function pinned(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const wanted = addresses.filter(({ family }) => !options.family || options.family === family);
    const [first] = wanted;
    if (first === undefined) callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0);
    else if (options.all) callback(null, [...wanted]);
    else callback(null, first.address, first.family);
  };
}

function readCapped(incoming: IncomingMessage, maxBytes: number, resolve: (response: GuardedResponse) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const finish = (truncated: boolean) => {
    const { statusCode = 0, headers } = incoming;
    const body = Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
    resolve({ kind: 'response', status: statusCode, headers, body, truncated });
  };
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size <= maxBytes) return;
    finish(true);
    incoming.destroy();
  });
  incoming.on('end', () => finish(false));
  // The status has been heard; a body that stalls, breaks off or takes too long changes nothing about it.
  incoming.on('error', () => finish(true));
  incoming.on('close', () => finish(true));
}

class IdleError extends Error {
  override readonly name = 'IdleError';
}

/** What went wrong, in words without host, path or query: those may be credentials. */
function describeFailure(error: unknown, signal: AbortSignal): string {
  if (error instanceof IdleError) return 'timeout: nothing came for too long';
  if (signal.aborted) {
    const { reason } = signal as { reason: unknown };
    return reason instanceof Error && reason.name === 'TimeoutError' ? 'timeout: no answer in time' : 'cancelled';
  }
  const code = errorCode(error);
  return code === null ? 'the connection failed' : (KNOWN_FAILURES[code] ?? `the connection failed (${code})`);
}

const KNOWN_FAILURES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name cannot be resolved (ENOTFOUND)',
  EAI_AGAIN: 'the resolver does not answer (EAI_AGAIN)',
  ECONNREFUSED: 'connection refused (ECONNREFUSED)',
  ECONNRESET: 'connection reset (ECONNRESET)',
  EPIPE: 'connection closed while sending (EPIPE)',
  ETIMEDOUT: 'timeout: cannot connect (ETIMEDOUT)',
  HPE_HEADER_OVERFLOW: 'the answer has too many header bytes (HPE_HEADER_OVERFLOW)',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed: give its CA (DEPTH_ZERO_SELF_SIGNED_CERT)',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate chain ends in an unknown CA: give it (SELF_SIGNED_CERT_IN_CHAIN)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate cannot be verified: give its CA (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the CA is unknown: give it (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)',
  CERT_HAS_EXPIRED: 'the certificate has expired (CERT_HAS_EXPIRED)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name (ERR_TLS_CERT_ALTNAME_INVALID)',
};

function errorCode(error: unknown): string | null {
  if (error instanceof AggregateError) return errorCode(error.errors[0]);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : null;
}
