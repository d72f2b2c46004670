import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { wireEvent } from './testing/run.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
let server: Server | undefined;

afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

/** Answers like the events endpoint; 401 without the token. */
async function eventsServer(count: number): Promise<string> {
  server = createServer((request, response) => {
    if (request.headers.authorization !== 'Bearer right') return response.writeHead(401).end('{}');
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    const start = Number(query.get('cursor') ?? 0);
    const limit = Number(query.get('limit'));
    const items = Array.from({ length: Math.min(limit, count - start) }, (_, index) =>
      wireEvent({ uid: `e${start + index}` }),
    );
    const next = start + limit < count ? String(start + limit) : null;
    return response.end(JSON.stringify({ items, nextCursor: next, partial: false }));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function tattle(args: readonly string[], env: Record<string, string> = {}, closeEarly = false) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env.PATH ?? '', ...env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (closeEarly) child.stdout.destroy();
  });
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

test('the real command reads a server, page by page, through a pipe', async () => {
  const url = await eventsServer(3000);
  const { code, out, err } = await tattle(['events', '--server', url, '-o', 'json', '--limit', '2500'], {
    TATTLE_TOKEN: 'right',
  });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(out)).toHaveLength(2500);
});

test('a wrong token is refused with what to set', async () => {
  const { code, err } = await tattle(['events', '--server', await eventsServer(1)], { TATTLE_TOKEN: 'wrong' });
  expect(code).toBe(4);
  expect(err).toContain('TATTLE_TOKEN');
});

test('a reader that has had enough is no failure', async () => {
  const url = await eventsServer(100_000);
  const { code, err } = await tattle(
    ['events', '--server', url, '-o', 'jsonl', '--limit', '100000'],
    { TATTLE_TOKEN: 'right' },
    true,
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
});

test('usage errors go to standard error and exit 2; help goes to standard output and exits 0', async () => {
  const wrong = await tattle(['events', '--limit', 'x']);
  expect(wrong).toMatchObject({ code: 2, out: '' });
  expect(wrong.err).toContain('--limit');
  expect((await tattle(['serve', '--help'])).out).toContain('Examples:');
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a diagnosis that is stopped by %s leaves neither a store nor its directory',
  { timeout: 60_000 },
  async (signal) => {
    const temporary = await mkdtemp(join(tmpdir(), 'tattle-stopped-'));
    onTestFinished(() => rm(temporary, { recursive: true, force: true }));
    // PostgreSQL runs as another user where this one is root.
    await chmod(temporary, 0o755);
    const recording = fileURLToPath(new URL('../../examples/story', import.meta.url));
    const env = { PATH: process.env.PATH ?? '', TMPDIR: temporary };
    const child = spawn(process.execPath, [MAIN, 'diagnose', '--recording', recording], { env, stdio: 'ignore' });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    // Somewhere in the midst of making its store.
    while ((await readdir(temporary)).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill(signal);
    expect(await ended).toBe(130);
    expect(await readdir(temporary)).toEqual([]);
  },
);
