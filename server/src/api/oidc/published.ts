/** Something that the issuer publishes: fetched when first needed, kept while fresh, asked for at a bounded rate. */
import type { Clock } from '../../model/ports/process.ts';
import { isWithin } from '../within.ts';

export interface Published<Value> {
  /** Rejects with what `load` threw, where nothing usable is known. */
  current(): Promise<Value>;
  /** Newer than what is known, unless it was fetched a moment ago. Rejects where the newest attempt failed. */
  renewed(): Promise<Value>;
}

export interface PublishedOptions<Value> {
  readonly load: () => Promise<Value>;
  readonly clock: Clock;
  readonly freshMs: number;
  /** How old it may be while newer cannot be had: what depends on it outlives a pause of the issuer. */
  readonly staleMs: number;
  /** After a success, no sooner again. */
  readonly cooldownMs: number;
  /** After a failure, no sooner again. */
  readonly retryMs: number;
}

export function published<Value>(options: PublishedOptions<Value>): Published<Value> {
  const { load, clock, freshMs, staleMs, cooldownMs, retryMs } = options;
  let known: { readonly value: Value; readonly at: number } | null = null;
  let failed: { readonly error: unknown; readonly at: number } | null = null;
  let pending: Promise<Value> | null = null;

  const within = (at: number, ms: number) => isWithin(clock.now(), at, ms);

  async function attempt(): Promise<Value> {
    try {
      const value = await load();
      known = { value, at: clock.now() };
      failed = null;
      return value;
    } catch (error) {
      failed = { error, at: clock.now() };
      throw error;
    }
  }

  async function renewed(): Promise<Value> {
    if (pending !== null) return pending;
    if (failed !== null && within(failed.at, retryMs)) throw failed.error;
    if (failed === null && known !== null && within(known.at, cooldownMs)) return known.value;
    pending = attempt().finally(() => {
      pending = null;
    });
    return pending;
  }

  return {
    renewed,
    async current() {
      if (known !== null && within(known.at, freshMs)) return known.value;
      const before = known;
      try {
        return await renewed();
      } catch (error) {
        if (before !== null && within(before.at, staleMs)) return before.value;
        throw error;
      }
    },
  };
}
