/** What every channel that speaks HTTP must do with good, bad and hostile endpoints. A new channel's test calls this. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAllowList } from '../../kit/address-guard.ts';
import { systemClock } from '../../kit/clock.ts';
import { createGuardedFetch } from '../../kit/guarded-fetch.ts';
import type { Channel, DeliveryOutcome } from '../../model/delivery.ts';
import type { ChannelContext, ChannelType } from '../channels/channel-type.ts';
import { answers, type FaultyEndpoint, faultyEndpoint, type Received } from './faulty-endpoint.ts';
import { aNotice } from './notices.ts';

export interface ChannelContract {
  readonly type: ChannelType;
  /** Settings of a channel that sends to `url` and gives up a hanging endpoint within about a second. */
  settings(url: string): unknown;
  /** A word in the settings' secret parts; it must never come up in an outcome. The contract's URL ends with it. */
  readonly secret: string;
  /** Throws when the message's proof of origin is missing or wrong. */
  verify?(received: Received): void;
  /** What says that two messages are one; the same over retries. */
  identity(received: Received): string;
}

const never = new AbortController().signal;

export function trustedContext(): ChannelContext {
  return { fetch: createGuardedFetch({ allowList: parseAllowList([]).allowList }), clock: systemClock, trusted: true };
}

export function channelContract(name: string, contract: ChannelContract): void {
  describe(`the channel contract: ${name}`, () => {
    let endpoint: FaultyEndpoint;
    let channel: Channel;

    beforeEach(async () => {
      endpoint = await faultyEndpoint();
      channel = contract.type.create(contract.settings(`${endpoint.url}${contract.secret}`), trustedContext());
    });
    afterEach(() => endpoint.close());

    async function deliver(number = 1, signal: AbortSignal = never): Promise<DeliveryOutcome> {
      const outcome = await channel.deliver(aNotice(), { deliveryId: 'd1', number, at: systemClock.now() }, signal);
      expect(JSON.stringify(outcome)).not.toContain(contract.secret);
      return outcome;
    }

    it('delivers, and proves where the message comes from', async () => {
      expect(await deliver()).toEqual({ kind: 'delivered', statusCode: 204 });
      const [message] = endpoint.received;
      if (message === undefined) throw new Error('nothing came');
      contract.verify?.(message);
    });

    it('sends the same identity over retries', async () => {
      endpoint.answer = answers.status(500);
      await deliver(1);
      await deliver(2);
      expect(new Set(endpoint.received.map((message) => contract.identity(message))).size).toBe(1);
    });

    it.each([301, 302, 307, 400, 401, 404, 408, 425, 500, 502, 503])(
      'asks for a retry after %i',
      async (statusCode) => {
        endpoint.answer = answers.status(statusCode, { location: '/elsewhere' });
        expect(await deliver()).toMatchObject({ kind: 'retry', statusCode });
        expect(endpoint.received).toHaveLength(1);
      },
    );

    it('takes 410 for a last word', async () => {
      endpoint.answer = answers.status(410);
      expect(await deliver()).toMatchObject({ kind: 'gone', statusCode: 410 });
    });

    it('honours Retry-After in seconds and as a date, and ignores nonsense', async () => {
      endpoint.answer = answers.status(429, { 'retry-after': '7' });
      expect(await deliver()).toMatchObject({ kind: 'retry', statusCode: 429, retryAfterMs: 7000 });
      const later = new Date(systemClock.now() + 60_000).toUTCString();
      endpoint.answer = answers.status(429, { 'retry-after': later });
      const dated = await deliver();
      expect(dated.kind === 'retry' && dated.retryAfterMs).toBeGreaterThan(50_000);
      expect(dated.kind === 'retry' && dated.retryAfterMs).toBeLessThanOrEqual(60_000);
      endpoint.answer = answers.status(503, { 'retry-after': 'whenever 1' });
      expect(await deliver()).not.toHaveProperty('retryAfterMs');
    });

    it('gives up an endpoint that hangs, and one that resets', async () => {
      endpoint.answer = answers.hang;
      expect(await deliver()).toMatchObject({ kind: 'retry', error: expect.stringContaining('timeout') });
      endpoint.answer = answers.reset;
      expect(await deliver()).toMatchObject({ kind: 'retry', statusCode: null });
    });

    it('takes the status of an answer whose body floods or drips', async () => {
      endpoint.answer = answers.flood;
      expect(await deliver()).toEqual({ kind: 'delivered', statusCode: 200 });
      endpoint.answer = answers.drip;
      expect(await deliver()).toEqual({ kind: 'delivered', statusCode: 200 });
    });

    it('asks for a retry when nothing listens, and when it is told to stop', async () => {
      expect(await deliver(1, AbortSignal.abort())).toMatchObject({ kind: 'retry' });
      await endpoint.close();
      expect(await deliver()).toMatchObject({ kind: 'retry', statusCode: null });
    });

    it('sends nothing to an address inside when its settings came from outside', async () => {
      const settings = contract.settings(`${endpoint.url}${contract.secret}`);
      channel = contract.type.create(settings, { ...trustedContext(), trusted: false });
      expect(await deliver()).toMatchObject({ kind: 'failed', error: expect.stringContaining('allow-list') });
      expect(endpoint.received).toHaveLength(0);
    });
  });
}
