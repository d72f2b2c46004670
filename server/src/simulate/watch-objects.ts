/** Answers watches: from a version, from now, or as a streaming list; with bookmarks, backpressure and expiry. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../model/ports/process.ts';
import { apiVersionOf, isEventResource } from '../kube/recording/recorded-resource.ts';
import type { ApiRequest } from './api-request.ts';
import { errorLine, failure, type ApiFailure } from './api-status.ts';
import type { Change } from './change-history.ts';
import { wholeJson, type ClusterStore, type Collection } from './cluster-store.ts';
import type { StoredObject } from './stored-object.ts';
import { drained } from './drained.ts';
import type { FaultEffect, FaultScript } from './faults.ts';
import { readCount, readSelection, readVersion, type Selection } from './select-request.ts';

export interface WatchSettings {
  readonly clock: Clock;
  readonly faults: FaultScript;
  readonly bookmarkMs: number;
  /** False before Kubernetes 1.34: `sendInitialEvents` is refused. */
  readonly streamingList: boolean;
  /** How a watch from an expired version is answered. */
  readonly expiredAnswer: () => 'stream' | 'status' | 'empty';
}

/** What a watch starts with: objects already there, then changes from a position. */
interface Start {
  readonly initial: readonly StoredObject[];
  readonly position: number;
  /** Changes up to this version are known to the client. */
  readonly version: number;
  readonly endsInitial: boolean;
}

/** As an API server without a `timeoutSeconds`: half an hour at least. */
const DEFAULT_TIMEOUT_SECONDS = 1800;
const WRITE_CHARACTERS = 1 << 16;

export interface OpenWatch {
  readonly request: ApiRequest;
  /** How many changes of its resource it has yet to send. */
  lag(): number;
  /** Resolves when the watch is over; never rejects. */
  run(response: ServerResponse): Promise<void>;
  end(): void;
}

/** Checks the request: an open watch, a refusal, or `empty` for a 200 without a body. */
export function openWatch(
  store: ClusterStore,
  collection: Collection,
  request: ApiRequest,
  settings: WatchSettings,
  effect: FaultEffect | null,
): OpenWatch | ApiFailure | 'empty' {
  const selection = readSelection(collection, request);
  if ('code' in selection) return selection;
  const timeout = readCount(request.query, 'timeoutSeconds') ?? DEFAULT_TIMEOUT_SECONDS;
  if (typeof timeout !== 'number') return failure(400, timeout.wrong);
  const start = findStart(store, collection, request, selection, settings);
  if (!('code' in start)) return new Watch(store, collection, request, selection, settings, start, timeout, effect);
  if (start.code !== 410) return start;
  const answer = settings.expiredAnswer();
  if (answer === 'status') return start;
  return answer === 'empty' ? 'empty' : new ExpiredWatch(request, start);
}

function findStart(
  store: ClusterStore,
  collection: Collection,
  request: ApiRequest,
  selection: Selection,
  settings: WatchSettings,
): Start | ApiFailure {
  const version = readVersion(request.query);
  if (typeof version !== 'number') return version;
  const wantsInitial = request.query.get('sendInitialEvents');
  if (wantsInitial !== null && !settings.streamingList) {
    return failure(
      422,
      'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
    );
  }
  if (wantsInitial !== null && request.query.get('resourceVersionMatch') !== 'NotOlderThan') {
    return failure(
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    );
  }
  const endsInitial = wantsInitial === 'true' && request.query.get('allowWatchBookmarks') === 'true';
  if (wantsInitial === 'true' || (version === 0 && wantsInitial !== 'false')) {
    const initial = [...collection.objects.values()].filter(selection.matches);
    return { initial, position: collection.history.end, version: 0, endsInitial };
  }
  if (version === 0) return { initial: [], position: collection.history.end, version: 0, endsInitial: false };
  const position = collection.history.positionAfter(version);
  if (position !== null) return { initial: [], position, version, endsInitial: false };
  return failure(410, `too old resource version: ${version} (${collection.history.oldestVersion})`);
}

class ExpiredWatch implements OpenWatch {
  readonly request: ApiRequest;
  readonly #failed: ApiFailure;

  constructor(request: ApiRequest, failed: ApiFailure) {
    this.request = request;
    this.#failed = failed;
  }

  lag(): number {
    return 0;
  }

  async run(response: ServerResponse): Promise<void> {
    response.end(errorLine(this.#failed));
  }

  end(): void {
    // It is over as soon as it runs.
  }
}

class Watch implements OpenWatch {
  readonly request: ApiRequest;
  readonly #store: ClusterStore;
  readonly #collection: Collection;
  readonly #selection: Selection;
  readonly #settings: WatchSettings;
  readonly #start: Start;
  readonly #timeoutMs: number;
  readonly #effect: FaultEffect | null;
  readonly #stop = new AbortController();
  #position: number;
  #sent = 0;
  #bookmarkDue = false;
  /** Something may have come since the last look. */
  #stirred = true;
  #resume: () => void = () => {};

  constructor(
    store: ClusterStore,
    collection: Collection,
    request: ApiRequest,
    selection: Selection,
    settings: WatchSettings,
    start: Start,
    timeoutSeconds: number,
    effect: FaultEffect | null,
  ) {
    this.#store = store;
    this.#collection = collection;
    this.request = request;
    this.#selection = selection;
    this.#settings = settings;
    this.#start = start;
    this.#position = start.position;
    this.#timeoutMs = timeoutSeconds * 1000;
    this.#effect = effect;
  }

  lag(): number {
    return this.#isSilent() ? 0 : this.#collection.history.end - this.#position;
  }

  end(): void {
    this.#stop.abort();
    this.#wake();
  }

  async run(response: ServerResponse): Promise<void> {
    const unsubscribe = [
      this.#collection.history.onChange(() => this.#wake()),
      this.#settings.faults.onChange(() => this.#wake()),
    ];
    response.once('close', () => this.end());
    try {
      await Promise.all([this.#sendAll(response), this.#expire(), this.#remindOfBookmarks()]);
      if (!response.destroyed) response.end();
    } finally {
      for (const each of unsubscribe) each();
    }
  }

  async #sendAll(response: ServerResponse): Promise<void> {
    try {
      await this.#sendInitial(response);
      while (!this.#stop.signal.aborted) {
        this.#stirred = false;
        if ((await this.#sendNext(response)) || this.#stirred) continue;
        await new Promise<void>((resolve) => (this.#resume = resolve));
      }
    } finally {
      this.#stop.abort();
    }
  }

  #wake(): void {
    this.#stirred = true;
    this.#resume();
  }

  async #sendInitial(response: ServerResponse): Promise<void> {
    let text = '';
    for (const object of this.#start.initial) {
      text += this.#line('ADDED', object);
      if (text.length < WRITE_CHARACTERS) continue;
      await this.#write(response, text);
      text = '';
    }
    if (this.#start.endsInitial) text += this.#bookmark({ 'k8s.io/initial-events-end': 'true' });
    if (text !== '') await this.#write(response, text);
  }

  /** False where there is nothing to send now. */
  async #sendNext(response: ServerResponse): Promise<boolean> {
    if (this.#isSilent()) return false;
    if (this.#strikes()) return this.#struck(response);
    let text = '';
    let next = this.#collection.history.at(this.#position);
    for (
      ;
      next !== undefined && next !== null && !this.#strikes();
      next = this.#collection.history.at(this.#position)
    ) {
      this.#position += 1;
      if (next.version > this.#start.version) text += this.#changeLine(next);
      if (text.length >= WRITE_CHARACTERS) break;
    }
    if (next === null) {
      await this.#write(response, text + errorLine(failure(410, `too old resource version: ${this.#start.version}`)));
      this.#stop.abort();
      return true;
    }
    if (text === '' && this.#bookmarkDue) text = this.#bookmark();
    if (text === '') return this.#strikes();
    this.#bookmarkDue = false;
    await this.#write(response, text);
    return true;
  }

  #isSilent(): boolean {
    return this.#effect?.kind === 'silence' || this.#settings.faults.silences(this.request);
  }

  /** Whether the fault of this request has come: after so many changes. */
  #strikes(): boolean {
    const effect = this.#effect;
    if (effect?.kind !== 'stream-error' && effect?.kind !== 'reset') return false;
    return this.#sent >= (effect.afterChanges ?? 0);
  }

  async #struck(response: ServerResponse): Promise<boolean> {
    if (this.#effect?.kind === 'stream-error') {
      const { code, message } = this.#effect;
      await this.#write(response, errorLine(failure(code, message ?? 'simulated failure of the stream')));
    } else {
      response.socket?.resetAndDestroy();
    }
    this.#stop.abort();
    return true;
  }

  /** An object that starts or stops to match appears or vanishes for this watcher. */
  #changeLine(change: Change): string {
    const is = change.type !== 'DELETED' && this.#selection.matches(change.object);
    const was = change.before !== null && this.#selection.matches(change.before);
    if (!is && !was) return '';
    this.#sent += 1;
    if (is && was) return this.#line('MODIFIED', change.object);
    return this.#line(is ? 'ADDED' : 'DELETED', change.object);
  }

  #line(type: string, object: StoredObject): string {
    return `{"type":"${type}","object":${wholeJson(this.#collection.resource, object)}}\n`;
  }

  #bookmark(annotations?: Readonly<Record<string, string>>): string {
    const { resource } = this.#collection;
    const metadata = {
      resourceVersion: String(this.#store.version),
      creationTimestamp: null,
      ...(annotations === undefined ? {} : { annotations }),
    };
    const object = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
    return `${JSON.stringify({ type: 'BOOKMARK', object })}\n`;
  }

  async #write(response: ServerResponse, text: string): Promise<void> {
    if (!response.destroyed && !response.write(text)) await drained(response);
  }

  async #expire(): Promise<void> {
    if (await this.#slept(this.#timeoutMs)) this.end();
  }

  /** Events are outside the watch cache and get none. */
  async #remindOfBookmarks(): Promise<void> {
    const allowed = this.request.query.get('allowWatchBookmarks') === 'true';
    if (!allowed || isEventResource(this.#collection.resource)) return;
    while (await this.#slept(this.#settings.bookmarkMs)) {
      this.#bookmarkDue = true;
      this.#wake();
    }
  }

  /** False when the watch ended meanwhile. */
  async #slept(ms: number): Promise<boolean> {
    try {
      await this.#settings.clock.sleep(ms, this.#stop.signal);
      return true;
    } catch {
      return false;
    }
  }
}
