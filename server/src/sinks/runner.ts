/** Streams what is stored to one sink: reads on from where it stands, sends until it is acknowledged, and only then moves on. */
import { randomUUID } from 'node:crypto';
import { backoffDelay } from '../kit/backoff.ts';
import { StoreUnavailable } from '../model/ports/store.ts';
import type { SinkProgress, SinkRecord } from '../model/sink.ts';
import { batches } from './batches.ts';
import { Delivering } from './delivering.ts';
import { Health, noteHealth } from './health.ts';
import { Holding } from './holding.ts';
import { type Page, SinkReader } from './reading.ts';
import { Replaying } from './replaying.ts';
import type { ConfiguredSink, SinkRunnerOptions } from './run-options.ts';

const LEASE_MS = 30_000;
const DRAIN_MS = 5_000;
const AGAIN_MS = 1_000;
const STORE_BACKOFF = { baseMs: 500, capMs: 10_000 };
/** While nothing comes, it is noted this often until when a sink has everything. */
const IDLE_SAVE_MS = 30_000;

/** Runs until the signal aborts; then goes on for a moment with what is there, unless the other side fails. */
export async function runSink(
  configured: ConfiguredSink,
  options: SinkRunnerOptions,
  signal: AbortSignal,
): Promise<void> {
  await new SinkRun(configured, options, signal).run();
}

class SinkRun {
  readonly #configured: ConfiguredSink;
  readonly #options: SinkRunnerOptions;
  readonly #name: string;
  readonly #stop: AbortSignal;
  readonly #holder: string;
  readonly #health = new Health();
  readonly #delivering: Delivering;

  constructor(configured: ConfiguredSink, options: SinkRunnerOptions, stop: AbortSignal) {
    this.#configured = configured;
    this.#options = options;
    this.#name = configured.sink.name;
    this.#stop = stop;
    this.#holder = options.holder ?? randomUUID();
    this.#delivering = new Delivering(configured.sink, options, this.#health, stop);
  }

  async run(): Promise<void> {
    const { store, leaseMs = LEASE_MS } = this.#options;
    while (!this.#stop.aborted) {
      const held = await this.#trying(() => store.claim(this.#name, this.#holder, leaseMs));
      if (held !== null && held !== 'stopped') await this.#whileHeld(held);
      // Also after a claim that was lost: whoever has it is to be left alone for a moment.
      else await this.#rest(Math.min(leaseMs / 3, 5_000));
    }
    await this.#configured.sink.close().catch(() => undefined);
  }

  async #whileHeld(progress: SinkProgress): Promise<void> {
    const { store, leaseMs = LEASE_MS, drainMs = DRAIN_MS, clock, logger, noteMs } = this.#options;
    const ended = new AbortController();
    const claim = { store, clock, name: this.#name, holder: this.#holder };
    const holding = new Holding({ ...claim, leaseMs }, ended.signal);
    const noting = noteHealth(this.#health, { ...claim, logger, noteMs }, ended.signal);
    const late = new AbortController();
    const onStop = () => setTimeout(() => late.abort(new Error('stopping')), drainMs).unref();
    this.#stop.addEventListener('abort', onStop, { once: true });
    try {
      await this.#stream(progress, AbortSignal.any([holding.lost, late.signal]));
    } finally {
      this.#stop.removeEventListener('abort', onStop);
      ended.abort();
      await Promise.all([holding.ended, noting]);
      await store.release(this.#name, this.#holder).catch(() => undefined);
    }
    if (holding.lost.aborted) logger.warn({ sink: this.#name }, 'the claim on the sink was lost');
  }

  async #stream(from: SinkProgress, cut: AbortSignal): Promise<void> {
    const { store, history, clock } = this.#options;
    const reader = new SinkReader({ store, history, now: () => clock.now() });
    const replaying = this.#replaying(reader);
    let progress = from;
    let saved = from;
    while (!cut.aborted) {
      const page = await this.#trying(() => reader.after(progress), cut);
      if (page === 'stopped') return;
      this.#reportCatchUp(page);
      if (!(await this.#deliverAll(page.records.filter(this.#configured.wants), cut))) return;
      progress = page.next;
      if (isWorthSaving(saved, progress)) {
        if ((await this.#trying(() => store.save(this.#name, this.#holder, progress), cut)) !== true) return;
        saved = progress;
      }
      if (!this.#stop.aborted) await replaying.turn(cut);
      if (page.more) continue;
      if (this.#stop.aborted) return;
      await this.#rest(this.#configured.batch.seconds * 1000, cut);
    }
  }

  #replaying(reader: SinkReader): Replaying {
    const { store, clock, logger, replayMs } = this.#options;
    return new Replaying({
      ...{ store, clock, logger, replayMs, name: this.#name },
      incidents: (ids) => reader.incidentsNow(ids),
      delivering: this.#delivering,
      limits: this.#configured.batch,
    });
  }

  /** False where it was told to end before all were taken. */
  async #deliverAll(records: readonly SinkRecord[], cut: AbortSignal): Promise<boolean> {
    for (const batch of batches(records, this.#configured.batch)) {
      if (!(await this.#delivering.deliver(batch, cut))) return false;
    }
    return true;
  }

  #reportCatchUp({ catchesUpSince: since }: Page): void {
    if (since === undefined) return;
    const { clock, keptMs, logger, metrics } = this.#options;
    const missedMs = Math.max(0, clock.now() - keptMs() - since);
    metrics.count('tattle_sink_catch_ups_total', { sink: this.#name });
    const fields = {
      sink: this.#name,
      since: new Date(since).toISOString(),
      missedSeconds: Math.round(missedMs / 1000),
    };
    if (missedMs === 0)
      return logger.warn(fields, 'the feed does not reach back to where the sink stands: it reads stored history');
    metrics.count('tattle_sink_missed_seconds_total', { sink: this.#name }, missedMs / 1000);
    logger.error(
      fields,
      'the sink was away for longer than events are kept: what was deleted meanwhile never reaches it',
    );
  }

  /** Again and again while the store is away. */
  async #trying<T>(ask: () => Promise<T>, cut: AbortSignal = this.#stop): Promise<T | 'stopped'> {
    for (let failures = 1; !cut.aborted; failures++) {
      try {
        return await ask();
      } catch (error) {
        if (failures === 1) this.#options.logger.warn({ err: error, sink: this.#name }, 'the sink waits for the store');
        if (this.#stop.aborted && error instanceof StoreUnavailable) return 'stopped';
        await this.#rest(Math.max(AGAIN_MS / 10, backoffDelay(STORE_BACKOFF, failures)), cut);
      }
    }
    return 'stopped';
  }

  #rest(ms: number, cut: AbortSignal = this.#stop): Promise<void> {
    return this.#options.clock.sleep(ms, AbortSignal.any([this.#stop, cut])).catch(() => undefined);
  }
}

function isWorthSaving(saved: SinkProgress, now: SinkProgress): boolean {
  return saved.position !== now.position || saved.catchUp !== now.catchUp || now.at - saved.at > IDLE_SAVE_MS;
}
