/** What the reflector does next after a list or watch ended: pure decisions, so that each can be read and tested alone. */
import type { KubeFailure } from '../kube/answer.ts';
import type { WatchHealth } from '../model/ports/source.ts';

/** How a watch came to its end. */
export type WatchEnd =
  /** The server closed it in good order. */
  | { readonly kind: 'ended'; readonly lastedMs: number; readonly heardAnything: boolean; readonly inFull: boolean }
  /** We closed it: nothing came for too long. */
  | { readonly kind: 'silent' }
  /** It could not be started, or the connection broke. */
  | { readonly kind: 'failed'; readonly failure: KubeFailure }
  /** The server said ERROR inside the stream. */
  | { readonly kind: 'error-event'; readonly failure: KubeFailure };

type Wait = 'none' | 'backoff' | { readonly ms: number };

export interface Step {
  readonly next: 'list' | 'watch';
  readonly wait: Wait;
  readonly health: WatchHealth;
  /** Whether the server's version must be compared with ours before the next watch: it may have been restored meanwhile. */
  readonly compare: boolean;
  /** Set when what we had can no longer be resumed from. */
  readonly lost: 'expired' | 'not-resumable' | null;
}

/** A watch that ends empty sooner than this was no watch: some servers answer a compacted version so. */
const SHORT_WATCH_MS = 1000;
const DENIED_RETRY_MS = 60_000;
/** However long a server asks us to stay away, we look again after this. */
const MAX_RETRY_AFTER_MS = 120_000;

export function afterList(failure: KubeFailure): Step {
  if (isExpired(failure)) return step('list', 'none', 'listing', { lost: 'expired' });
  if (isDenied(failure)) return step('list', { ms: DENIED_RETRY_MS }, 'denied');
  if (failure.code === 404) return step('list', { ms: DENIED_RETRY_MS }, 'unreachable');
  return step('list', waitFor(failure), 'unreachable');
}

export function afterWatch(end: WatchEnd): Step {
  switch (end.kind) {
    case 'ended':
      return afterOrderlyEnd(end);
    case 'silent':
      return step('watch', 'none', 'watching', { compare: true });
    case 'failed':
      return afterFailure(end.failure);
    case 'error-event':
      return afterErrorEvent(end.failure);
  }
}

function afterOrderlyEnd(end: Extract<WatchEnd, { kind: 'ended' }>): Step {
  const isShort = end.lastedMs < SHORT_WATCH_MS;
  if (isShort && !end.heardAnything) return step('list', 'none', 'listing', { lost: 'expired' });
  return step('watch', isShort ? 'backoff' : 'none', 'watching', { compare: !end.inFull });
}

function afterFailure(failure: KubeFailure): Step {
  if (isExpired(failure)) return step('list', 'none', 'listing', { lost: 'expired' });
  if (isDenied(failure)) return step('watch', { ms: DENIED_RETRY_MS }, 'denied', { compare: true });
  if (failure.code === 429) return step('watch', waitFor(failure), 'unreachable');
  if (isTooLargeVersion(failure)) return step('watch', 'backoff', 'unreachable', { compare: true });
  // A version or selector that the server does not take: only a fresh list can mend that.
  const refused = failure.kind === 'status' && failure.code >= 400 && failure.code < 500 && failure.code !== 401;
  if (refused && failure.code !== 408) return step('list', 'backoff', 'unreachable', { lost: 'not-resumable' });
  return step('watch', waitFor(failure), 'unreachable', { compare: true });
}

function afterErrorEvent(failure: KubeFailure): Step {
  if (isExpired(failure)) return step('list', 'none', 'listing', { lost: 'expired' });
  if (failure.code === 429) return step('watch', waitFor(failure), 'unreachable');
  if (failure.code === 500 || failure.reason === 'InternalError' || isTooLargeVersion(failure)) {
    return step('watch', waitFor(failure), 'unreachable', { compare: true });
  }
  return step('list', 'backoff', 'listing', { lost: 'not-resumable' });
}

export function isExpired(failure: KubeFailure): boolean {
  return failure.code === 410 || failure.reason === 'Expired' || failure.reason === 'Gone';
}

/** 403, and a 401 that renewed credentials did not mend. */
export function isDenied(failure: KubeFailure): boolean {
  return failure.code === 403 || failure.code === 401;
}

function isTooLargeVersion(failure: KubeFailure): boolean {
  return failure.code === 504 && /too large resource version/i.test(failure.message);
}

function waitFor(failure: KubeFailure): Wait {
  if (failure.retryAfterMs === null || failure.retryAfterMs <= 0) return 'backoff';
  return { ms: Math.min(failure.retryAfterMs, MAX_RETRY_AFTER_MS) };
}

function step(
  next: Step['next'],
  wait: Wait,
  health: WatchHealth,
  more: Partial<Pick<Step, 'compare' | 'lost'>> = {},
): Step {
  return { next, wait, health, compare: false, lost: null, ...more };
}
