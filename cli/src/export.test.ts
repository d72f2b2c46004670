import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerPieces, Patience } from './answer-pieces.ts';
import { safeExport } from './export-text.ts';
import { Progress } from './progress.ts';
import { NOW, run, wireEvent } from './testing/run.ts';

/** An API on a real port that answers an export so. */
async function serverOf(answer: (response: ServerResponse) => void, asked: string[] = []): Promise<string> {
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'tattle-export-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

const LINES = `${JSON.stringify(wireEvent())}\n${JSON.stringify(wireEvent({ uid: 'e2' }))}\n`;
const typed = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'application/x-ndjson' });
const whole = (response: ServerResponse) => typed(response).end(LINES);
/** Some of it, then the end of the connection. */
const broken = (response: ServerResponse) => typed(response).write(LINES, () => response.destroy());
const env = { TATTLE_TOKEN: 'right' };

describe('export', () => {
  it('asks with the filters of tattle events, and prints what comes', async () => {
    const asked: string[] = [];
    const server = await serverOf(whole, asked);
    const flags = ['-n', 'shop', '--severity', 'High', '--for', 'deploy/web', '--since', '1h', '--limit', '2'];
    expect(await run(['export', '--server', server, ...flags], { env })).toEqual({ code: 0, out: LINES, err: '' });
    expect(asked).toEqual([
      '/api/v1/events/export?namespace=shop&severity=high&kind=Deployment&name=web&from=now-1h&format=jsonl&limit=2 Bearer right',
    ]);
  });

  it('that breaks off is an error, whatever came before', async () => {
    const server = await serverOf(broken);
    const { code, out, err } = await run(['export', '--server', server], { env });
    expect(code).toBe(1);
    expect(LINES.startsWith(out)).toBe(true);
    expect(err).toMatch(/^tattle: the answer broke off \(.+\)\nIt is not whole: try again\.\n$/);
  });

  it.each([
    [401, '{}', 4, 'refuses this token'],
    [400, '{"detail":"limit is wrong","hint":"","requestId":"r"}', 2, 'limit is wrong'],
    [503, '{"detail":"the store is down","hint":"","requestId":"r"}', 1, 'the store is down'],
    [404, 'what?', 3, 'is no Tattle'],
    [200, '<html>', 3, 'is no Tattle'],
    [502, 'bad gateway', 3, 'the server behind it does not'],
  ])('that is answered %i %s exits %i', async (status, body, code, text) => {
    const server = await serverOf((response) => response.writeHead(status).end(body));
    expect(await run(['export', '--server', server], { env })).toEqual({
      code,
      out: '',
      err: expect.stringContaining(text),
    });
  });

  it('where nobody answers exits 3, and a wrong flag 2', async () => {
    expect((await run(['export', '--server', 'http://127.0.0.1:1'])).code).toBe(3);
    expect((await run(['export', '--server', 'http://127.0.0.1:1', '-o', 'xml'])).code).toBe(2);
    expect((await run(['export', '--server', 'http://127.0.0.1:1', '--limit', '0'])).code).toBe(2);
  });

  it('stops at Ctrl-C', async () => {
    const stopping = new AbortController();
    const server = await serverOf((response) =>
      typed(response).write(LINES, () => setTimeout(() => stopping.abort(), 20)),
    );
    const file = join(await folder(), 'events.jsonl');
    const { code, err } = await run(['export', '--server', server, '--file', file], { env, signal: stopping.signal });
    expect({ code, err }).toEqual({ code: 130, err: '' });
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });
});

describe('export --file', () => {
  it('puts the file there, and says on a terminal how large it is', async () => {
    const place = await folder();
    const server = await serverOf(whole);
    const { out, err } = await run(['export', '--server', server, '--file', join(place, 'a')], { env, terminal: true });
    expect(out).toBe('');
    expect(err).toBe(`${join(place, 'a')}: ${(LINES.length / 1000).toFixed(1)} kB\n`);
    expect(await readFile(join(place, 'a'), 'utf8')).toBe(LINES);
    expect(await readdir(place)).toEqual(['a']);
  });

  it('leaves what was there when it breaks off, and nothing beside it', async () => {
    const place = await folder();
    await writeFile(join(place, 'a'), 'before');
    const server = await serverOf(broken);
    for (const name of ['a', 'new']) {
      const { code, err } = await run(['export', '--server', server, '--file', join(place, name)], { env });
      expect(code).toBe(1);
      expect(err).toContain('broke off');
    }
    expect(await readdir(place)).toEqual(['a']);
    expect(await readFile(join(place, 'a'), 'utf8')).toBe('before');
  });

  it('keeps a link and who may read the file, and replaces no device', async () => {
    const place = await folder();
    await writeFile(join(place, 'a'), 'before', { mode: 0o600 });
    await symlink(join(place, 'a'), join(place, 'link'));
    const server = await serverOf(whole);
    expect((await run(['export', '--server', server, '--file', join(place, 'link')], { env })).code).toBe(0);
    expect(await readFile(join(place, 'a'), 'utf8')).toBe(LINES);
    expect((await stat(join(place, 'a'))).mode & 0o777).toBe(0o600);
    for (const wrong of ['/dev/null', place]) {
      expect(await run(['export', '--server', server, '--file', wrong], { env })).toMatchObject({
        code: 2,
        err: expect.stringContaining('is no file'),
      });
    }
    const { code, err } = await run(['export', '--server', server, '--file', join(place, 'no', 'a')], { env });
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining('cannot be written (no such file or directory)'),
    });
  });
});

describe('what an export shows', () => {
  const HOSTILE = '\u001b[2J\u009b1m\u202eevil\u200b\u2028\u0007é漢😀';
  const OBEYED = /[^\r\n\P{Cc}]|\p{Bidi_Control}|[\u200b-\u200d\u2028\u2029\u2060\ufeff]/u;
  /** One character a piece, so that whatever may be cut is cut. */
  const shown = async (text: string, form: 'jsonl' | 'csv', isTerminal: boolean) => {
    const pieces = (async function* () {
      yield* text;
    })();
    return joined(safeExport(pieces, form, isTerminal));
  };

  it('as JSON has the same values, and nothing that a terminal would obey', async () => {
    const line = `${JSON.stringify({ message: HOSTILE })}\n`;
    const out = await shown(line, 'jsonl', false);
    expect(JSON.parse(out)).toEqual({ message: HOSTILE });
    expect(out).not.toMatch(OBEYED);
    expect(out).toContain('é漢😀');
  });

  it('as CSV is as it came for programs, and spelt out for terminals', async () => {
    const csv = `a,b\r\n"x\rover",${HOSTILE}\r\n`;
    expect(await shown(csv, 'csv', false)).toBe(csv);
    expect(await shown(csv, 'csv', true)).toBe('a,b\n"x\\rover",\\x1b[2J\\x9b1m\\u202eevil\\u200b\\u2028\\x07é漢😀\n');
    expect(await shown('a\r', 'csv', true)).toBe('a\\r');
  });
});

describe('a long answer', () => {
  const signal = new AbortController().signal;

  it('may end within a character, which is not cut', async () => {
    const bytes = Buffer.from('é漢😀');
    const body = (async function* () {
      for (const byte of bytes) yield Uint8Array.of(byte);
    })();
    expect(await joined(answerPieces(body, signal))).toBe('é漢😀');
  });

  it('is given up when nothing comes any more, but not while its reader takes its time', async () => {
    const patience = new Patience(60);
    const body = (async function* () {
      yield Buffer.from('a');
      yield Buffer.from('b');
      await new Promise((_, reject) => {
        patience.signal.addEventListener('abort', () => reject(patience.signal.reason as Error));
      });
    })();
    let text = '';
    const reading = async () => {
      for await (const piece of answerPieces(body, signal, patience)) {
        text += piece;
        await sleep(120);
      }
    };
    await expect(reading()).rejects.toThrow('the answer broke off (no answer in time)');
    expect(text).toBe('ab');
  });
});

it('progress is one line that is written over, and taken away, on terminals only', async () => {
  let now = NOW;
  let written = '';
  const stderr = (isTerminal: boolean) => ({
    isTerminal,
    stream: process.stderr,
    write: async (text: string) => void (written += text),
  });
  for (const isTerminal of [false, true]) {
    const progress = new Progress({ stderr: stderr(isTerminal), now: () => now }, true);
    await progress.say('at once');
    now += 600;
    await progress.say('1 MB so far');
    await progress.say('2 MB so far');
    await progress.end();
    await progress.end();
    expect(written).toBe(isTerminal ? '\r1 MB so far\u001b[K\r\u001b[K' : '');
  }
});
