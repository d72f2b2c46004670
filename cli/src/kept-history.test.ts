import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type {
  WireAuditEntry,
  WireAuditVerdict,
  WireCreatedToken,
  WireEvent,
  WirePlaceTimeline,
} from '@tattle/contract';
import { openHistory, replay, runningServer, serve } from '@tattle/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { run } from './testing/run.ts';

const RECORDING = fileURLToPath(new URL('../../examples/states', import.meta.url));
const now = () => Date.now();

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tattle-cli-'));
  await replay({
    directory: RECORDING,
    overrides: { 'filter.namespaces': 'all', 'log.level': 'silent', dataDir },
    env: {},
    signal: new AbortController().signal,
    out: process.stderr,
  });
}, 120_000);
afterAll(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));

const tattle = (...args: string[]) =>
  run([...args, '--data-dir', dataDir], { engine: { openHistory, runningServer }, now });
const json = async (...args: string[]): Promise<unknown> => JSON.parse((await tattle(...args, '-o', 'json')).out);
const lines = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

/** What holds of a store that is read itself, and of one that a server is asked about. */
function holds(): void {
  it('tokens are made, listed and revoked, and the audit trail says so', { timeout: 120_000 }, async () => {
    const secret = (await tattle('token', 'create', 'ci', '--role', 'viewer', '-n', 'shop', '--expires-in', '90d')).out;
    expect(secret).toMatch(/^tattle_[a-z2-9]{12}_[\w-]{43}\n$/);
    const other = (await json('token', 'create', 'bot', '--role', 'admin')) as WireCreatedToken;
    expect((await tattle('token', 'list')).out).toMatch(/ ci +viewer +shop +\d+s ago +in 89d +never +active/);

    const id = secret.split('_')[1] ?? '';
    const { code, out, err } = await tattle('token', 'revoke', 'none', id);
    expect({ code, out }).toEqual({ code: 1, out: `${id} revoked: ci\n` });
    expect(err).toContain('none: No token has this id.');
    expect((await tattle('token', 'list')).out).toMatch(new RegExp(`${id} .* revoked\\n`));

    const made = (await json('audit', 'list', '--action', 'token.create')) as WireAuditEntry[];
    expect(made.slice(0, 2).map(({ target }) => target)).toEqual([other.token.id, id]);
    const revoked = (await json('audit', 'list', '--target', id, '--action', 'token.revoke')) as WireAuditEntry[];
    expect(revoked).toMatchObject([{ detail: { name: 'ci' } }]);
    expect((await tattle('audit', 'list', '--target', id, '--no-headers')).out).toMatch(
      /^\d+ .* token\.create .*\n\d+ .* token\.revoke .*\n$/,
    );
    expect((await tattle('token', 'create', '\u0007', '--role', 'viewer')).code).toBe(2);
    expect((await tattle('token', 'create', 'x', '--role', 'viewer', '-n', 'NO')).code).toBe(2);
  });

  it('the audit trail is whole, and compared with an earlier head it still begins with it', {
    timeout: 120_000,
  }, async () => {
    await tattle('token', 'create', 'one', '--role', 'viewer');
    const { entries, head, ...rest } = (await json('audit', 'verify')) as WireAuditVerdict;
    expect(rest).toEqual({ whole: true, brokenAt: null });
    await tattle('token', 'create', 'two', '--role', 'viewer');
    const kept = ['--entries', String(entries), '--head', head];
    expect(await tattle('audit', 'verify', ...kept)).toMatchObject({
      code: 0,
      out: expect.stringContaining(
        `The audit trail is whole.\nEntry ${entries} has the hash that was kept.\nentries  `,
      ),
    });
    expect((await tattle('audit', 'verify', '--head', head)).code).toBe(0);
    const cut = await tattle('audit', 'verify', '--entries', String(entries + 100), '--head', head);
    expect(cut).toMatchObject({ code: 5, err: '', out: expect.stringContaining('The end was cut off') });
    const changed = await tattle(
      'audit',
      'verify',
      '--entries',
      String(entries),
      '--head',
      'a'.repeat(64),
      '-o',
      'json',
    );
    expect(changed.code).toBe(5);
    expect(JSON.parse(changed.out)).toMatchObject({ whole: true, kept: { entries, holds: false } });
    expect((await tattle('audit', 'verify', '--head', '')).code).toBe(2);
  });

  it('an export holds what tattle events lists', { timeout: 120_000 }, async () => {
    const listed = (await json('events', '--limit', '100000')) as WireEvent[];
    const warnings = listed.filter(({ type }) => type === 'Warning');
    expect(warnings.length).toBeGreaterThan(0);
    const exported = await tattle('export', '--until', 'now');
    expect({ code: exported.code, err: exported.err }).toEqual({ code: 0, err: '' });
    expect(lines(exported.out)).toEqual(listed);
    expect(lines((await tattle('export', '--type', 'Warning')).out)).toEqual(warnings);
    expect(lines((await tattle('export', '--limit', '3')).out)).toEqual(listed.slice(0, 3));
    const csv = await tattle('export', '-o', 'csv', '--limit', '2');
    expect(csv.out).toMatch(/^lastSeen,[^\n]*\r\n[^\n]+\r\n[^\n]+\r\n$/);

    const folder = await mkdtemp(join(tmpdir(), 'tattle-export-'));
    expect((await tattle('export', '--file', join(folder, 'events.jsonl'))).code).toBe(0);
    expect(await readdir(folder)).toEqual(['events.jsonl']);
    expect(lines(await readFile(join(folder, 'events.jsonl'), 'utf8'))).toEqual(listed);
    expect(await tattle('export', '--since', 'now+1d', '--until', 'now')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/^tattle: .+/),
    });
    await rm(folder, { recursive: true });
  });

  it('a timeline tells of events and incidents together, the oldest first', { timeout: 120_000 }, async () => {
    const { out } = await tattle('timeline', 'node/node-1', '--since', '1000w');
    expect(out).toMatch(
      /event +critical node\/node-1: NodeNotReady[^]*INCIDENT {2}critical NodeNotReady: Node node-1 \[/,
    );
    expect(out).toMatch(/RESOLVED/);
    const { items, partial } = (await json('timeline', '--since', '1000w', '--limit', '3')) as WirePlaceTimeline;
    expect({ shown: items.length, partial }).toEqual({ shown: 3, partial: true });
    expect((await tattle('timeline', '--since', '1000w', '--limit', '3')).out).toMatch(/^There is more: the newest 3/);
    expect(await tattle('timeline', 'node/none', '--since', '1000w')).toEqual({ code: 0, out: '', err: '' });
  });
}

describe('of a store that nobody serves', holds);

describe('of a server', () => {
  const stopping = new AbortController();
  let running: Promise<void>;
  beforeAll(async () => {
    const overrides = { dataDir, 'listen.port': '0', 'log.level': 'silent' };
    running = serve({ overrides, env: {}, signal: stopping.signal, out: new PassThrough() });
    running.catch(() => undefined);
    await vi.waitFor(async () => expect(await runningServer(dataDir)).not.toBeNull(), { timeout: 60_000 });
  }, 120_000);
  afterAll(async () => {
    stopping.abort();
    await running;
  }, 60_000);

  holds();

  it('a token that it made lets in, for what it allows, until it is revoked', { timeout: 60_000 }, async () => {
    const at = await runningServer(dataDir);
    const made = (await json('token', 'create', 'reader', '--role', 'viewer')) as WireCreatedToken;
    const as = (...args: string[]) =>
      run([...args, '--server', at?.url ?? ''], { env: { TATTLE_TOKEN: made.secret }, now });
    expect((await as('export')).code).toBe(0);
    for (const command of [
      ['token', 'list'],
      ['audit', 'list'],
      ['audit', 'verify'],
      ['token', 'create', 'x', '--role', 'admin'],
    ]) {
      const { code, err } = await as(...command);
      expect({ command, code, err }).toEqual({ command, code: 4, err: expect.stringContaining('admin') });
    }
    await tattle('token', 'revoke', made.secret.trim());
    expect((await as('export')).code).toBe(4);
  });
});
