/** No channel whose settings came from outside reaches what lies inside, by whichever way its target is written. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAllowList } from '../../kit/address-guard.ts';
import { systemClock } from '../../kit/clock.ts';
import type { Resolve } from '../../kit/guarded-address.ts';
import { createGuardedConnect } from '../../kit/guarded-connect.ts';
import { createGuardedFetch } from '../../kit/guarded-fetch.ts';
import { attempt } from '../testing/channel-contract.ts';
import { aNotice } from '../testing/notices.ts';
import type { ChannelContext, ChannelType } from './channel-type.ts';
import { CHANNEL_TYPES } from './index.ts';

/** By type, of a channel whose target is `host:port`. */
const SETTINGS: Readonly<Record<string, (target: string) => Record<string, unknown>>> = {
  webhook: (target) => ({ url: `http://${target}/` }),
  slack: (target) => ({ webhookUrl: `http://${target}/services/x` }),
  discord: (target) => ({ webhookUrl: `http://${target}/api/webhooks/1/x` }),
  teams: (target) => ({ webhookUrl: `http://${target}/workflows/x` }),
  alertmanager: (target) => ({ urls: [`http://${target}`] }),
  n8n: (target) => ({ url: `http://${target}/webhook/x` }),
  telegram: (target) => ({ baseUrl: `http://${target}`, botToken: '123456:abcdefghijk', chatId: 1 }),
  email: (target) => ({ url: `smtp://${target}`, security: 'none', from: 'a@example.org', to: ['b@example.org'] }),
  ntfy: (target) => ({ url: `http://${target}/ops` }),
  pagerduty: (target) => ({ url: `http://${target}/v2/enqueue`, routingKey: 'r'.repeat(32) }),
  opsgenie: (target) => ({ url: `http://${target}`, apiKey: 'k' }),
};
/** A kind without settings here fails all of it: it must be tried, too. */
const NAMED = CHANNEL_TYPES.map((type) => [type.type, type, SETTINGS[type.type] ?? (() => ({}))] as const);

/** All of them lead to 127.0.0.1, or to the metadata service of a cloud. */
const INSIDE = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f.1',
  '0x7f000001',
  '0177.0.0.1',
  '①②⑦.⓪.⓪.①',
  '0.0.0.0',
  '[::]',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:a9fe:a9fe]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::169.254.169.254]',
  '[fd00:ec2::254]',
  '169.254.169.254',
  '168.63.129.16',
];

describe('channels from outside', () => {
  let hits = 0;
  let port = 0;
  const inside = createServer((_, response) => {
    hits += 1;
    response.end();
  });
  inside.on('connection', () => (hits += 1));
  beforeEach(async () => {
    hits = 0;
    await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
    port = (inside.address() as AddressInfo).port;
  });
  afterEach(() => new Promise((resolve) => inside.close(resolve)));

  function contextOf(
    resolve: Resolve,
    more: Partial<ChannelContext> = {},
    allowed: readonly string[] = [],
  ): ChannelContext {
    const options = { allowList: parseAllowList(allowed).allowList, resolve };
    const ways = { fetch: createGuardedFetch(options), connect: createGuardedConnect(options) };
    return { ...ways, clock: systemClock, trusted: false, linkTo: () => null, ...more };
  }

  const asksNobody: Resolve = async () => {
    throw new Error('asked');
  };
  const leadsTo =
    (...addresses: readonly string[]): Resolve =>
    async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

  const settingsOf = (type: string, target: object) => ({ type, name: 'outside', timeoutSeconds: 1, ...target });
  const send = (type: ChannelType, target: object, context: ChannelContext) =>
    attempt(type.create(settingsOf(type.type, target), context), aNotice(), { secret: '\0' });

  describe.each(NAMED)('%s', (name, type, settings) => {
    it.each(INSIDE)('sends nothing to %s, and asks no resolver', async (host) => {
      const outcome = await send(type, settings(`${host}:${port}`), contextOf(asksNobody));
      expect(outcome).toMatchObject({ kind: 'failed', error: expect.stringContaining('allow-list') });
      expect(hits).toBe(0);
    });

    it.each([['127.0.0.1'], ['93.184.216.34', '10.0.0.1'], ['::ffff:127.0.0.1'], ['64:ff9b::7f00:1']])(
      'sends nothing to a name that leads to %s',
      async (...addresses) => {
        const outcome = await send(type, settings(`inside.example:${port}`), contextOf(leadsTo(...addresses)));
        expect(outcome).toMatchObject({ kind: 'retry', error: expect.stringContaining('allow-list') });
        expect(hits).toBe(0);
      },
    );

    it('is not led inside by a name that changes between the judgement and the connection', async () => {
      let asked = 0;
      const resolve: Resolve = () => leadsTo(++asked === 1 ? '127.0.0.2' : '127.0.0.1')('');
      // The first answer is allowed, and nothing listens there; the second would have reached the server.
      const outcome = await send(type, settings(`rebinding.example:${port}`), contextOf(resolve, {}, ['127.0.0.2']));
      expect(outcome).toMatchObject({ kind: 'retry' });
      expect([asked, hits]).toEqual([1, 0]);
    });

    it('takes no credentials in a URL, behind which another host could hide', () => {
      const parsed = type.schema.safeParse(settingsOf(name, settings(`example.com@127.0.0.1:${port}`)));
      expect(parsed.success).toBe(false);
    });

    it('reaches the very same target when the configuration names it', async () => {
      const context = contextOf(asksNobody, { trusted: true });
      await send(type, settings(`127.0.0.1:${port}`), context);
      expect(hits).toBeGreaterThan(0);
    });
  });

  it.each(NAMED.filter(([name]) => name !== 'email'))('%s follows no redirect', async (_, type, settings) => {
    const redirecting = createServer((__, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end();
    });
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    const from = (redirecting.address() as AddressInfo).port;
    const outcome = await send(type, settings(`127.0.0.1:${from}`), contextOf(asksNobody, { trusted: true }));
    await new Promise((resolve) => redirecting.close(resolve));
    expect(outcome).toMatchObject({ kind: 'retry', statusCode: 307 });
    expect(hits).toBe(0);
  });
});
