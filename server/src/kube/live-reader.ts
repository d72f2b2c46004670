/** Reads objects and logs of one live cluster at a moment: the ClusterReader that evidence uses. */
import type { ObjectRef } from '../model/object-ref.ts';
import type { ClusterReader, PodLog, PodLogRequest } from '../model/ports/cluster.ts';
import { type ApiResource, collectionPath, objectPath } from './api-resource.ts';
import { type Answer, asRecord, asText } from './answer.ts';
import type { JsonObject, KubeClient } from './client.ts';
import type { Discovery } from './discovery.ts';
import { knownByKind } from './known-resources.ts';

/** Kinds looked up so far; beyond this the oldest is asked for again. */
const MAX_KINDS = 256;
const PAGE_ITEMS = 500;
/** A namespace with more objects of one kind is not read for one incident's evidence. */
const MAX_PAGES = 4;
const POD_METRICS: ApiResource = {
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  resource: 'pods',
  kind: 'PodMetrics',
  namespaced: true,
};
/** Denied, or no such API; 503 is how an API server speaks of an aggregated one that is not there. */
const UNKNOWN: ReadonlySet<number> = new Set([403, 404, 405]);
const UNKNOWN_METRICS: ReadonlySet<number> = new Set([...UNKNOWN, 503]);

export class LiveReader implements ClusterReader {
  readonly #client: Pick<KubeClient, 'get' | 'list' | 'text'>;
  readonly #discovery: Pick<Discovery, 'choose' | 'ofKind'>;
  readonly #kinds = new Map<string, ApiResource>();

  constructor(client: Pick<KubeClient, 'get' | 'list' | 'text'>, discovery: Pick<Discovery, 'choose' | 'ofKind'>) {
    this.#client = client;
    this.#discovery = discovery;
  }

  /** Null also when another object took the name: `ref.uid` is then not there any more. */
  async getObject(ref: ObjectRef, signal: AbortSignal): Promise<JsonObject | null> {
    if (ref.kind === 'Secret') throw new Error('Secrets are never read');
    if (ref.name === '') return null;
    const resource = await this.#resourceOf(ref.kind, signal);
    if (resource === null || (resource.namespaced && ref.namespace === '')) return null;
    const path = objectPath(resource, ref.namespace, ref.name);
    const answer = await this.#client.get(path, signal);
    if (!answer.ok && answer.failure.code === 404) return null;
    const object = orThrow(answer, `GET ${path}`);
    const uid = asText(asRecord(object['metadata'])['uid']);
    return ref.uid !== '' && uid !== '' && uid !== ref.uid ? null : object;
  }

  async podLog(request: PodLogRequest, signal: AbortSignal): Promise<PodLog> {
    const pod = { group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true };
    const query = {
      container: request.container === '' ? undefined : request.container,
      previous: request.previous ? true : undefined,
      tailLines: request.tailLines,
      limitBytes: request.limitBytes,
      timestamps: true,
    };
    const path = `${objectPath(pod, request.namespace, request.pod)}/log`;
    const answer = await this.#client.text(path, query, request.limitBytes, signal);
    return answer.ok ? { kind: 'log', text: answer.value } : { kind: 'error', error: answer.failure.message };
  }

  /** Never of the whole cluster. A list that changes under its pages (410) or is not read whole is not known. */
  async listObjects(
    kind: 'ResourceQuota' | 'LimitRange' | 'Pod',
    namespace: string,
    signal: AbortSignal,
  ): Promise<readonly JsonObject[] | null> {
    if (namespace === '') return null;
    const resource = await this.#resourceOf(kind, signal);
    if (resource === null) return null;
    const path = collectionPath(resource, namespace);
    const items: JsonObject[] = [];
    let token: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await this.#client.list(path, { limit: PAGE_ITEMS, continue: token }, signal);
      if (!answer.ok && (UNKNOWN.has(answer.failure.code) || answer.failure.code === 410)) return null;
      const { items: listed, continueToken } = orThrow(answer, `GET ${path}`);
      items.push(...listed.map(asRecord));
      if (continueToken === '') return items;
      token = continueToken;
    }
    return null;
  }

  async podMetrics(namespace: string, pod: string, signal: AbortSignal): Promise<JsonObject | null> {
    if (namespace === '' || pod === '') return null;
    const path = objectPath(POD_METRICS, namespace, pod);
    const answer = await this.#client.get(path, signal);
    if (!answer.ok && UNKNOWN_METRICS.has(answer.failure.code)) return null;
    return orThrow(answer, `GET ${path}`);
  }

  async #resourceOf(kind: string, signal: AbortSignal): Promise<ApiResource | null> {
    const held = this.#kinds.get(kind);
    if (held !== undefined) return held;
    const known = knownByKind(kind);
    const answer = await (known === undefined
      ? this.#discovery.ofKind(kind, signal)
      : this.#discovery.choose(known, signal));
    const resource = orThrow(answer, `looking up ${kind}`);
    const [oldest] = this.#kinds.keys();
    if (this.#kinds.size >= MAX_KINDS && oldest !== undefined) this.#kinds.delete(oldest);
    // A kind that is not there may come with the next CRD: only what was found is kept.
    if (resource !== null) this.#kinds.set(kind, resource);
    return resource;
  }
}

function orThrow<T>(answer: Answer<T>, what: string): T {
  if (answer.ok) return answer.value;
  throw new Error(`${what}: ${answer.failure.message}`);
}
