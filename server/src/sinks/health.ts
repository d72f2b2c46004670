/** How sending to one sink goes: kept by whoever sends, and written down for every replica to tell. */
import type { Clock, Logger } from '../model/ports/process.ts';
import type { SinkHealth, SinkStore } from '../model/sink.ts';

const NOTE_MS = 5_000;

export class Health {
  #now: SinkHealth = { takenAt: null, failingSince: null, error: null };
  #changed = false;

  took(at: number): void {
    this.#set({ ...this.#now, takenAt: at });
  }

  failed(text: string, at: number): void {
    this.#set({ ...this.#now, failingSince: this.#now.failingSince ?? at, error: { at, text } });
  }

  /** All that there was is taken, or set aside. */
  recovered(): void {
    this.#set({ ...this.#now, failingSince: null });
  }

  #set(next: SinkHealth): void {
    this.#now = next;
    this.#changed = true;
  }

  /** Null where nothing changed since it was asked last. */
  news(): SinkHealth | null {
    if (!this.#changed) return null;
    this.#changed = false;
    return this.#now;
  }

  /** What was told as news did not get anywhere. */
  tellAgain(): void {
    this.#changed = true;
  }
}

export interface NotingOptions {
  readonly store: Pick<SinkStore, 'noteHealth'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly name: string;
  readonly holder: string;
  readonly noteMs?: number | undefined;
}

/** Writes it down now and again until `end` aborts, and a last time then. Never rejects. */
export async function noteHealth(health: Health, options: NotingOptions, end: AbortSignal): Promise<void> {
  const { clock, noteMs = NOTE_MS } = options;
  while (!end.aborted) {
    await clock.sleep(noteMs, end).catch(() => undefined);
    await noteOnce(health, options);
  }
  await noteOnce(health, options);
}

async function noteOnce(health: Health, { store, logger, name, holder }: NotingOptions): Promise<void> {
  const news = health.news();
  if (news === null) return;
  try {
    await store.noteHealth(name, holder, news);
  } catch (error) {
    health.tellAgain();
    logger.debug({ err: error, sink: name }, 'how the sink is doing cannot be written down yet');
  }
}
