/** Poll mode, for clusters where long watches break: the same handlers fed by periodic lists. */
import { collectionPath } from '../kube/api-resource.ts';
import type { KubeFailure } from '../kube/answer.ts';
import { isOlder } from '../kube/resource-version.ts';
import { resourceVersionOf } from '../kube/watch-stream.ts';
import type { StreamStatus } from '../model/ports/source.ts';
import { DEFAULT_TIMINGS, type ReflectorOptions } from './reflector.ts';
import { Coverage } from './reflector-coverage.ts';
import { explainFailure } from './reflector-explain.ts';
import { listWhole, type ReplacePage, type StreamTarget } from './reflector-list.ts';
import { afterList, isDenied, type Step } from './reflector-policy.ts';
import { ReflectorRetry } from './reflector-retry.ts';
import { ReflectorStatus } from './reflector-status.ts';

export interface PollerOptions extends Omit<ReflectorOptions, 'client' | 'streamingList'> {
  readonly client: Pick<ReflectorOptions['client'], 'list'>;
  readonly everyMs: number;
  /** Hand on only what is newer than the last list: for events, whose unchanged ones are known already. */
  readonly onlyNews: boolean;
}

export class Poller {
  readonly #options: PollerOptions;
  readonly #target: StreamTarget;
  readonly #status: ReflectorStatus;
  readonly #coverage: Coverage;
  readonly #retry: ReflectorRetry;
  readonly #pageSize: number;
  /** Of the last complete list. */
  #version: string;

  constructor(options: PollerOptions) {
    const timings = { ...DEFAULT_TIMINGS, ...options.timings };
    this.#options = options;
    this.#target = {
      path: collectionPath(options.resource, options.namespace),
      selectors: { ...options.selectors },
    };
    this.#status = new ReflectorStatus(options.cluster, options.stream, options.clock, options.logger);
    this.#coverage = Coverage.ofLists(options.clock, options.resume?.at ?? null, options.everyMs);
    this.#retry = new ReflectorRetry(timings.backoff, options.clock, options.random);
    this.#pageSize = timings.pageSize;
    this.#version = options.resume?.resourceVersion ?? '';
  }

  status(): StreamStatus {
    return this.#status.snapshot();
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        const step = await this.#poll(signal);
        if (step === 'give-up') return;
        await this.#retry.pause(step, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      if (signal.aborted) this.#status.set('stopped');
    }
  }

  async #poll(signal: AbortSignal): Promise<Step | 'give-up'> {
    const { client, handler, everyMs, clock } = this.#options;
    const startedAt = clock.now();
    const take = (items: readonly unknown[], page: ReplacePage) => this.#take(items, page);
    try {
      const answer = await listWhole(client, this.#target, this.#pageSize, take, signal);
      if (!answer.ok) return this.#failed(answer.failure);
      this.#version = answer.value;
      const gap = this.#coverage.listed();
      if (gap !== null) await handler.gap(gap);
      this.#status.heard();
      this.#status.set('watching');
    } catch (error) {
      if (signal.aborted) throw error;
      this.#options.logger.error({ err: error, stream: this.#options.stream }, 'handling a list failed; listing again');
      this.#status.set('unreachable', 'Handling what the server said failed inside Tattle; the log has the error.');
    }
    const ms = Math.max(everyMs / 10, everyMs - (clock.now() - startedAt));
    return { next: 'list', wait: { ms }, health: 'watching', compare: false, lost: null };
  }

  async #take(items: readonly unknown[], page: ReplacePage): Promise<void> {
    const { handler, onlyNews } = this.#options;
    this.#status.heard();
    if (page.first && isOlder(page.resourceVersion, this.#version)) {
      this.#version = '';
      this.#coverage.lose('restored');
      await handler.restored();
    }
    const known = this.#version;
    const taken =
      onlyNews && known !== ''
        ? items.filter((item) => {
            const version = resourceVersionOf(item);
            return version !== known && !isOlder(version, known);
          })
        : items;
    await handler.replace(taken, page);
  }

  #failed(failure: KubeFailure): Step | 'give-up' {
    const { resource, namespace, onDenied } = this.#options;
    const step = afterList(failure);
    this.#coverage.troubled(isDenied(failure) ? 'denied' : 'unreachable');
    this.#status.set(step.health, explainFailure(failure, resource, namespace));
    return isDenied(failure) && onDenied?.() === true ? 'give-up' : step;
  }
}
