import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { overridesOf } from './commands/run.ts';
import type { ReplayOptions, RunOptions } from './engine.ts';
import { historyOf, run } from './testing/run.ts';

const delivery = {
  id: '42',
  channel: 'webhook',
  incidentId: 'i1',
  notice: 'opened',
  status: 'dead',
  attempts: 10,
  createdAt: '2026-11-21T11:00:00.000Z',
  nextAttemptAt: null,
  deliveredAt: null,
  lastError: 'HTTP 500\u001b[0m',
  lastStatusCode: 500,
};

test('deliveries are listed as a table', async () => {
  const { opened, asked } = historyOf([], {
    '/api/v1/deliveries': { items: [delivery], nextCursor: null, partial: false },
  });
  const { out } = await run(['delivery', 'list', '--data-dir', '.', '--status', 'dead,disabled', '--since', '6h'], {
    opened,
  });
  expect(out).toMatch(
    /^ID +AGE +CHANNEL +NOTICE +STATUS +ATTEMPTS +NEXT TRY +LAST ERROR\n42 +60m +webhook +opened +dead +10 +HTTP 500\\x1b\[0m\n$/,
  );
  expect(asked[0]?.query.toString()).toBe('limit=100&status=dead&status=disabled&from=now-6h');
  expect((await run(['delivery', 'list', '--data-dir', '.', '-o', 'name'], { opened })).out).toBe('42\n');
  const { opened: none } = historyOf([], { '/api/v1/deliveries': { items: [], nextCursor: null, partial: false } });
  const list = ['delivery', 'list', '--data-dir', '.'];
  expect((await run(list, { opened: none, terminal: true })).err).toBe('No delivery matches.\n');
  expect(await run(list, { opened: none })).toEqual({ code: 0, out: '', err: '' });
});

test('deliveries are sent again by id or by range', async () => {
  const { opened, asked } = historyOf([], { '/api/v1/deliveries/replay': { replayed: 2 } });
  const byId = await run(['delivery', 'replay', '42', '43', '--data-dir', '.'], { opened });
  expect(byId.out).toBe('2 deliveries put back\n');
  expect(byId.err).toContain('tattle serve');
  await run(['delivery', 'replay', '--data-dir', '.', '--from', '6h', '--channel', 'webhook'], { opened });
  expect(asked.map(({ body }) => body)).toEqual([
    { ids: ['42', '43'] },
    { from: 'now-6h', to: 'now', channel: 'webhook' },
  ]);
  expect((await run(['delivery', 'replay', '--data-dir', '.'], { opened })).code).toBe(2);
  expect((await run(['delivery', 'replay', '42', '--from', '1h', '--data-dir', '.'], { opened })).code).toBe(2);
});

test('flags of serve become configuration by its own paths', async () => {
  let given: RunOptions | undefined;
  const engine = { serve: async (options: RunOptions) => void (given = options) };
  const args = [
    'serve',
    '-c',
    'a.yaml',
    '--port',
    '0',
    '--namespaces',
    'shop,web',
    '--context',
    'prod',
    '--context',
    'dev',
  ];
  expect((await run(args, { engine })).code).toBe(0);
  expect(given?.config).toBe('a.yaml');
  expect(given?.overrides).toEqual({
    'listen.port': '0',
    'filter.namespaces': 'shop,web',
    'clusters.contexts': 'prod,dev',
  });
  expect(overridesOf({ simulate: true })).toEqual({ 'clusters.source': 'simulate' });
  expect(overridesOf({ simulate: 'rec' })).toEqual({ 'clusters.source': 'simulate', 'simulate.recordings': 'rec' });
});

test('a replay prints its report, as lines or as JSON', async () => {
  let given: ReplayOptions | undefined;
  const report = { received: 3, stored: 1, dropped: { 'ttl-expired': 2 }, list: [1, 2] };
  const engine = { replay: async (options: ReplayOptions) => ((given = options), report) };
  const args = ['replay', 'rec', '--store', 'postgres://x/y', '--namespaces', 'all'];
  expect((await run(args, { engine })).out).toBe(
    'received             3\nstored               1\ndropped.ttl-expired  2\nlist                 2\n',
  );
  expect(JSON.parse((await run([...args, '--json'], { engine })).out)).toEqual(report);
  expect(given?.overrides).toEqual({ storeUrl: 'postgres://x/y', 'filter.namespaces': 'all' });
  expect(given?.directory).toMatch(/^\/.*\/rec$/);
});

test('what goes wrong is told in a line or two, with its exit code', async () => {
  const failing = { serve: () => Promise.reject(new Error('port 7171 is in use\nset --port')) };
  expect(await run(['serve'], { engine: failing })).toEqual({
    code: 1,
    out: '',
    err: 'tattle: port 7171 is in use\nset --port\n',
  });
  expect(await run(['events', '--data-dir', '/nowhere'])).toMatchObject({
    code: 3,
    err: expect.stringContaining('/nowhere'),
  });
  expect(await run(['events', '--data-dir', '.'])).toMatchObject({
    code: 3,
    err: expect.stringContaining('cannot be opened'),
  });
  expect(await run(['events', '--server', 'http://127.0.0.1:1'])).toMatchObject({
    code: 3,
    err: expect.stringContaining('no Tattle answers at http://127.0.0.1:1'),
  });
  expect(await run(['events', '--server', 'nonsense'])).toMatchObject({ code: 2 });
  expect(await run(['evnets'])).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean events?') });
  expect(await run([])).toMatchObject({ code: 2, out: '' });
  expect((await run(['events', '--nonsense'])).err).toMatch(/^tattle: unknown option '--nonsense'\n/);
});

test('the version is that of the package', async () => {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  for (const flag of ['--version', '-V']) expect(await run([flag])).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test('every command has a help with an example', async () => {
  for (const command of [['serve'], ['demo'], ['replay'], ['events'], ['delivery', 'list'], ['delivery', 'replay']]) {
    const { code, out } = await run([...command, '--help']);
    expect(code).toBe(0);
    expect(out).toContain('Example');
  }
  expect((await run(['--help'])).out).toContain('Exit codes');
});
