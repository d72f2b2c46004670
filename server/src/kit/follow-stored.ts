/** Following what every replica shares through the store: read again when a change is told, and now and again without. */
import type { Clock } from '../model/ports/process.ts';

export interface Followed {
  /** Calls back on every change that is told; returns what ends that. */
  readonly onChange: (wake: () => void) => () => void;
  /** Reads what is stored now, and puts it in force. */
  readonly load: () => Promise<void>;
  /** The store was away: what is in force stays, and the next look comes by itself. */
  readonly onUnread: (error: unknown) => void;
  readonly clock: Pick<Clock, 'sleep'>;
}

/** Also without a notification: a missed one costs half a minute at the most. */
const REFRESH_MS = 30_000;

/** Until the signal aborts. Never rejects. */
export async function followStored({ onChange, load, onUnread, clock }: Followed, signal: AbortSignal): Promise<void> {
  let changed = false;
  let pause = new AbortController();
  const wake = () => {
    changed = true;
    pause.abort();
  };
  const stop = onChange(wake);
  signal.addEventListener('abort', wake, { once: true });
  try {
    while (!signal.aborted) {
      // A change that came while the last one was read must not wait for the next refresh.
      if (!changed) await clock.sleep(REFRESH_MS, pause.signal).catch(() => undefined);
      changed = false;
      pause = new AbortController();
      if (signal.aborted) return;
      await load().catch(onUnread);
    }
  } finally {
    signal.removeEventListener('abort', wake);
    stop();
  }
}
