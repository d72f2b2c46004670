import { expect, it } from 'vitest';
import { ManualClock } from '../../kit/clock.ts';
import type { SinkStanding } from '../../model/sink.ts';
import { createSinks } from '../../sinks/index.ts';
import { contextForTests } from '../../sinks/testing/sink-contract.ts';
import { SinkViews } from './sink-views.ts';

const FINE: SinkStanding = {
  ...{ name: 'a', waiting: 0, lagMs: 0, catchingUp: false, holder: 'me', refused: 0 },
  health: { takenAt: 1, failingSince: null, error: null },
};

const context = contextForTests();
const KEY = 's3cr3t';

function viewsOf(settings: readonly object[], standings: readonly SinkStanding[]) {
  const { sinks, errors } = createSinks(settings, context);
  expect(errors).toEqual([]);
  const asked: unknown[] = [];
  const views = new SinkViews({
    configured: sinks.map(({ about }) => about),
    store: {
      standings: async (names) => standings.filter(({ name }) => names.includes(name)),
      refusals: async (...args) => {
        asked.push(args);
        return { items: [], nextCursor: null };
      },
      askReplay: async (...args) => {
        asked.push(args);
        return 1;
      },
    },
    holder: 'me',
    clock: new ManualClock(5),
  });
  return { views, asked };
}

it.each<[string, string, Partial<SinkStanding>]>([
  ['well', 'this', {}],
  ['well', 'another', { holder: 'they' }],
  ['well', 'this', { lagMs: 599_000 }],
  ['behind', 'this', { lagMs: 601_000 }],
  ['failing', 'this', { lagMs: 601_000, health: { ...FINE.health, failingSince: 3 } }],
  ['stopped', 'nobody', { holder: null, health: { ...FINE.health, failingSince: 3 } }],
])('a sink is %s, run by %s', async (state, runBy, standing) => {
  const { views } = viewsOf([{ type: 'stdout', name: 'a' }], [{ ...FINE, ...standing }]);
  expect(await views.list()).toMatchObject([{ state, runBy }]);
  expect(views.now()).toEqual([{ name: 'a', state }]);
});

it('each sink is named by where it sends, without anything that is secret', async () => {
  const url = `https://host:8443/in/${KEY}?token=${KEY}`;
  const http = { url, bearer: KEY, headers: { 'x-key': KEY } };
  const { views } = viewsOf(
    [
      { type: 'http', name: 'a', ...http },
      { type: 'loki', name: 'b', ...http, tenant: 't' },
      { type: 'elasticsearch', name: 'c', url, apiKey: KEY },
      { type: 'clickhouse', name: 'd', url, database: 'ops', username: 'u', password: KEY },
      { type: 'otlp', name: 'e', ...http },
      { type: 'kafka', name: 'f', brokers: ['k-0:9092', 'k-1:9092', 'k-2:9092'] },
      { type: 'nats', name: 'g', servers: ['nats://n:4222'], stream: 'TATTLE', token: KEY },
      { type: 'file', name: 'h', path: '/var/log/tattle.jsonl' },
      { type: 'stdout', name: 'i', include: 'incidents', minimumSeverity: 'high', namespaces: ['shop', ''] },
    ],
    [],
  );
  const list = await views.list();
  expect(list.map(({ target }) => target)).toEqual([
    'https://host:8443',
    'https://host:8443',
    'https://host:8443, index tattle-events',
    'https://host:8443, database ops',
    'https://host:8443',
    'k-0:9092 and 2 more, topic tattle-events',
    'nats://n:4222, stream TATTLE',
    '/var/log/tattle.jsonl',
    'standard output',
  ]);
  expect(JSON.stringify(list)).not.toContain(KEY);
  expect(list.at(-1)?.takes).toEqual({ include: 'incidents', minimumSeverity: 'high', namespaces: ['shop', ''] });
  // Not begun in the store yet.
  expect(list.every(({ state }) => state === 'stopped')).toBe(true);
});

it('nothing is asked of the store about a sink that is not configured', async () => {
  const { views, asked } = viewsOf([{ type: 'stdout', name: 'a' }], []);
  expect(await views.refusals('b', { limit: 1 })).toBeNull();
  expect(await views.replay('b', null)).toBeNull();
  expect(asked).toEqual([]);
  expect(await views.replay('a', ['1'])).toBe(1);
  expect(await views.refusals('a', { limit: 1 })).toEqual({ items: [], nextCursor: null });
  expect(asked).toEqual([
    ['a', ['1'], 5],
    ['a', { limit: 1 }],
  ]);
});
