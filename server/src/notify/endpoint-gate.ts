/** How much one channel's endpoint is asked: a bound on calls at once, a rate, and a breaker. One gate never holds up another. */
import { CircuitBreaker } from '../kit/circuit-breaker.ts';
import { RateLimit } from '../kit/rate-limit.ts';
import type { Clock } from '../model/ports/process.ts';

export interface EndpointPolicy {
  /** Deliveries in flight at once. */
  readonly concurrency: number;
  readonly perSecond: number;
  readonly burst: number;
  /** Failures in a row that stop the calls for `openMs`, doubling up to `openCapMs`. */
  readonly breakerFailures: number;
  readonly openMs: number;
  readonly openCapMs: number;
}

/** Ten a second is far over what people can read, and under what small receivers choke on. */
export const DEFAULT_ENDPOINT_POLICY: EndpointPolicy = {
  concurrency: 4,
  perSecond: 10,
  burst: 20,
  breakerFailures: 5,
  openMs: 30_000,
  openCapMs: 300_000,
};

export class EndpointGate {
  readonly #policy: EndpointPolicy;
  readonly #breaker: CircuitBreaker;
  readonly #rate: RateLimit;
  readonly #clock: Clock;
  #inFlight = 0;
  #restUntil = 0;

  constructor(policy: EndpointPolicy, clock: Clock) {
    this.#policy = policy;
    this.#clock = clock;
    this.#breaker = new CircuitBreaker(
      { failures: policy.breakerFailures, openMs: policy.openMs, capMs: policy.openCapMs },
      clock,
    );
    this.#rate = new RateLimit({ perSecond: policy.perSecond, burst: policy.burst }, clock);
  }

  /** Deliveries that may begin now. */
  room(): number {
    if (!this.#breaker.mayCall() || this.#clock.now() < this.#restUntil) return 0;
    const room = Math.min(this.#policy.concurrency - this.#inFlight, this.#rate.available());
    return Math.max(0, this.#breaker.state === 'trial' ? Math.min(1, room) : room);
  }

  /** When time alone will make room; null when a call in flight has to end first. */
  roomAt(): number | null {
    if (this.#inFlight >= this.#policy.concurrency) return null;
    if (this.#breaker.state === 'trial' && !this.#breaker.mayCall()) return null;
    return Math.max(this.#rate.nextAt(), this.#breaker.opensAgainAt, this.#restUntil);
  }

  get failing(): boolean {
    return this.#breaker.state !== 'closed';
  }

  begin(): void {
    this.#inFlight += 1;
    this.#rate.take();
    this.#breaker.begin();
  }

  /** It asked to be left alone for so long. */
  rest(ms: number): void {
    this.#restUntil = Math.max(this.#restUntil, this.#clock.now() + ms);
  }

  /** `cancelled` says nothing about the endpoint. */
  end(how: 'succeeded' | 'failed' | 'cancelled'): void {
    if (how === 'succeeded') this.#breaker.succeeded();
    else if (how === 'failed') this.#breaker.failed();
    else this.#breaker.abandoned();
  }

  /** The call has really ended: its place is free. */
  release(): void {
    this.#inFlight -= 1;
  }
}
