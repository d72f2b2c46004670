/** What was answered about tokens lately, by their digests: how long it holds, and what of it is left when nobody can be asked. */
import type { Principal } from '../../model/access.ts';
import type { Clock } from '../../model/ports/process.ts';

/** From when the question was asked: what RBAC takes away is gone here after this. */
const GOOD_MS = 30_000;
/** From this age on an answer in use is asked for anew, ahead of its end, so that nobody waits for it. */
const RENEW_MS = 20_000;
/** A good answer stands in, for looking only, while the API server cannot be asked. */
const STAND_IN_MS = 120_000;
/** Short, since a ServiceAccount may come into being just after its first try. */
const BAD_MS = 5000;
/** Between tries, while the API server cannot be asked. */
const RETRY_MS = 2000;
const MAX_GOOD = 500;
const MAX_BAD = 5000;

interface Good {
  readonly principal: Principal;
  readonly askedAt: number;
  /** By the token's own word. */
  readonly endsAt: number;
  readonly retryAt: number;
}

export type Found =
  | { readonly kind: 'good'; readonly principal: Principal; readonly renew: boolean }
  | { readonly kind: 'bad' }
  /** Too old to act upon. */
  | { readonly kind: 'stand-in'; readonly principal: Principal; readonly renew: boolean }
  | { readonly kind: 'nothing' };

/** Bad tokens, of which anybody can make many, never push out good ones. */
export class Answers {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #good = new Map<string, Good>();
  readonly #bad = new Map<string, number>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  find(digest: string): Found {
    const now = this.#clock.now();
    if (isWithin(now, this.#bad.get(digest), BAD_MS)) return { kind: 'bad' };
    const good = this.#good.get(digest);
    if (good === undefined || now >= good.endsAt || !isWithin(now, good.askedAt, STAND_IN_MS))
      return { kind: 'nothing' };
    const { principal, askedAt } = good;
    const renew = now >= good.retryAt && !isWithin(now, askedAt, RENEW_MS);
    return { kind: isWithin(now, askedAt, GOOD_MS) ? 'good' : 'stand-in', principal, renew };
  }

  keepGood(digest: string, answer: Omit<Good, 'retryAt'>): void {
    this.#bad.delete(digest);
    put(this.#good, digest, { ...answer, retryAt: 0 }, MAX_GOOD);
  }

  keepBad(digest: string): void {
    this.#good.delete(digest);
    put(this.#bad, digest, this.#clock.now(), MAX_BAD);
  }

  /** Nobody could be asked: the next try comes a little later. */
  postpone(digest: string): void {
    const good = this.#good.get(digest);
    if (good !== undefined) this.#good.set(digest, { ...good, retryAt: this.#clock.now() + RETRY_MS });
  }
}

/** Not on a clock that was set back: what lies in the future would hold for too long. */
function isWithin(now: number, since: number | undefined, ms: number): boolean {
  return since !== undefined && now >= since && now < since + ms;
}

/** The one kept the longest makes room. */
function put<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key);
  const [oldest] = map.keys();
  if (map.size >= most && oldest !== undefined) map.delete(oldest);
  map.set(key, value);
}
