/** The part of the channel contract for channels that speak HTTP: what statuses, floods, hangs and resets mean. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../kit/clock.ts';
import type { Channel } from '../../model/delivery.ts';
import { acceptingEndpoint, attempt, type ChannelContract, trustedContext } from './contract-terms.ts';
import { answers, type FaultyEndpoint } from './faulty-endpoint.ts';
import { aNotice } from './notices.ts';

const STATUSES = [301, 302, 307, 400, 401, 403, 404, 408, 413, 425, 500, 502, 503];

export function httpContract(name: string, contract: ChannelContract): void {
  describe(`the channel contract: ${name}, over HTTP`, () => {
    let endpoint: FaultyEndpoint;
    let channel: Channel;

    beforeEach(async () => {
      endpoint = await acceptingEndpoint(contract);
      channel = contract.type.create(contract.settings(`${endpoint.url}${contract.secret}`), trustedContext());
    });
    afterEach(() => endpoint.close());

    const deliver = () => attempt(channel, aNotice(), contract);

    it.each(STATUSES.map((status) => [contract.statuses?.[status] ?? 'retry', status] as const))(
      'answers %s to %i, asking once',
      async (kind, statusCode) => {
        endpoint.answer = answers.status(statusCode, { location: '/elsewhere' });
        expect(await deliver()).toMatchObject({ kind, statusCode });
        expect(endpoint.received).toHaveLength(1);
      },
    );

    it('takes 410 for a last word', async () => {
      endpoint.answer = answers.status(410);
      expect(await deliver()).toMatchObject({ kind: contract.statuses?.[410] ?? 'gone', statusCode: 410 });
    });

    it.each((contract.answers ?? []).map((meant) => [meant.name, meant] as const))('takes %s', async (_, meant) => {
      endpoint.answer = meant.answer;
      expect(await deliver()).toMatchObject(meant.means);
    });

    it('never repeats what an error says', async () => {
      endpoint.answer = (response, { path, body }) => {
        response.writeHead(400).end(JSON.stringify({ ok: false, error: path, message: path, description: path, body }));
      };
      expect(await deliver()).not.toMatchObject({ kind: 'delivered' });
      endpoint.answer = (response, { path }) => response.writeHead(500).end(`Cannot POST ${path} ${contract.secret}`);
      expect(await deliver()).toMatchObject({ kind: contract.statuses?.[500] ?? 'retry' });
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

    it('survives an answer whose body floods or drips', async () => {
      const kind = contract.judgedByBody === true ? 'retry' : 'delivered';
      endpoint.answer = answers.flood;
      expect(await deliver()).toMatchObject({ kind, statusCode: 200 });
      endpoint.answer = answers.drip;
      expect(await deliver()).toMatchObject({ kind, statusCode: 200 });
    });
  });
}
