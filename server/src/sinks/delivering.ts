/** Sends one batch until nothing of it is left: with patience for who is away, and what is refused for good set aside. */
import { type AttemptEnd, boundedAttempt } from '../kit/bounded-attempt.ts';
import { backoffDelay } from '../kit/backoff.ts';
import type { Refusal, Sink, SinkOutcome, SinkRecord } from '../model/sink.ts';
import { type Span, UNTRACED } from '../model/tracing.ts';
import { attempt, type Attempted } from './dividing.ts';
import type { Health } from './health.ts';
import type { SinkRunnerOptions } from './run-options.ts';

/** Sinks set less themselves. */
const ATTEMPT_MS = 330_000;
const PATIENCE_MS = 15 * 60_000;
const BACKOFF = { baseMs: 1_000, capMs: 60_000 };
const LONGEST_RETRY_AFTER_MS = 3_600_000;

export type DeliveringOptions = Pick<
  SinkRunnerOptions,
  'store' | 'clock' | 'logger' | 'metrics' | 'tracing' | 'patienceMs' | 'backoff'
>;

export class Delivering {
  readonly #sink: Sink;
  readonly #options: DeliveringOptions;
  readonly #health: Health;
  readonly #stop: AbortSignal;
  #failures = 0;
  /** Since when everything is refused. */
  #suspectSince: number | null = null;

  constructor(sink: Sink, options: DeliveringOptions, health: Health, stop: AbortSignal) {
    this.#sink = sink;
    this.#options = options;
    this.#health = health;
    this.#stop = stop;
  }

  /** True once all of it is taken or set aside; false when it was told to end before. */
  async deliver(batch: readonly SinkRecord[], cut: AbortSignal): Promise<boolean> {
    let left = batch;
    while (left.length > 0) {
      if (cut.aborted) return false;
      const result = await attempt(left, (part) => this.#send(part, cut));
      if (cut.aborted && result.taken === 0) return false;
      const { given, refused } = this.#judge(result);
      this.#count(result, refused);
      if (!(await this.#setAside(refused, cut))) return false;
      left = given;
      if (left.length === 0) break;
      if (result.taken + refused.length > 0) this.#failures = 0;
      this.#failures += 1;
      this.#tell(result, left.length);
      await this.#wait(result.retryAfterMs, cut);
      if (this.#stop.aborted) return false;
    }
    this.#recover();
    return true;
  }

  /** One attempt, whatever comes of it: nothing is set aside, and nothing is waited for. */
  async once(batch: readonly SinkRecord[], cut: AbortSignal): Promise<Attempted> {
    const result = await attempt(batch, (part) => this.#send(part, cut));
    this.#options.metrics.count('tattle_sink_records_total', { sink: this.#sink.name, outcome: 'taken' }, result.taken);
    if (result.taken > 0) this.#health.took(this.#options.clock.now());
    return result;
  }

  /** What is to be sent again, and what never will be. */
  #judge(result: Attempted): { given: readonly SinkRecord[]; refused: readonly Refusal[] } {
    if (result.suspects.length === 0) {
      this.#suspectSince = null;
      return { given: result.left, refused: result.refused };
    }
    const now = this.#options.clock.now();
    this.#suspectSince ??= now;
    if (now - this.#suspectSince < (this.#options.patienceMs ?? PATIENCE_MS)) {
      return { given: result.left, refused: result.refused };
    }
    // Whatever is wrong, nobody mended it: go on, so that these few do not hold back the rest for ever.
    this.#suspectSince = null;
    const blamed = new Set(result.suspects.map(({ record }) => record));
    return {
      given: result.left.filter((record) => !blamed.has(record)),
      refused: [...result.refused, ...result.suspects],
    };
  }

  #send(part: readonly SinkRecord[], cut: AbortSignal): Promise<SinkOutcome> {
    const { name, type } = this.#sink;
    const attributes = { 'tattle.sink.name': name, 'tattle.sink.type': type, 'tattle.sink.records': part.length };
    const { tracing = UNTRACED } = this.#options;
    return tracing.span({ name: `sink ${type}`, kind: 'client', attributes }, (span) =>
      this.#sendTraced(part, cut, span),
    );
  }

  async #sendTraced(part: readonly SinkRecord[], cut: AbortSignal, span: Span): Promise<SinkOutcome> {
    const { metrics } = this.#options;
    const began = performance.now();
    const { end } = await boundedAttempt((signal) => this.#sink.send(part, signal), {
      signal: cut,
      timeoutMs: ATTEMPT_MS,
      keep: ({ kind }) => kind === 'taken',
    });
    // What still hangs must not come through after what is sent next.
    if (end.kind === 'late' || end.kind === 'threw') this.#sink.close().catch(() => undefined);
    const outcome = outcomeOf(end);
    span.set({ 'tattle.sink.outcome': outcome.kind });
    if (outcome.kind !== 'taken') span.fail(outcome.kind);
    metrics.observe('tattle_sink_send_seconds', { type: this.#sink.type }, (performance.now() - began) / 1000);
    metrics.count('tattle_sink_attempts_total', { sink: this.#sink.name, outcome: outcome.kind });
    return outcome;
  }

  /** Before the sink's position moves on: what is not taken must be somewhere. */
  async #setAside(refused: readonly Refusal[], cut: AbortSignal): Promise<boolean> {
    const { store, clock, logger } = this.#options;
    if (refused.length === 0) return true;
    for (let failures = 1; !cut.aborted; failures++) {
      try {
        await store.setAside(this.#sink.name, refused, clock.now());
        const [{ record, reason } = { record: undefined, reason: '' }] = refused;
        const fields = { sink: this.#sink.name, records: refused.length, first: record?.document.id, reason };
        logger.error(fields, 'the sink refuses records for good: they are set aside');
        return true;
      } catch (error) {
        logger.debug({ err: error, sink: this.#sink.name }, 'what a sink refused cannot be set aside yet');
        await this.#pause(backoffDelay(BACKOFF, failures), cut);
      }
    }
    return false;
  }

  #count(result: Attempted, refused: readonly Refusal[]): void {
    const { metrics, logger } = this.#options;
    const sink = this.#sink.name;
    if (result.taken > 0) this.#health.took(this.#options.clock.now());
    metrics.count('tattle_sink_records_total', { sink, outcome: 'taken' }, result.taken);
    metrics.count('tattle_sink_records_total', { sink, outcome: 'refused' }, refused.length);
    for (const { count, reason } of result.uncounted) {
      metrics.count('tattle_sink_records_total', { sink, outcome: 'refused' }, count);
      logger.error({ sink, records: count, reason }, 'the sink refused records for good, and does not say which');
    }
  }

  /** The first failure, and ever fewer of those that follow. */
  #tell({ error, retryAfterMs }: Attempted, left: number): void {
    const { logger, metrics, clock } = this.#options;
    this.#health.failed(error, clock.now());
    metrics.gauge('tattle_sink_ready', { sink: this.#sink.name }, 0);
    if ((this.#failures & (this.#failures - 1)) !== 0) return;
    const fields = { sink: this.#sink.name, type: this.#sink.type, error, attempt: this.#failures, left, retryAfterMs };
    logger.warn(fields, 'the sink did not take everything: it is sent again');
  }

  #recover(): void {
    const { logger, metrics } = this.#options;
    metrics.gauge('tattle_sink_ready', { sink: this.#sink.name }, 1);
    this.#health.recovered();
    if (this.#failures > 0)
      logger.info({ sink: this.#sink.name, attempts: this.#failures + 1 }, 'the sink takes records again');
    this.#failures = 0;
    this.#suspectSince = null;
  }

  #wait(retryAfterMs: number | undefined, cut: AbortSignal): Promise<void> {
    const own = backoffDelay(this.#options.backoff ?? BACKOFF, this.#failures);
    return this.#pause(Math.max(own, Math.min(LONGEST_RETRY_AFTER_MS, retryAfterMs ?? 0)), cut);
  }

  #pause(ms: number, cut: AbortSignal): Promise<void> {
    return this.#options.clock.sleep(ms, AbortSignal.any([this.#stop, cut])).catch(() => undefined);
  }
}

/** An exception's text is kept out: it may hold a URL or a setting, which may be a credential. */
function outcomeOf(end: AttemptEnd<SinkOutcome>): SinkOutcome {
  switch (end.kind) {
    case 'ended':
      return end.result;
    case 'threw': {
      const name = end.error instanceof Error ? end.error.name : typeof end.error;
      return { kind: 'retry', error: `the sink itself failed (${name})` };
    }
    case 'late':
      return { kind: 'retry', error: 'timeout: the sink took too long' };
    case 'stopped':
      return { kind: 'retry', error: 'stopped before it ended' };
  }
}
