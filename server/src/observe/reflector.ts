/** List and watch of one resource that never lies: it resumes, starts over when it must, and says what it could not see. */
import { type ApiResource, collectionPath } from '../kube/api-resource.ts';
import type { KubeFailure } from '../kube/answer.ts';
import type { KubeClient } from '../kube/client.ts';
import { isOlder } from '../kube/resource-version.ts';
import type { UnreadableLine, WatchBatch, WatchEvent, WatchStream } from '../kube/watch-stream.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { Clock, Logger, Metrics } from '../model/ports/process.ts';
import type { StreamStatus } from '../model/ports/source.ts';
import type { GapReason } from '../model/position.ts';
import { Coverage, type StreamGap } from './reflector-coverage.ts';
import { explainFailure } from './reflector-explain.ts';
import { listWhole, type ReplacePage, type StreamTarget } from './reflector-list.ts';
import { afterList, afterWatch, isDenied, type Step, type WatchEnd } from './reflector-policy.ts';
import { ReflectorRetry } from './reflector-retry.ts';
import { SilenceGuard } from './reflector-silence.ts';
import { ReflectorStatus } from './reflector-status.ts';

/** Where the objects go. Nothing more is read until what is returned has resolved. */
export interface ReflectorHandler {
  /** A page of a list, or of the initial events of a streaming one. */
  replace(items: readonly unknown[], page: ReplacePage): Promise<void>;
  /** What one chunk brought, in order. Once resolved, `resourceVersion` is where the stream may be resumed. */
  changes(events: readonly WatchEvent[], resourceVersion: string): Promise<void>;
  unreadable(lines: readonly UnreadableLine[]): Promise<void>;
  /** Follows the list that closes it. */
  gap(gap: StreamGap): Promise<void>;
  /** Versions went backwards: a list of another history follows. */
  restored(): Promise<void>;
  /** A watch from `resourceVersion`, open since `at`, had nothing to say: nothing up to then is missing. */
  quiet(resourceVersion: string, at: number): Promise<void>;
}

export interface ReflectorTimings {
  /** Silence after which a watch is opened anew from where it stands. */
  readonly idleMs: number;
  readonly pageSize: number;
  /** timeoutSeconds of a watch is drawn from these. */
  readonly watchSeconds: readonly [least: number, most: number];
  readonly backoff: { readonly baseMs: number; readonly capMs: number };
}

export const DEFAULT_TIMINGS: ReflectorTimings = {
  idleMs: 45_000,
  pageSize: 500,
  watchSeconds: [300, 600],
  backoff: { baseMs: 800, capMs: 30_000 },
};

export interface ReflectorOptions {
  readonly client: Pick<KubeClient, 'list' | 'watch'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly cluster: ClusterRef;
  readonly resource: ApiResource;
  /** Empty: the whole cluster. */
  readonly namespace: string;
  readonly selectors: { readonly fieldSelector?: string; readonly labelSelector?: string };
  /** The stream's name in status, positions and metrics. */
  readonly stream: string;
  readonly handler: ReflectorHandler;
  /** A saved position; null lists first. */
  readonly resume: { readonly resourceVersion: string; readonly at: number } | null;
  /** Whether the server is known to have the streaming list; where it refuses, pages are used. */
  readonly streamingList: boolean;
  /** Called when the server denies access, before the wait; the run ends when it answers true. */
  readonly onDenied?: () => boolean;
  readonly timings?: Partial<ReflectorTimings>;
}

const OK: Step = { next: 'watch', wait: 'none', health: 'watching', compare: false, lost: null };
const SLOW_HANDLER_MS = 60_000;

export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #timings: ReflectorTimings;
  readonly #target: StreamTarget;
  readonly #status: ReflectorStatus;
  readonly #coverage: Coverage;
  readonly #retry: ReflectorRetry;
  /** Where the watch goes on; empty before the first list. */
  #version: string;
  /** After an end that a restored server may lie behind. */
  #mustCompare: boolean;
  #streamingList: boolean;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.#timings = { ...DEFAULT_TIMINGS, ...options.timings };
    this.#target = {
      path: collectionPath(options.resource, options.namespace),
      selectors: { ...options.selectors },
    };
    this.#status = new ReflectorStatus(options.cluster, options.stream, options.clock, options.logger);
    this.#coverage = Coverage.ofWatch(options.clock, options.resume?.at ?? null);
    this.#retry = new ReflectorRetry(this.#timings.backoff, options.clock, options.random);
    this.#version = options.resume?.resourceVersion ?? '';
    this.#mustCompare = this.#version !== '';
    this.#streamingList = options.streamingList;
  }

  status(): StreamStatus {
    return this.#status.snapshot();
  }

  /** Ends when the signal aborts, or when `onDenied` says so. */
  async run(signal: AbortSignal): Promise<void> {
    let next: Step['next'] = this.#version === '' ? 'list' : 'watch';
    try {
      while (!signal.aborted) {
        const step = await this.#attempt(next, signal);
        if (step === 'give-up') return;
        await this.#retry.pause(step, signal);
        next = step.next;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      // One that gave up keeps saying why.
      if (signal.aborted) this.#status.set('stopped');
    }
  }

  async #attempt(what: Step['next'], signal: AbortSignal): Promise<Step | 'give-up'> {
    try {
      const { step, failure } = await (what === 'list' ? this.#list(signal) : this.#watch(signal));
      this.#note(step, failure);
      if (failure !== null && isDenied(failure) && this.#options.onDenied?.() === true) return 'give-up';
      return step;
    } catch (error) {
      if (signal.aborted) throw error;
      // A bug behind the handler must not end the watch; the list brings again what it may have lost.
      this.#options.logger.error({ err: error, stream: this.#options.stream }, 'handling a watch failed; listing anew');
      this.#status.set('unreachable', 'Handling what the server said failed inside Tattle; the log has the error.');
      return { ...OK, next: 'list', wait: 'backoff', health: 'unreachable' };
    }
  }

  #note(step: Step, failure: KubeFailure | null): void {
    if (step.compare) this.#mustCompare = true;
    if (step.lost !== null) {
      this.#coverage.lose(step.lost);
      this.#count('tattle_watch_relists_total', { reason: step.lost });
    }
    if (failure !== null && step.lost !== 'expired') this.#coverage.troubled(troubleOf(failure));
    this.#status.set(
      step.health,
      failure === null ? '' : explainFailure(failure, this.#options.resource, this.#options.namespace),
    );
  }

  async #list(signal: AbortSignal): Promise<Ended> {
    if (this.#status.health !== 'denied' && this.#status.health !== 'unreachable') this.#status.set('listing');
    this.#version = '';
    if (this.#streamingList) return this.#listByStream(signal);
    const answer = await listWhole(
      this.#options.client,
      this.#target,
      this.#timings.pageSize,
      async (items, page) => {
        this.#status.heard();
        await this.#options.handler.replace(items, page);
      },
      signal,
    );
    if (!answer.ok) return { step: afterList(answer.failure), failure: answer.failure };
    await this.#listed(answer.value);
    return { step: OK, failure: null };
  }

  async #listed(resourceVersion: string): Promise<void> {
    this.#version = resourceVersion;
    this.#mustCompare = false;
    this.#status.heard();
    const gap = this.#coverage.listed();
    if (gap !== null) await this.#options.handler.gap(gap);
  }

  async #watch(signal: AbortSignal): Promise<Ended> {
    if (this.#mustCompare) {
      const problem = await this.#compareWithServer(signal);
      if (problem !== null) return problem;
    }
    const query = { ...this.#target.selectors, allowWatchBookmarks: true, resourceVersion: this.#version };
    return this.#open(query, signal, (batch) => this.#deliver(batch));
  }

  /** A version from the future is accepted and stays silent; only a list shows that the server was restored. */
  async #compareWithServer(signal: AbortSignal): Promise<Ended | null> {
    const query = { ...this.#target.selectors, limit: 1 };
    const answer = await this.#options.client.list(this.#target.path, query, signal);
    if (!answer.ok) return { step: afterWatch({ kind: 'failed', failure: answer.failure }), failure: answer.failure };
    this.#status.heard();
    this.#mustCompare = false;
    if (!isOlder(answer.value.resourceVersion, this.#version)) return null;
    this.#options.logger.warn(
      { stream: this.#options.stream, ours: this.#version, servers: answer.value.resourceVersion },
      'versions went backwards: the cluster was restored; listing everything anew',
    );
    this.#coverage.lose('restored');
    this.#count('tattle_watch_relists_total', { reason: 'restored' });
    await this.#options.handler.restored();
    return { step: { ...OK, next: 'list', health: 'listing' }, failure: null };
  }

  async #listByStream(signal: AbortSignal): Promise<Ended> {
    const query = {
      ...this.#target.selectors,
      allowWatchBookmarks: true,
      sendInitialEvents: true,
      resourceVersionMatch: 'NotOlderThan',
      resourceVersion: '',
    };
    let isComplete = false;
    let first = true;
    // Rare, and bounded by the list itself: objects deleted while their list was on its way.
    const deleted: WatchEvent[] = [];
    const take = async (batch: WatchBatch) => {
      if (isComplete) return this.#deliver(batch);
      const end = batch.initialEventsEnd;
      const initial = batch.events.splice(0, end?.events ?? batch.events.length);
      const items = initial.filter((event) => event.type !== 'DELETED').map((event) => event.object);
      deleted.push(...initial.filter((event) => event.type === 'DELETED'));
      isComplete = end !== null;
      if (items.length > 0 || end !== null) {
        const resourceVersion = end?.resourceVersion ?? '';
        await this.#options.handler.replace(items, { first, last: end !== null, resourceVersion });
        first = false;
      }
      if (end !== null) {
        await this.#listed(end.resourceVersion);
        this.#status.set('watching');
        batch.events.unshift(...deleted.splice(0));
        await this.#deliver(batch);
      } else if (batch.unreadable.length > 0) await this.#options.handler.unreadable(batch.unreadable);
    };
    const ended = await this.#open(query, signal, take);
    if (isComplete) return ended;
    if (ended.failure === null || isRefusedRequest(ended.failure)) this.#streamingList = false;
    const wait = ended.failure === null ? 'none' : ended.step.wait;
    return { step: { ...ended.step, next: 'list', wait }, failure: ended.failure };
  }

  async #open(
    query: Readonly<Record<string, string | boolean>>,
    signal: AbortSignal,
    take: (batch: WatchBatch) => Promise<void>,
  ): Promise<Ended> {
    const timeoutSeconds = this.#drawTimeout();
    const { client } = this.#options;
    const answer = await client.watch(this.#target.path, { ...query, timeoutSeconds }, signal, this.#timings.idleMs);
    if (!answer.ok) {
      this.#count('tattle_watch_ended_total', { how: 'refused' });
      return { step: afterWatch({ kind: 'failed', failure: answer.failure }), failure: answer.failure };
    }
    this.#status.heard();
    this.#status.set(query['sendInitialEvents'] === true ? 'listing' : 'watching');
    const end = await this.#consume(answer.value, timeoutSeconds, take, signal);
    this.#count('tattle_watch_ended_total', { how: end.kind });
    const failure = end.kind === 'failed' || end.kind === 'error-event' ? end.failure : null;
    if (end.kind === 'silent') this.#coverage.troubled('silent');
    return { step: afterWatch(end), failure };
  }

  async #consume(
    stream: WatchStream,
    timeoutSeconds: number,
    take: (batch: WatchBatch) => Promise<void>,
    signal: AbortSignal,
  ): Promise<WatchEnd> {
    const { clock } = this.#options;
    const openedAt = clock.now();
    let heardAnything = false;
    const guard = new SilenceGuard(clock, this.#timings.idleMs, () => stream.close());
    const guarding = guard.run();
    try {
      for (;;) {
        guard.waiting();
        const read = await stream.next();
        guard.heard();
        signal.throwIfAborted();
        if (read.kind === 'batch') {
          this.#status.heard();
          heardAnything ||= read.batch.failure === null || read.batch.events.length > 0;
          await take(read.batch);
          if (read.batch.failure !== null) return { kind: 'error-event', failure: read.batch.failure };
          continue;
        }
        const lastedMs = clock.now() - openedAt;
        if (!heardAnything && lastedMs >= 1000) await this.#wasQuiet(openedAt);
        if (guard.fired) return { kind: 'silent' };
        if (read.kind === 'broken') return { kind: 'failed', failure: read.failure };
        return { kind: 'ended', lastedMs, heardAnything, inFull: lastedMs >= timeoutSeconds * 1000 - 5000 };
      }
    } finally {
      guard.stop();
      stream.close();
      await guarding;
    }
  }

  async #wasQuiet(since: number): Promise<void> {
    if (this.#version === '') return;
    await this.#options.handler.quiet(this.#version, since);
    this.#retry.worked();
    this.#coverage.flowing(since);
  }

  async #deliver(batch: WatchBatch): Promise<void> {
    const { handler, clock } = this.#options;
    const readAt = clock.now();
    if (batch.unreadable.length > 0) await handler.unreadable(batch.unreadable);
    if (batch.resourceVersion === '' && batch.events.length === 0) return;
    const version = batch.resourceVersion === '' ? this.#version : batch.resourceVersion;
    await handler.changes(batch.events, version);
    this.#version = version;
    this.#retry.worked();
    this.#coverage.flowing(readAt);
    if (clock.now() - readAt > SLOW_HANDLER_MS) this.#coverage.troubled('overload');
  }

  #drawTimeout(): number {
    const [least, most] = this.#timings.watchSeconds;
    return least + Math.floor(this.#options.random() * (most - least + 1));
  }

  #count(name: string, labels: Readonly<Record<string, string>>): void {
    const { metrics, cluster, stream } = this.#options;
    metrics.count(name, { cluster: cluster.name, stream, ...labels });
  }
}

interface Ended {
  readonly step: Step;
  readonly failure: KubeFailure | null;
}

/** The server is there and let us in, but would not do this: the pages will work. */
function isRefusedRequest(failure: KubeFailure): boolean {
  return failure.kind === 'status' && !isDenied(failure) && failure.code !== 429;
}

function troubleOf(failure: KubeFailure): GapReason {
  if (isDenied(failure)) return 'denied';
  return failure.code === 429 ? 'overload' : 'unreachable';
}
