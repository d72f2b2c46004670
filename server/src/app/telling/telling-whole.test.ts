/** A whole server that tells many channels at once, most of whose ends are bad: the good ones hear everything, once, in order and in time. */
import { createHmac } from 'node:crypto';
import type { WireChannels, WireDeliveryPage } from '@tattle/contract';
import { expect, it, onTestFinished } from 'vitest';
import type { Received } from '../../notify/testing/faulty-endpoint.ts';
import { eventually } from '../testing/server-process.ts';
import { badEnds, channelsOf, SECRET } from './testing/bad-ends.ts';
import { scratch, startTelling } from './testing/telling-server.ts';

/** From the alert to the good ends, on a busy machine. */
const IN_TIME_MS = 10_000;
const BAD = ['hangs', 'floods', 'resets', 'fails', 'moved', 'gone', 'busy'];

interface Heard {
  readonly id: string;
  readonly incident: string;
  readonly kind: string;
}

const heard = ({ headers, body }: Received): Heard => {
  const { incident, notice } = JSON.parse(body) as { incident: { id: string }; notice: string };
  return { id: String(headers['webhook-id']), incident: incident.id, kind: notice };
};
const isSigned = ({ headers, body }: Received) => {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
};
const names = (count: number) => Array.from({ length: count }, (_, i) => `cart-${i}`);

it('tells the good ends on time, whatever the others do, and each of them under one id', {
  timeout: 180_000,
}, async () => {
  const ends = await badEnds(onTestFinished);
  const server = await startTelling(await scratch(), {
    channels: channelsOf(ends),
    notify: {
      routes: [
        {
          name: 'all',
          match: ['namespace=~"shop|web"'],
          to: ['good', 'mail', ...BAD],
          continue: true,
          limit: { notices: 1000, perMinutes: 1 },
        },
        { name: 'board', match: ['namespace=shop'], to: ['board'] },
      ],
    },
  });
  const told = (id: string) => ends.good.received.map(heard).filter(({ incident }) => incident === id);
  const until = (what: string, isSo: () => boolean) => eventually(what, async () => (isSo() ? true : undefined));

  // Two incidents, so that no breaker keeps the bad ends from a second try.
  await server.alert('shop', ['cart', 'till']);
  const shop = await eventually('its incidents', async () => {
    const found = await server.incidents('shop');
    return found.size === 2 ? found : undefined;
  });
  await until('the first to be heard', () => [...shop.values()].every((id) => told(id).length === 1));
  await server.alert('shop', ['cart'], { alertname: 'Down', severity: 'critical' });
  const cart = shop.get('cart') ?? '';
  await until('it got worse', () => told(cart).length === 2);
  for (const bad of [ends.hangs, ends.resets, ends.fails]) {
    await until('a second try', () => bad.received.length >= 4);
    const ids = new Map<string, Set<string>>();
    for (const { id, incident, kind } of bad.received.map(heard)) {
      // What got worse waits until it was heard that it began.
      expect(kind).toBe('opened');
      ids.set(incident, (ids.get(incident) ?? new Set()).add(id));
    }
    expect([...ids.values()].map(({ size }) => size)).toEqual([1, 1]);
  }

  const before = ends.gone.received.length;
  const began = performance.now();
  await server.alert('web', names(10));
  await until('all to be heard', () => new Set(ends.good.received.map((one) => heard(one).incident)).size === 12);
  expect(performance.now() - began).toBeLessThan(IN_TIME_MS);
  const web = await server.incidents('web');
  for (const id of [...shop.values(), ...web.values()]) await server.send('POST', `/api/v1/incidents/${id}/resolve`);
  await until(
    'all ends to be heard',
    () => ends.good.received.map(heard).filter(({ kind }) => kind === 'resolved').length === 12,
  );
  for (const id of web.values()) expect(told(id).map(({ kind }) => kind)).toEqual(['opened', 'resolved']);
  expect(told(cart).map(({ kind }) => kind)).toEqual(['opened', 'worse', 'resolved']);
  expect(new Set(ends.good.received.map((one) => heard(one).id)).size).toBe(ends.good.received.length);
  expect(ends.good.received.every(isSigned)).toBe(true);
  // An answer without an end is cut off, and what was said before it counts.
  await until('the one that floods to have heard all', () => ends.floods.received.length === 25);
  expect(new Set(ends.floods.received.map((one) => heard(one).id)).size).toBe(25);
  await until('all mails', () => ends.mail.taken.length === 25);

  // What is gone is asked no more, and what moved is not followed.
  expect(ends.gone.received.length).toBe(before);
  expect(ends.moved.received.length).toBeGreaterThan(0);
  const { body: channels } = await server.get<WireChannels>('/api/v1/channels');
  const stateOf = (name: string) => channels.items.find((channel) => channel.name === name)?.state;
  expect([stateOf('gone'), stateOf('good'), stateOf('mail')]).toEqual(['off', 'ready', 'ready']);
  const { body: given } = await server.get<WireDeliveryPage>('/api/v1/deliveries?channel=gone&limit=200');
  expect(new Set(given.items.map(({ status }) => status))).toEqual(new Set(['disabled']));

  // A message that told of it is changed, and answered: there is no other.
  await until('the board to be changed', () => ends.board.received.length >= 8);
  const posts = ends.board.received.map(({ path, body }) => ({
    path,
    ...(JSON.parse(body) as { ts?: string; thread_ts?: string }),
  }));
  expect(
    posts.filter(({ path, thread_ts: thread }) => path.endsWith('postMessage') && thread === undefined),
  ).toHaveLength(2);
  expect(new Set(posts.flatMap(({ ts }) => ts ?? [])).size).toBe(2);
  // Who asked to be left alone was, and heard of all at last.
  await until('the busy one to have heard of the first', () => ends.busy.received.length >= 6);

  for (const id of web.values()) {
    const why = await server.why(id);
    for (const channel of ['good', 'mail', ...BAD]) {
      expect(why.filter((line) => line === `${channel} told routed`)).toHaveLength(2);
    }
  }
});
