/** Delivers what the outbox holds: each channel at its own pace, every attempt recorded, nothing sent under two ids. */
import { type AttemptEnd, boundedAttempt } from '../kit/bounded-attempt.ts';
import { ClaimLoop } from '../kit/claim-loop.ts';
import type { Channel, DeliveryOutcome } from '../model/delivery.ts';
import type { ClaimedDelivery, NextDelivery, Outbox } from '../model/ports/telling.ts';
import type { Clock, Logger, Metrics } from '../model/ports/process.ts';
import { type Span, type SpanStart, type Tracing, UNTRACED } from '../model/tracing.ts';
import { nextDelivery } from './delivery-schedule.ts';
import { DEFAULT_ENDPOINT_POLICY, EndpointGate, type EndpointPolicy } from './endpoint-gate.ts';

/** Which channels an endpoint has switched off by answering 410; the app keeps it in the settings. */
interface ChannelSwitch {
  isOff(channel: string): boolean;
  switchOff(channel: string, why: string): Promise<void>;
}

export interface OutboxRunnerOptions {
  readonly outbox: Outbox;
  /** The channels as they are configured now; asked again for every claim. */
  channels(): readonly Channel[];
  /** Brings them up to date: what another replica has just added is not taken for one that is gone. */
  readonly readChannels?: () => Promise<void>;
  readonly channelSwitch: ChannelSwitch;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Left out, there are no spans. */
  readonly tracing?: Tracing | undefined;
  readonly policy?: Partial<EndpointPolicy>;
  /** Deliveries in flight over all channels; default 64. */
  readonly concurrency?: number;
  /** Default 1 s. */
  readonly pollMs?: number;
  /** Real time that a channel may take over one attempt before it is cut; default 60 s, channels set less themselves. */
  readonly attemptTimeoutMs?: number;
  /** Default 5 s. */
  readonly stopGraceMs?: number;
  readonly random?: () => number;
}

interface ChannelHealth {
  readonly name: string;
  readonly type: string;
  /** `failing`: the breaker holds calls back. `off`: the endpoint answered 410. */
  readonly state: 'ready' | 'failing' | 'off';
}

export interface OutboxRunner {
  /** Delivers until the signal aborts; attempts in flight are cancelled and given back. */
  run(signal: AbortSignal): Promise<void>;
  /** Looks for deliveries now: call it when some were added or replayed. */
  wake(): void;
  /** Delivers until nothing is due. */
  drain(signal: AbortSignal): Promise<void>;
  health(): readonly ChannelHealth[];
}

const LEASE_MARGIN_MS = 30_000;

export function createOutboxRunner(options: OutboxRunnerOptions): OutboxRunner {
  const delivering = new OutboxDelivering(options);
  return {
    run: (signal) => delivering.loop.run(signal),
    wake: () => delivering.loop.wake(),
    drain: async (signal) => {
      await delivering.loop.drain(signal);
    },
    health: () => delivering.health(),
  };
}

class OutboxDelivering {
  readonly loop: ClaimLoop<ClaimedDelivery>;
  readonly #options: OutboxRunnerOptions;
  readonly #attemptTimeoutMs: number;
  /** One a channel; a new one sweeps out those of channels that went away. */
  readonly #gates = new Map<string, { readonly channel: Channel | undefined; readonly gate: EndpointGate }>();

  constructor(options: OutboxRunnerOptions) {
    this.#options = options;
    this.#attemptTimeoutMs = options.attemptTimeoutMs ?? 60_000;
    this.loop = new ClaimLoop<ClaimedDelivery>({
      name: 'outbox',
      clock: options.clock,
      logger: options.logger,
      metrics: options.metrics,
      concurrency: options.concurrency ?? 64,
      pollMs: options.pollMs ?? 1000,
      stopGraceMs: options.stopGraceMs ?? 5000,
      capacity: () => this.#capacity(),
      claim: (limit) => this.#claim(limit),
      keyOf: ({ delivery }) => delivery.id,
      giveBack: (claimed) => this.#giveBack(claimed),
      work: (claimed, signal) => this.#deliver(claimed, signal),
    });
  }

  health(): readonly ChannelHealth[] {
    return this.#options.channels().map(({ name, type }) => {
      const open = this.#gate(name).failing ? 'failing' : 'ready';
      return { name, type, state: this.#options.channelSwitch.isOff(name) ? 'off' : open };
    });
  }

  /**
   * What the tightest channel with any room can take: a claim of that size cannot be too much for the one channel
   * that all of it may turn out to be for. The loop claims again as long as it gets as much as it asked for.
   */
  #capacity(): number {
    let smallest = Number.POSITIVE_INFINITY;
    for (const { name } of this.#options.channels()) {
      const room = this.#gate(name).room();
      if (room > 0) smallest = Math.min(smallest, room);
    }
    if (smallest === Number.POSITIVE_INFINITY) this.#wakeWhenThereIsRoom();
    return smallest === Number.POSITIVE_INFINITY && this.#options.channels().length > 0 ? 0 : smallest;
  }

  #claim(limit: number): Promise<readonly ClaimedDelivery[]> {
    const { outbox, clock } = this.#options;
    const full = this.#options.channels().filter(({ name }) => this.#gate(name).room() === 0);
    if (full.length > 0) this.#wakeWhenThereIsRoom();
    const lease = this.#attemptTimeoutMs + LEASE_MARGIN_MS;
    const bounded = Math.min(limit, 1000);
    return outbox.claimDeliveries(
      bounded,
      clock.now(),
      lease,
      full.map(({ name }) => name),
    );
  }

  #wakeWhenThereIsRoom(): void {
    for (const { name } of this.#options.channels()) {
      const gate = this.#gate(name);
      const at = gate.room() === 0 ? gate.roomAt() : null;
      if (at !== null) this.loop.wakeAt(Math.ceil(at));
    }
  }

  #gate(name: string): EndpointGate {
    const channel = this.#channel(name);
    const known = this.#gates.get(name);
    // One that was changed is another channel: what its endpoint did before says nothing of it.
    if (known !== undefined && known.channel === channel) return known.gate;
    const there = new Set(this.#options.channels().map((each) => each.name));
    for (const other of this.#gates.keys()) if (!there.has(other)) this.#gates.delete(other);
    const policy = { ...DEFAULT_ENDPOINT_POLICY, ...channel?.pace, ...this.#options.policy };
    const gate = new EndpointGate(policy, this.#options.clock);
    this.#gates.set(name, { channel, gate });
    return gate;
  }

  #channel(name: string): Channel | undefined {
    return this.#options.channels().find((candidate) => candidate.name === name);
  }

  async #deliver(claimed: ClaimedDelivery, signal: AbortSignal): Promise<void> {
    const { channelSwitch, readChannels } = this.#options;
    const name = claimed.delivery.channel;
    if (this.#channel(name) === undefined) await readChannels?.();
    const channel = this.#channel(name);
    if (channel === undefined) {
      const error = `no channel is named ${name} any more: configure it again, then replay this delivery`;
      await this.#finish(claimed, { kind: 'failed', error, statusCode: null });
    } else if (channelSwitch.isOff(name)) {
      const error = `channel ${name} is switched off since its endpoint answered 410: switch it on, then replay`;
      await this.#finish(claimed, { kind: 'gone', error, statusCode: 410 });
    } else {
      const { tracing = UNTRACED } = this.#options;
      await tracing.span(spanOf(channel, claimed), (span) => this.#attempt(channel, claimed, signal, span));
    }
  }

  async #attempt(channel: Channel, claimed: ClaimedDelivery, signal: AbortSignal, span: Span): Promise<void> {
    const { clock, metrics, channelSwitch } = this.#options;
    const { delivery, notice, receipt } = claimed;
    const gate = this.#gate(channel.name);
    gate.begin();
    const startedAt = performance.now();
    try {
      const attempt = { deliveryId: delivery.id, number: delivery.attempts + 1, at: clock.now(), receipt };
      const { end, settled } = await boundedAttempt((cut) => channel.deliver(notice, attempt, cut), {
        signal,
        timeoutMs: this.#attemptTimeoutMs,
        keep: (outcome) => outcome.kind === 'delivered' || outcome.kind === 'gone',
      });
      metrics.observe('tattle_delivery_seconds', { type: channel.type }, (performance.now() - startedAt) / 1000);
      const outcome = outcomeOf(end);
      traceOutcome(span, outcome);
      gate.end(howItWent(outcome));
      if (outcome?.kind === 'retry' && outcome.statusCode === 429) gate.rest(restAfter(outcome));
      if (outcome === null) await this.#giveBack(claimed);
      else {
        if (outcome.kind === 'gone') await channelSwitch.switchOff(channel.name, outcome.error);
        await this.#finish(claimed, outcome);
      }
      await settled;
    } finally {
      gate.release();
    }
  }

  async #finish(claimed: ClaimedDelivery, outcome: DeliveryOutcome): Promise<void> {
    const { outbox, clock, random } = this.#options;
    const now = clock.now();
    const next = nextDelivery(outcome, claimed.delivery.attempts + 1, now, random);
    await outbox.finishDelivery(claimed, outcome, next, now);
    if (next.status === 'pending') this.loop.wakeAt(next.nextAttemptAt);
    this.#report(claimed, outcome, next);
  }

  async #giveBack(claimed: ClaimedDelivery): Promise<void> {
    const now = this.#options.clock.now();
    const next: NextDelivery = { status: 'pending', nextAttemptAt: now, uncounted: true };
    const outcome: DeliveryOutcome = { kind: 'retry', error: 'stopped before it ended', statusCode: null };
    await this.#options.outbox.finishDelivery(claimed, outcome, next, now);
  }

  #report({ delivery }: ClaimedDelivery, outcome: DeliveryOutcome, next: NextDelivery): void {
    const { logger, metrics } = this.#options;
    metrics.count('tattle_deliveries_total', { channel: delivery.channel, outcome: outcome.kind });
    if (next.status !== 'pending') {
      metrics.count('tattle_deliveries_ended_total', { channel: delivery.channel, status: next.status });
    }
    if (outcome.kind === 'delivered') {
      const { warning } = outcome;
      if (warning !== undefined) logger.warn({ channel: delivery.channel, delivery: delivery.id }, warning);
      return;
    }
    const fields = {
      channel: delivery.channel,
      delivery: delivery.id,
      ...(delivery.incidentId === null ? {} : { incident: delivery.incidentId }),
      notice: delivery.noticeKind,
      attempt: delivery.attempts + 1,
      statusCode: outcome.statusCode,
      error: outcome.error,
      next: next.status,
    };
    if (next.status === 'pending') logger.warn(fields, 'delivery failed, will be tried again');
    else logger.error(fields, 'delivery given up: mend the channel, then replay it');
  }
}

/** Nothing of what is said, and nothing of where to. */
function spanOf({ name, type }: Channel, { delivery }: ClaimedDelivery): SpanStart {
  const attributes = {
    'tattle.channel.name': name,
    'tattle.channel.type': type,
    'tattle.notice.id': delivery.noticeId,
    'tattle.delivery.id': delivery.id,
    'tattle.delivery.attempt': delivery.attempts + 1,
    'tattle.notice.kind': delivery.noticeKind,
    'tattle.incident.id': delivery.incidentId ?? undefined,
  };
  return { name: `deliver ${type}`, kind: 'client', attributes };
}

function traceOutcome(span: Span, outcome: DeliveryOutcome | null): void {
  const kind = outcome?.kind ?? 'stopped';
  span.set({ 'tattle.delivery.outcome': kind, 'http.response.status_code': outcome?.statusCode ?? undefined });
  if (kind !== 'delivered') span.fail(kind);
}

/** An endpoint that says how fast it wants to be asked is not broken: it is given the rest that it asks for. */
function howItWent(outcome: DeliveryOutcome | null): 'succeeded' | 'failed' | 'cancelled' {
  if (outcome === null || (outcome.kind === 'retry' && outcome.statusCode === 429)) return 'cancelled';
  return outcome.kind === 'delivered' ? 'succeeded' : 'failed';
}

const USUAL_REST_MS = 1000;
/** Others of the channel are held up by this; the delivery itself waits as long as was asked for. */
const LONGEST_REST_MS = 60_000;

function restAfter({ retryAfterMs = USUAL_REST_MS }: { readonly retryAfterMs?: number }): number {
  return Math.min(LONGEST_REST_MS, Math.max(USUAL_REST_MS, retryAfterMs));
}

/** Null when it was stopped. An exception's text is kept out: a channel's may hold its URL, which is a credential. */
function outcomeOf(end: AttemptEnd<DeliveryOutcome>): DeliveryOutcome | null {
  switch (end.kind) {
    case 'ended':
      return end.result;
    case 'threw': {
      const name = end.error instanceof Error ? end.error.name : typeof end.error;
      return { kind: 'retry', error: `the channel itself failed (${name})`, statusCode: null };
    }
    case 'late':
      return { kind: 'retry', error: 'timeout: the channel took too long', statusCode: null };
    case 'stopped':
      return null;
  }
}
