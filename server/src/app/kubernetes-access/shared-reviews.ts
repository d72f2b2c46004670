/** One review for all who show the same token meanwhile, and few at once for tokens that nobody knows. */
import { RateLimit } from '../../kit/rate-limit.ts';
import type { Clock, Logger, Metrics } from '../../model/ports/process.ts';
import type { Answers } from './answers.ts';
import type { Bearer } from './bearer.ts';
import type { Verdict } from './vouching.ts';

/** Tokens that were not good lately: anybody can make them up, and each costs the API server a review. */
const STRANGERS = { perSecond: 10, burst: 30, atOnce: 16 };

export interface SharedReviewsParts {
  readonly vouch: (token: string) => Promise<Verdict>;
  /** Learns every verdict. */
  readonly answers: Answers;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics | undefined;
}

export class SharedReviews {
  readonly #parts: SharedReviewsParts;
  readonly #strangersRate: RateLimit;
  readonly #underWay = new Map<string, Promise<Verdict>>();
  #strangers = 0;

  constructor(parts: SharedReviewsParts) {
    this.#parts = parts;
    this.#strangersRate = new RateLimit(STRANGERS, parts.clock);
  }

  /** The verdict never rejects, so that it may be left to itself; null where too many strangers are asked about already. */
  of(bearer: Bearer, isStranger: boolean): { readonly verdict: Promise<Verdict> } | null {
    const running = this.#underWay.get(bearer.digest);
    if (running !== undefined) return { verdict: running };
    if (isStranger && (this.#strangers >= STRANGERS.atOnce || !this.#strangersRate.take())) return null;
    this.#strangers += isStranger ? 1 : 0;
    const verdict = this.#review(bearer).finally(() => {
      this.#underWay.delete(bearer.digest);
      this.#strangers -= isStranger ? 1 : 0;
    });
    this.#underWay.set(bearer.digest, verdict);
    return { verdict };
  }

  async #review({ token, digest, endsAt }: Bearer): Promise<Verdict> {
    const { vouch, answers, clock, logger, metrics } = this.#parts;
    const askedAt = clock.now();
    const verdict = await vouch(token).catch((error: unknown): Verdict => {
      logger.error({ err: error }, 'a Kubernetes token could not be reviewed');
      return { kind: 'away', why: 'the review failed', retryAfterMs: null };
    });
    if (verdict.kind === 'known') answers.keepGood(digest, { principal: verdict.principal, askedAt, endsAt });
    else if (verdict.kind === 'unknown') answers.keepBad(digest);
    else answers.postpone(digest);
    metrics?.count('tattle_kubernetes_tokens_total', { verdict: verdict.kind });
    return verdict;
  }
}
