/** Reads objects and logs of one live cluster at a moment: the ClusterReader that evidence uses. */
import type { ObjectRef } from '../model/object-ref.ts';
import type { ClusterReader, PodLog, PodLogRequest } from '../model/ports.ts';
import { type ApiResource, objectPath } from './api-resource.ts';
import { type Answer, asRecord, asText } from './answer.ts';
import type { JsonObject, KubeClient } from './client.ts';
import type { Discovery } from './discovery.ts';
import { knownByKind } from './known-resources.ts';

/** Kinds looked up so far; beyond this the oldest is asked for again. */
const MAX_KINDS = 256;

export class LiveReader implements ClusterReader {
  readonly #client: Pick<KubeClient, 'get' | 'text'>;
  readonly #discovery: Pick<Discovery, 'choose' | 'ofKind'>;
  readonly #kinds = new Map<string, ApiResource>();

  constructor(client: Pick<KubeClient, 'get' | 'text'>, discovery: Pick<Discovery, 'choose' | 'ofKind'>) {
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
