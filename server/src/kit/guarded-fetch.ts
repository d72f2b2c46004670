/** The one way out: every outgoing request is checked, pinned to the checked address, bounded in time and size. */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { describeFailure, errorCode, IdleError } from './connection-failure.ts';
import {
  type AddressGuardOptions,
  createAddressGuard,
  pinned,
  type ResolvedAddress,
  withoutBrackets,
} from './guarded-address.ts';

export interface GuardedRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
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
  /** The answer's body is no text: each of its bytes becomes one character (latin1). */
  readonly binary?: boolean;
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

export type GuardedFetch = (request: GuardedRequest) => Promise<GuardedResponse>;

export function createGuardedFetch(options: AddressGuardOptions): GuardedFetch {
  const guard = createAddressGuard(options);
  return async (request) => {
    const url = parseTarget(request.url);
    if (typeof url === 'string') return { kind: 'refused', error: url };
    const limit = AbortSignal.timeout(request.totalTimeoutMs);
    const signal = request.signal === undefined ? limit : AbortSignal.any([request.signal, limit]);
    // The URL parser has turned decimal, octal, hexadecimal, short and full-width forms into the plain one.
    const target = { host: url.hostname, port: portOf(url) };
    const found = await guard(
      { ...target, ...(request.trusted !== undefined && { trusted: request.trusted }) },
      signal,
    );
    return found.kind === 'addresses' ? exchange(url, found.addresses, request, signal) : found;
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
        hostname: withoutBrackets(url.hostname),
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
        readCapped(incoming, request, resolve);
      });
      outgoing.end(body);
    } catch (error) {
      // Header values with control characters and the like, which Node refuses before anything is sent.
      resolve({ kind: 'refused', error: `the request cannot be made: ${errorCode(error) ?? 'invalid'}` });
    }
  });
}

function readCapped(
  incoming: IncomingMessage,
  { maxResponseBytes: maxBytes, binary = false }: GuardedRequest,
  resolve: (response: GuardedResponse) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const finish = (truncated: boolean) => {
    const { statusCode = 0, headers } = incoming;
    const body = Buffer.concat(chunks)
      .subarray(0, maxBytes)
      .toString(binary ? 'latin1' : 'utf8');
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
