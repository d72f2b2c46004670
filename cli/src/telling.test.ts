/** Who is told, from the command line to a whole server: silences, channels, rules, and why. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { WireIncident, WireNoticeDecision, WirePolicyTrial } from '@tattle/contract';
import { openHistory, runningServer, serve } from '@tattle/server';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { run } from './testing/run.ts';

const RECORDING = fileURLToPath(new URL('../../examples/states', import.meta.url));
const now = () => Date.now();

let dataDir: string;
let running: Promise<void>;
let status = 200;
const told: string[] = [];
const stopping = new AbortController();
const hook = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk: Buffer) => (text += chunk.toString()));
  request.on('end', () => {
    told.push(text);
    response.writeHead(status).end();
  });
});

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tattle-telling-'));
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
  const env = { TATTLE_WEBHOOK_URL: url, TATTLE_NAMESPACES: 'all', TATTLE_SIMULATE_RECORDINGS: RECORDING };
  const overrides = {
    ...{ dataDir, 'listen.port': '0', 'log.level': 'silent', 'evidence.waitSeconds': '0' },
    ...{ 'clusters.source': 'simulate', 'simulate.speed': '50', 'simulate.loop': 'false' },
  };
  running = serve({ overrides, env, signal: stopping.signal, out: new PassThrough() });
  running.catch(() => undefined);
  await Promise.race([running, vi.waitFor(anyIncident, { timeout: 90_000, interval: 500 })]);
}, 120_000);
afterAll(async () => {
  stopping.abort();
  await running;
  hook.close();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
}, 60_000);

const tattle = (...args: string[]) =>
  run([...args, '--data-dir', dataDir], { engine: { openHistory, runningServer }, now });
const json = async (...args: string[]): Promise<unknown> => {
  const { code, out, err } = await tattle(...args, '-o', 'json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as unknown;
};

async function anyIncident(): Promise<void> {
  expect(await runningServer(dataDir)).not.toBeNull();
  expect(await json('incident', 'list')).not.toEqual([]);
}

it('silences one incident by its own matchers, and ends that by the beginning of its id', {
  timeout: 60_000,
}, async () => {
  const [incident] = (await json('incident', 'list')) as WireIncident[];
  const id = incident?.id ?? '';
  const dry = await tattle('silence', 'add', '--incident', id, '--dry-run');
  expect(dry.out).toMatch(/would hold back \d+ open incidents?:\n/);
  expect(await tattle('silence', 'list')).toMatchObject({ code: 0, out: '' });

  const made = await tattle('silence', 'add', '--incident', id, '--for', '1h', '--comment', 'a test');
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(made.out).toContain(id.slice(0, 8));
  const short = made.out.slice(0, 12);
  expect((await tattle('silence', 'list')).out).toMatch(new RegExp(`${short} +active +in \\d+m +.* a test\\n`));
  expect(await tattle('silence', 'end', short)).toMatchObject({ code: 0, err: '' });
  expect((await tattle('silence', 'list')).out).toBe('');
  expect((await tattle('silence', 'list', '--state', 'expired')).out).toContain(short);
  const wrong = await tattle('silence', 'add', 'nam=x', '--for', '1h', '--comment', 'x');
  expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('did you mean name?') });
});

it('tries a channel all the way, and says why it does not take it', { timeout: 60_000 }, async () => {
  expect((await tattle('channel', 'list')).out).toMatch(/webhook +webhook +ready/);
  const before = told.length;
  expect(await tattle('channel', 'test', 'webhook')).toMatchObject({
    code: 0,
    out: 'webhook: delivered after 1 attempt\n',
  });
  expect(told.length).toBeGreaterThan(before);
  expect((await tattle('channel', 'preview', 'webhook')).out).toContain('"event_uid"');
  const unknown = await tattle('channel', 'test', 'pager');
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('tattle channel list lists') });
  status = 500;
  const refused = await tattle('channel', 'test', 'webhook', '--wait', '2s');
  status = 200;
  expect(refused).toMatchObject({
    code: 5,
    out: expect.stringMatching(/not delivered after 1 attempt: .*500.*, tried again in/),
  });
});

it('tries rules on what happened, and says where a file is wrong', { timeout: 60_000 }, async () => {
  const file = join(dataDir, 'rules.yaml');
  await writeFile(
    file,
    'notify:\n  routes:\n    - name: none\n      match: [namespace=nowhere]\n      to: [webhook]\n',
  );
  const strict = (await json('rule', 'test', file)) as WirePolicyTrial;
  expect(strict.incidents).toBeGreaterThan(0);
  expect(strict.told).toBe(0);
  const { code, out } = await tattle('rule', 'test');
  expect({ code, out }).toMatchObject({
    code: 0,
    out: expect.stringMatching(/somebody would have been told of [1-9]/),
  });
  await writeFile(file, 'notify:\n  routes:\n    - name: ops\n      to: [webhook, pager]\n');
  const wrong = await tattle('rule', 'test', file);
  expect(wrong.code).toBe(5);
  expect(wrong.err).toMatch(/rules\.yaml:4:\d+: notify\.routes\[0\]\.to/);
});

it('says who was told of an incident, and what became of it', { timeout: 60_000 }, async () => {
  const incidents = (await json('incident', 'list', '--all')) as WireIncident[];
  const told_ = async ({ id }: WireIncident) => (await json('incident', 'told', id)) as WireNoticeDecision[];
  const found = await vi.waitFor(
    async () => {
      for (const incident of incidents) {
        const decisions = await told_(incident);
        if (decisions.some(({ verdict, delivery }) => verdict === 'told' && delivery?.status === 'delivered'))
          return incident;
      }
      throw new Error('nobody was told yet');
    },
    { timeout: 30_000, interval: 500 },
  );
  expect((await tattle('incident', 'told', found.id)).out).toMatch(/ {2}opened\n {2}told +webhook.*; delivered \(/);
  expect((await tattle('incident', 'show', found.id)).out).toMatch(
    /\nTold \(UTC.*\n {2}[\d:]{8} {2}opened: webhook delivered\n/,
  );
});
