/** One attempt at something that may hang, throw or ignore its signal: its end is known in bounded time all the same. */

/** How long work that was cut short may take to notice, milliseconds, before it is judged without its result. */
const MOMENT_MS = 1000;

export type AttemptEnd<Result> =
  | { readonly kind: 'ended'; readonly result: Result }
  | { readonly kind: 'threw'; readonly error: unknown }
  /** It was told to stop, by the signal. What it then returned or threw says nothing. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'late' };

export interface Attempt<Result> {
  readonly end: AttemptEnd<Result>;
  /** Ends when the work really has: until then its place and its key must not be given away. Never rejects. */
  readonly settled: Promise<unknown>;
}

/**
 * `timeoutMs` is real time: it guards against hangs, so a replay's clock does not count. A result that `keep` accepts
 * stands although the cut came first (what was delivered stays delivered).
 */
export async function boundedAttempt<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  bounds: { readonly signal: AbortSignal; readonly timeoutMs: number; readonly keep: (result: Result) => boolean },
): Promise<Attempt<Result>> {
  const { signal, timeoutMs, keep } = bounds;
  const timeUp = AbortSignal.timeout(timeoutMs);
  const cut = AbortSignal.any([signal, timeUp]);
  const settled = Promise.resolve()
    .then(() => work(cut))
    .then(
      (result) => ({ kind: 'ended', result }) as const,
      (error: unknown) => ({ kind: 'threw', error }) as const,
    );
  const first = await Promise.race([settled, momentAfterAbort(cut)]);
  if (first !== 'moment' && (!cut.aborted || (first.kind === 'ended' && keep(first.result))))
    return { end: first, settled };
  return { end: { kind: signal.aborted ? 'stopped' : 'late' }, settled };
}

function momentAfterAbort(signal: AbortSignal): Promise<'moment'> {
  return new Promise((resolve) => {
    const later = () => setTimeout(() => resolve('moment'), MOMENT_MS).unref();
    if (signal.aborted) later();
    else signal.addEventListener('abort', later, { once: true });
  });
}
