import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../kit/clock.ts';
import { DataLock } from '../../store/embedded/data-lock.ts';
import { EmbeddedServer } from '../../store/embedded/server.ts';
import { openStore } from '../../store/open-store.ts';
import { scratchFolder, simulatedKubeconfig } from '../look/testing/simulated-kubeconfig.ts';
import { PrometheusMetrics } from '../metrics/metrics.ts';
import { VERSION } from '../version.ts';
import type { Check } from './check.ts';
import { type DoctorOptions, examine } from './doctor.ts';

const TIMEOUT = 60_000;
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

async function examined(home: string, changes: Partial<DoctorOptions> = {}): Promise<readonly Check[]> {
  return examine({
    overrides: { dataDir: join(home, 'data'), ...changes.overrides },
    signal: new AbortController().signal,
    ...changes,
    env: { HOME: home, ...changes.env },
  });
}

const named = (checks: readonly Check[], name: string) => checks.filter((check) => check.name === name);
const stateOf = (checks: readonly Check[], name: string) => named(checks, name).map(({ state }) => state);

async function listening(): Promise<{ readonly port: number; readonly received: () => number }> {
  let received = 0;
  const server = createServer((socket) => socket.on('data', (chunk) => (received += chunk.length)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, received: () => received };
}

async function madeStore(dataDir: string): Promise<void> {
  const target = { kind: 'embedded', dataDir } as const;
  const store = await openStore({ target, clock: systemClock, logger: SILENT, metrics: new PrometheusMetrics() });
  await store.close();
}

describe('before the first start', () => {
  it('nothing fails, and nothing is made', async () => {
    const home = await scratchFolder();
    const checks = await examined(home);
    expect(checks.filter(({ state }) => state === 'fail')).toEqual([]);
    expect(stateOf(checks, 'store')).toEqual(['skipped']);
    expect(stateOf(checks, 'server')).toEqual(['skipped']);
    expect(checks.map(({ name }) => name)).not.toContain('model');
    expect(await readdir(home)).toEqual([]);
  });
});

describe('a configuration', () => {
  it('is told with every problem, its path and its mend, and the rest is looked at all the same', async () => {
    const home = await scratchFolder();
    const config = join(home, 'tattle.yaml');
    await writeFile(config, 'listen: {port: 99999999}\nlog: {level: loud}\nchannels: [{type: pigeon}]\n');
    const checks = await examined(home, { config, env: { TATTLE_PROT: '1' } });
    const problems = named(checks, 'configuration');
    expect(problems.length).toBeGreaterThanOrEqual(4);
    expect(problems.every(({ state, mend }) => state === 'fail' && mend !== '')).toBe(true);
    const told = problems.map(({ detail, mend }) => `${detail} ${mend}`).join('\n');
    for (const word of ['listen.port', 'log.level', 'channels[0].type', 'TATTLE_PORT']) expect(told).toContain(word);
    expect(stateOf(checks, 'data directory')).toEqual(['ok']);
  });
});

describe('a data directory', () => {
  it('is a file', async () => {
    const home = await scratchFolder();
    await writeFile(join(home, 'data'), '');
    expect(stateOf(await examined(home), 'data directory')).toEqual(['fail']);
  });

  it('may be read by everybody', async () => {
    const home = await scratchFolder();
    await mkdir(join(home, 'data'));
    await chmod(join(home, 'data'), 0o755);
    expect(named(await examined(home), 'data directory owner')[0]).toMatchObject({
      state: 'warn',
      mend: expect.stringContaining('chmod o-rwx'),
    });
  });

  it('is held by somebody who answers no requests: its store is left alone', async () => {
    const home = await scratchFolder();
    await mkdir(join(home, 'data', 'postgres'), { recursive: true, mode: 0o700 });
    const lock = await DataLock.take(join(home, 'data'));
    onTestFinished(() => lock.release());
    const checks = await examined(home);
    expect(named(checks, 'data directory lock')[0]).toMatchObject({
      state: 'warn',
      detail: expect.stringContaining(String(process.pid)),
    });
    expect(stateOf(checks, 'store')).toEqual(['skipped']);
  });
});

describe('a store', () => {
  it('tells its versions and how fast it is, and is as it was', { timeout: TIMEOUT }, async () => {
    const home = await scratchFolder();
    await madeStore(join(home, 'data'));
    const checks = await examined(home);
    expect(named(checks, 'store')[0]).toMatchObject({ state: 'ok', detail: expect.stringMatching(/PostgreSQL \d+/) });
    expect(named(checks, 'store schema')[0]).toMatchObject({
      state: 'ok',
      detail: expect.stringMatching(/^version \d+$/),
    });
    expect(named(checks, 'store speed')[0]?.detail).toMatch(/answers in [\d.]+ ms, writes to its disk in [\d.]+ ms/);
    // Nothing holds it any more.
    await madeStore(join(home, 'data'));
  });

  it('was made by a newer Tattle', { timeout: TIMEOUT }, async () => {
    const home = await scratchFolder();
    await madeStore(join(home, 'data'));
    const server = await EmbeddedServer.open({ dataDir: join(home, 'data'), logger: SILENT });
    const client = new pg.Client(server.address);
    await client.connect();
    await client.query(`INSERT INTO tattle.schema_migrations (version, name, checksum) VALUES (9000, 'next', '')`);
    await client.end();
    await server.close();
    const [schema] = named(await examined(home), 'store schema');
    expect(schema).toMatchObject({
      state: 'fail',
      detail: expect.stringContaining('9000'),
      mend: expect.stringContaining('newer'),
    });
  });

  it('elsewhere refuses or is away: told without its password', async () => {
    const home = await scratchFolder();
    const overrides = { dataDir: join(home, 'data'), storeUrl: 'postgres://tattle:hunter2@127.0.0.1:1/tattle' };
    const checks = await examined(home, { overrides });
    expect(stateOf(checks, 'store')).toEqual(['fail']);
    expect(JSON.stringify(checks)).not.toContain('hunter2');
  });
});

describe('channels', () => {
  it('are connected to, and sent nothing; no secret is printed', async () => {
    const home = await scratchFolder();
    const { port, received } = await listening();
    const config = join(home, 'tattle.yaml');
    const channels = [
      {
        type: 'webhook',
        name: 'there',
        url: `http://127.0.0.1:${port}/hook/s3cr3t-path`,
        headers: { authorization: 'Bearer s3cr3t' },
      },
      { type: 'webhook', name: 'refused', url: 'http://127.0.0.1:1/s3cr3t-path' },
      { type: 'webhook', name: 'unknown', url: 'http://tattle.invalid/s3cr3t-path' },
      { type: 'webhook', name: 'no-tls', url: `https://127.0.0.1:${port}/s3cr3t-path` },
    ];
    await writeFile(config, JSON.stringify({ channels, listen: { token: 's3cr3t'.repeat(6) } }));
    const checks = await examined(home, { config });
    expect(stateOf(checks, 'channel there')).toEqual(['ok']);
    expect(named(checks, 'channel refused')[0]).toMatchObject({
      state: 'fail',
      mend: expect.stringContaining('Nothing listens'),
    });
    expect(named(checks, 'channel unknown')[0]).toMatchObject({
      state: 'fail',
      mend: expect.stringContaining('host name'),
    });
    expect(stateOf(checks, 'channel no-tls')).toEqual(['fail']);
    // Of TLS, its first greeting alone; over HTTP nothing at all.
    expect(received()).toBeLessThan(2000);
    expect(JSON.stringify(checks)).not.toContain('s3cr3t');
  });
});

describe('clusters', () => {
  it('are those of the kubeconfig; one that is broken is told', { timeout: TIMEOUT }, async () => {
    const { kubeconfig, home } = await simulatedKubeconfig();
    expect(stateOf(await examined(home, { env: { KUBECONFIG: kubeconfig } }), 'cluster simulated')).toEqual(['ok']);
    const broken = await examined(home, { env: { KUBECONFIG: join(home, 'none') } });
    expect(named(broken, 'clusters')[0]).toMatchObject({ state: 'fail', detail: expect.stringContaining('none') });
    // A parser quotes the lines that it stumbles over.
    await writeFile(join(home, 'torn'), 'token: [s3cr3t');
    const torn = await examined(home, { env: { KUBECONFIG: join(home, 'torn') } });
    expect(named(torn, 'clusters')[0]?.detail).toMatch(/not valid YAML: .+ at line \d+, column \d+$/);
    expect(JSON.stringify(torn)).not.toContain('s3cr3t');
  });
});

describe('a server elsewhere', () => {
  async function answering(token: string, checks: readonly object[], version = VERSION): Promise<string> {
    const server = createHttpServer((request, response) => {
      if (request.url === '/healthz') return response.end('{}');
      if (request.url === '/readyz') return response.writeHead(503).end(JSON.stringify({ ready: false, checks }));
      if (request.headers.authorization !== `Bearer ${token}`) return response.writeHead(401).end('{}');
      return response.end(JSON.stringify({ version }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('is told with its own words, its version and its token', async () => {
    const home = await scratchFolder();
    const url = await answering('right', [
      { name: 'store', state: 'ok', detail: '' },
      { name: 'watch prod pods', state: 'degraded', detail: 'denied\nkind: Role' },
      { name: 'events', state: 'failing', detail: '' },
    ]);
    const checks = await examined(home, { server: { url, token: 'right' } });
    expect(stateOf(checks, 'server version')).toEqual(['ok']);
    expect(named(checks, 'server: watch prod pods')[0]).toMatchObject({
      state: 'warn',
      detail: 'denied',
      mend: 'kind: Role',
    });
    expect(stateOf(checks, 'server: events')).toEqual(['fail']);
    expect(named(checks, 'server readiness')[0]?.detail).toBe('1 of its own 3 checks are well');
    // This machine's directory and store are none of that server's.
    expect(named(checks, 'data directory')).toEqual([]);
    const wrong = await examined(home, { server: { url, token: 'wr0ng' } });
    expect(stateOf(wrong, 'server version')).toEqual(['warn']);
    expect(JSON.stringify(wrong)).not.toContain('wr0ng');
  });

  it('is of another version, no Tattle, or not there', async () => {
    const home = await scratchFolder();
    const url = await answering('t', [], '99.0.0');
    const other = await examined(home, { server: { url, token: 't' } });
    expect(named(other, 'server version')[0]).toMatchObject({
      state: 'warn',
      detail: expect.stringContaining('99.0.0'),
    });
    const stranger = createHttpServer((_request, response) => response.end('<html>hello</html>'));
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void stranger.close());
    const elsewhere = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    const met = await examined(home, { server: { url: elsewhere, token: undefined } });
    expect(named(met, 'server')[0]).toMatchObject({ state: 'fail', detail: expect.stringContaining('is no Tattle') });
    const away = await examined(home, { server: { url: 'http://127.0.0.1:1', token: undefined } });
    expect(stateOf(away, 'server')).toEqual(['fail']);
  });
});
