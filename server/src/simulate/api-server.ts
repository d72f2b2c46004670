/** Serves a cluster store over HTTP as a kube-apiserver would. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isObject, textAt } from '../kube/recording/recorded-line.ts';
import type { Clock, Logger } from '../model/ports/process.ts';
import { parseRequest, resourceName, type ApiRequest } from './api-request.ts';
import { failure, notFoundAtAll, statusBody, type ApiFailure } from './api-status.ts';
import { wholeJson, type ClusterStore, type Collection } from './cluster-store.ts';
import { discover } from './discovery.ts';
import { denial, type FaultEffect, type FaultScript } from './faults.ts';
import { listObjects } from './list-objects.ts';
import { podLog, type ReadLog } from './pod-logs.ts';
import { openWatch, type OpenWatch, type WatchSettings } from './watch-objects.ts';

export interface ApiServerOptions {
  readonly store: ClusterStore;
  readonly faults: FaultScript;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly readLog: ReadLog;
  readonly watch: Pick<WatchSettings, 'bookmarkMs' | 'streamingList' | 'expiredAnswer'>;
  /** `v1.36.0`. */
  readonly gitVersion: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Answers instead of the store where it returns true: sources too fast to be kept. */
  readonly instead?: (request: ApiRequest, response: ServerResponse) => boolean;
}

export interface ApiServer {
  readonly url: string;
  readonly watches: ReadonlySet<OpenWatch>;
  /** Cuts matching connections that are open; all without a filter. */
  disconnect(matches?: (request: ApiRequest) => boolean): void;
  close(): Promise<void>;
}

const LARGEST_REVIEW_BYTES = 1 << 16;

export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const watches = new Set<OpenWatch>();
  const open = new Map<ServerResponse, ApiRequest>();
  const server = createServer((incoming, response) => {
    answer(options, watches, open, incoming, response).catch((error: unknown) => {
      options.logger.error({ error, url: incoming.url }, 'the simulated API server failed to answer');
      if (response.headersSent) response.destroy();
      else fail(response, failure(500, 'Internal error occurred: the simulated API server failed; see its log'));
    });
  });
  // Longer than clients keep idle connections: closing one just as it is used again would look like a fault.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    watches,
    disconnect(matches = () => true) {
      for (const [response, request] of open) if (matches(request)) response.socket?.resetAndDestroy();
    },
    async close() {
      for (const watch of watches) watch.end();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  options: ApiServerOptions,
  watches: Set<OpenWatch>,
  open: Map<ServerResponse, ApiRequest>,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = parseRequest(incoming.method ?? 'GET', incoming.url ?? '/');
  if (request === null) return fail(response, failure(400, 'the path cannot be decoded'));
  open.set(response, request);
  response.once('close', () => open.delete(response));
  const effect = options.faults.strike(request);
  if (effect !== null && (await isAnsweredByFault(options.clock, request, effect, response))) return;
  if (options.instead?.(request, response) === true) return;
  switch (request.verb) {
    case 'health':
      return void response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
    case 'discovery':
      return answerDiscovery(options, request, response);
    case 'review':
      return answerReview(options, incoming, response);
    case 'unknown':
      return fail(response, failure(405, 'the server does not allow this method on the requested resource'));
    case 'log': {
      const log = await podLog(options.store, request, options.readLog);
      if ('code' in log) return fail(response, log);
      return void response.writeHead(200, { 'content-type': 'text/plain' }).end(log.text);
    }
    case 'list':
    case 'get':
    case 'watch':
      return answerObjects(options, watches, request, response, effect);
  }
}

/** True where the fault was the whole answer. */
async function isAnsweredByFault(
  clock: Clock,
  request: ApiRequest,
  effect: FaultEffect,
  response: ServerResponse,
): Promise<boolean> {
  switch (effect.kind) {
    case 'status': {
      const { code, message, retryAfterSeconds } = effect;
      const more = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
      fail(response, failure(code, message ?? `simulated ${code}`, more));
      return true;
    }
    case 'denied':
      if (request.verb === 'discovery' || request.verb === 'review' || request.verb === 'health') return false;
      fail(response, denial(request));
      return true;
    case 'empty':
      response.writeHead(200, { 'content-type': 'application/json' }).end();
      return true;
    case 'slow':
      return !(await isStillThere(clock, effect.delayMs, response));
    case 'reset':
      // A watch is reset after its changes.
      if (request.verb === 'watch' && (effect.afterChanges ?? 0) > 0) return false;
      response.socket?.resetAndDestroy();
      return true;
    case 'silence':
      return request.verb !== 'watch';
    case 'stream-error':
      return false;
  }
}

/** Waits; false when the client went away meanwhile. */
async function isStillThere(clock: Clock, ms: number, response: ServerResponse): Promise<boolean> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  await clock.sleep(ms, gone.signal).catch(() => undefined);
  return !gone.signal.aborted;
}

function answerDiscovery(options: ApiServerOptions, request: ApiRequest, response: ServerResponse): void {
  const resources = [...options.store.collections()].map(({ resource }) => resource);
  const body = discover(resources, request, options.gitVersion);
  if (body === null) fail(response, notFoundAtAll);
  else send(response, 200, JSON.stringify(body));
}

function answerObjects(
  options: ApiServerOptions,
  watches: Set<OpenWatch>,
  request: ApiRequest,
  response: ServerResponse,
  effect: FaultEffect | null,
): Promise<void> | void {
  const collection = findCollection(options.store, request);
  if (collection === null) return fail(response, notFoundAtAll);
  if (request.verb === 'get') return answerGet(collection, request, response);
  if (request.verb === 'watch') return answerWatch(options, watches, collection, request, response, effect);
  const list = listObjects(options.store, collection, request);
  if (typeof list === 'string') send(response, 200, list);
  else fail(response, list);
}

/** Null where the resource, its version or its scope does not exist. */
function findCollection(store: ClusterStore, request: ApiRequest): Collection | null {
  const collection = store.collection(resourceName(request));
  if (collection === undefined || collection.resource.version !== request.version) return null;
  const { namespaced } = collection.resource;
  if (!namespaced && request.namespace !== '') return null;
  return namespaced && request.name !== '' && request.namespace === '' ? null : collection;
}

function answerGet(collection: Collection, request: ApiRequest, response: ServerResponse): void {
  const object = collection.objects.get(`${request.namespace}/${request.name}`);
  if (object !== undefined) return send(response, 200, wholeJson(collection.resource, object));
  fail(
    response,
    failure(404, `${resourceName(request)} "${request.name}" not found`, {
      details: { name: request.name, group: request.group, kind: request.resource },
    }),
  );
}

async function answerWatch(
  options: ApiServerOptions,
  watches: Set<OpenWatch>,
  collection: Collection,
  request: ApiRequest,
  response: ServerResponse,
  effect: FaultEffect | null,
): Promise<void> {
  const { store, faults, clock } = options;
  const watch = openWatch(store, collection, request, { ...options.watch, faults, clock }, effect);
  if (watch !== 'empty' && 'code' in watch) return fail(response, watch);
  response.writeHead(200, { 'content-type': 'application/json' });
  if (watch === 'empty') return void response.end();
  response.flushHeaders();
  watches.add(watch);
  try {
    await watch.run(response);
  } finally {
    watches.delete(watch);
  }
}

async function answerReview(
  options: ApiServerOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(incoming);
  const spec = isObject(body) ? body['spec'] : undefined;
  if (!isObject(spec)) return fail(response, failure(400, 'the body is no SelfSubjectAccessReview with a spec'));
  const asked = spec['resourceAttributes'];
  const resource = textAt(asked, 'resource');
  const verb = textAt(asked, 'subresource') === 'log' ? 'log' : textAt(asked, 'verb');
  const denied = options.faults.denies({
    verb: verb === 'list' || verb === 'watch' || verb === 'get' || verb === 'log' ? verb : 'unknown',
    path: '',
    query: new URLSearchParams(),
    group: textAt(asked, 'group'),
    version: textAt(asked, 'version'),
    resource,
    namespace: textAt(asked, 'namespace'),
    name: textAt(asked, 'name'),
  });
  const kind = 'SelfSubjectAccessReview';
  const status = denied ? { allowed: false, reason: 'denied by the simulation' } : { allowed: true };
  send(response, 201, JSON.stringify({ kind, apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status }));
}

/** Undefined where it is too long or no JSON. */
async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_REVIEW_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, code: number, body: string): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(body);
}

function fail(response: ServerResponse, failed: ApiFailure): void {
  const { retryAfterSeconds } = failed;
  const retry = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  response.writeHead(failed.code, { 'content-type': 'application/json', ...retry }).end(statusBody(failed));
}
