/** What runs in a process: started in order, watched, and stopped in the opposite order within one grace period. */
import type { Clock, Logger } from '../model/ports/process.ts';

interface Service {
  readonly name: string;
  stop(): Promise<void>;
}

/** Left for what stops last (the store) when something before it used up the grace. */
const LAST_RESORT_MS = 2000;

export class Services {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #graceMs: number;
  readonly #started: Service[] = [];
  #fail: (error: Error) => void = () => undefined;
  readonly #failed: Promise<never>;
  #stopping = false;

  constructor(clock: Clock, logger: Logger, graceMs: number) {
    this.#clock = clock;
    this.#logger = logger;
    this.#graceMs = graceMs;
    this.#failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#failed.catch(() => undefined);
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Something that runs until its signal aborts. Its end before that, or its failure, ends the process. */
  run(name: string, task: (signal: AbortSignal) => Promise<void>): void {
    const control = new AbortController();
    const ended = task(control.signal).then(
      () => {
        if (control.signal.aborted) return;
        this.#logger.error({ service: name }, 'ended by itself: the process ends');
        this.#fail(new Error(`${name} ended by itself`));
      },
      (error: unknown) => {
        if (control.signal.aborted) return this.#logger.debug({ err: error, service: name }, 'ended while stopping');
        this.#logger.error({ err: error, service: name }, 'failed: the process ends');
        this.#fail(new Error(`${name} failed`, { cause: error }));
      },
    );
    const stop = async () => {
      control.abort(new Error('stopping'));
      await ended;
    };
    this.#started.push({ name, stop });
  }

  onStop(name: string, stop: () => Promise<void>): void {
    this.#started.push({ name, stop });
  }

  /** Resolves when the signal aborts; rejects when a service failed. */
  async until(signal: AbortSignal): Promise<void> {
    let release: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      release = resolve;
    });
    if (signal.aborted) return;
    signal.addEventListener('abort', release, { once: true });
    try {
      await Promise.race([asked, this.#failed]);
    } finally {
      signal.removeEventListener('abort', release);
    }
  }

  /** `why`: for whoever reads the log. */
  async stop(why: string): Promise<void> {
    this.#stopping = true;
    const began = this.#clock.now();
    this.#logger.info({ why }, 'stopping: the sources first, the store last');
    for (let service = this.#started.pop(); service !== undefined; service = this.#started.pop()) {
      const left = Math.max(LAST_RESORT_MS, this.#graceMs - (this.#clock.now() - began));
      await this.#stopOne(service, left);
    }
    this.#logger.info({ seconds: (this.#clock.now() - began) / 1000 }, 'stopped');
  }

  async #stopOne(service: Service, withinMs: number): Promise<void> {
    const deadline = new AbortController();
    const late = this.#clock.sleep(withinMs, deadline.signal).then(
      () => 'late' as const,
      () => 'in time' as const,
    );
    try {
      const how = await Promise.race([service.stop().then(() => 'in time' as const), late]);
      if (how === 'late')
        this.#logger.warn({ service: service.name, withinMs }, 'did not stop in time and is left behind');
    } catch (error) {
      this.#logger.error({ err: error, service: service.name }, 'failed while stopping');
    } finally {
      deadline.abort();
    }
  }
}

/** A task for `run`: does `work` now and again until stopped. A failure is told and tried again next time. */
export function every(
  ms: number,
  clock: Clock,
  logger: Logger,
  what: string,
  work: (signal: AbortSignal) => Promise<void>,
): (signal: AbortSignal) => Promise<void> {
  return async (signal) => {
    while (!signal.aborted) {
      try {
        await work(signal);
      } catch (error) {
        logger.warn({ err: error }, `${what} failed and is tried again`);
      }
      await clock.sleep(ms, signal).catch(() => undefined);
    }
  };
}
