/** An HTTP server whose answers a test scripts one by one; loopback only. */
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../kit/clock.ts';
import type { ClusterAccess, Credentials } from '../access.ts';
import { KubeClient } from '../client.ts';

export interface Call {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly isWatch: boolean;
}

/** The answer to one call; a watch keeps the response and writes lines to it. */
export type Script = (call: Call, response: http.ServerResponse) => unknown;

export class ScriptedServer implements AsyncDisposable {
  readonly calls: readonly Call[];
  readonly url: string;
  readonly #server: http.Server;

  private constructor(server: http.Server, url: string, calls: readonly Call[]) {
    this.#server = server;
    this.calls = calls;
    this.url = url;
  }

  static async start(script: Script, tls?: https.ServerOptions): Promise<ScriptedServer> {
    const calls: Call[] = [];
    const answer = (request: http.IncomingMessage, response: http.ServerResponse) => {
      const url = new URL(request.url ?? '/', 'http://scripted');
      const isWatch = url.searchParams.get('watch') === 'true';
      const call = { path: url.pathname, query: url.searchParams, headers: request.headers, isWatch };
      calls.push(call);
      Promise.resolve(script(call, response)).catch((error: unknown) => response.destroy(error as Error));
    };
    const server = tls === undefined ? http.createServer(answer) : https.createServer(tls, answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new ScriptedServer(server, `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, calls);
  }

  get lists(): Call[] {
    return this.calls.filter((call) => !call.isWatch);
  }

  get watches(): Call[] {
    return this.calls.filter((call) => call.isWatch);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function json(
  response: http.ServerResponse,
  body: unknown,
  status = 200,
  headers: http.OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export function status(
  response: http.ServerResponse,
  code: number,
  reason: string,
  more: object = {},
  headers: http.OutgoingHttpHeaders = {},
): void {
  json(
    response,
    { kind: 'Status', status: 'Failure', code, reason, message: `${reason} for the test`, ...more },
    code,
    headers,
  );
}

export function list(
  response: http.ServerResponse,
  items: readonly unknown[],
  resourceVersion: string,
  continueToken = '',
): void {
  json(response, { kind: 'List', metadata: { resourceVersion, continue: continueToken }, items });
}

/** Opens a watch: the headers go out at once, as a real API server sends them. */
export function openWatch(response: http.ServerResponse, ...events: unknown[]): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  for (const event of events) response.write(`${JSON.stringify(event)}\n`);
}

export function object(name: string, resourceVersion: string, more: object = {}): object {
  return { metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion }, ...more };
}

export function added(name: string, resourceVersion: string): object {
  return { type: 'ADDED', object: object(name, resourceVersion) };
}

export function expired(): object {
  return {
    type: 'ERROR',
    object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' },
  };
}

const nobody: Credentials = {
  present: async () => ({ headers: {}, certificate: null, key: null }),
  renew: () => false,
};

function accessTo(url: string, more: Partial<ClusterAccess> = {}): ClusterAccess {
  return {
    name: 'scripted',
    server: new URL(url),
    authority: async () => null,
    skipTlsVerify: false,
    tlsServerName: null,
    proxyUrl: null,
    credentials: nobody,
    namespace: 'default',
    ...more,
  };
}

export function clientTo(url: string, more: Partial<ClusterAccess> = {}): KubeClient {
  return new KubeClient({
    access: accessTo(url, more),
    clock: systemClock,
    userAgent: 'tattle-test',
    rateLimit: { perSecond: 1000, burst: 1000 },
  });
}
