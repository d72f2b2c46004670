/** What following a test alert needs, what it knows from before, and how it waits. */
import type { Clock } from '../../../model/ports/process.ts';
import type { AlertmanagerApi, WebhookCalls } from './alertmanager-api.ts';
import type { TattleApi } from './tattle-api.ts';

export interface Following {
  readonly alertmanager: AlertmanagerApi;
  readonly tattle: TattleApi;
  /** Left out: a monitored one. */
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** For each of: until Tattle knows of it, and until it knows that it is over. */
  readonly waitMs: number;
  readonly lookEveryMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What is waited for, now and again. */
  readonly onWait: (what: string) => Promise<void>;
}

/** How things stood before the alert, to tell what came of it. */
export interface Before {
  readonly calls: WebhookCalls | null;
  readonly dropped: Readonly<Record<string, number>> | null;
}

/** Undefined where nothing came of it in time. Rejects with the signal's reason. */
export async function waitFor<Value>(
  { clock, signal, waitMs, lookEveryMs, onWait }: Following,
  what: string,
  look: () => Promise<Value | undefined>,
): Promise<Value | undefined> {
  const until = clock.now() + waitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || clock.now() >= until) return found;
    await onWait(what);
    await clock.sleep(lookEveryMs, signal);
  }
}

/** `2m`, `90s`: as flags take it. */
export function stretchText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
