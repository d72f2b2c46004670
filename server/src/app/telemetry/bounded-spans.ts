/** The bound on spans that wait for the collector: what is beyond it is dropped, and counted, so that nothing ever waits for it. */
import type { Context } from '@opentelemetry/api';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';

/** Waiting or on their way; a span takes about two kilobytes. */
export const MOST_SPANS = 2560;
const BATCH = 512;
const DELAY_MS = 2000;

export interface ExportedSpans {
  readonly exporter: SpanExporter;
  /** Called with how many, once it is done with them, however it went. */
  readonly onDone: (done: (spans: number) => void) => void;
}

export class BoundedSpans implements SpanProcessor {
  readonly #batches: BatchSpanProcessor;
  readonly #onDropped: () => void;
  #held = 0;

  constructor({ exporter, onDone }: ExportedSpans, onDropped: () => void) {
    this.#onDropped = onDropped;
    // Its own bound is never reached: it drops without a word.
    this.#batches = new BatchSpanProcessor({
      exporter,
      maxQueueSize: MOST_SPANS,
      maxExportBatchSize: BATCH,
      scheduledDelayMillis: DELAY_MS,
    });
    onDone((spans) => {
      this.#held -= spans;
    });
  }

  onStart(span: Parameters<SpanProcessor['onStart']>[0], context: Context): void {
    this.#batches.onStart(span, context);
  }

  onEnd(span: ReadableSpan): void {
    if (this.#held >= MOST_SPANS) return this.#onDropped();
    this.#held += 1;
    this.#batches.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#batches.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#batches.shutdown();
  }
}
