/** `tattle incident export` and what plays it: what is asked, what is written, how it ends. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunOptions } from './engine.ts';
import { run } from './testing/run.ts';

const PAGE = '<!doctype html><p>why</p><script type="application/json" id="tattle-incident">{}</script>';
const env = { TATTLE_TOKEN: 'right' };

async function serverOf(type: string, body: string, asked: string[] = []): Promise<string> {
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'tattle-incident-export-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

describe('incident export', () => {
  it('writes the page as it comes, to a file or to other programs', async () => {
    const asked: string[] = [];
    const server = await serverOf('text/html; charset=utf-8', PAGE, asked);
    const file = join(await folder(), 'cart.html');
    const written = await run(['incident', 'export', '3f2a', '-o', file, '--server', server], { env });
    expect(written).toEqual({ code: 0, out: '', err: '' });
    expect(await readFile(file, 'utf8')).toBe(PAGE);
    expect((await run(['incident', 'export', 'incident/3f2a', '--server', server], { env })).out).toBe(PAGE);
    expect(asked).toEqual(Array(2).fill('/api/v1/incidents/3f2a/export?format=html'));
  });

  it('writes the JSON alone where that is asked for', async () => {
    const server = await serverOf('application/json', '{"form":"tattle.incident/v1"}');
    const { code, out } = await run(['incident', 'export', '3f2a', '--format', 'json', '--server', server], { env });
    expect([code, JSON.parse(out)]).toEqual([0, { form: 'tattle.incident/v1' }]);
  });

  it('takes the page of a portal in between for none, and leaves the file as it was', async () => {
    const server = await serverOf('text/html', '<html>sign in</html>');
    const home = await folder();
    const file = join(home, 'cart.html');
    await writeFile(file, 'before');
    const { code, err } = await run(['incident', 'export', '3f2a', '-o', file, '--server', server], { env });
    expect([code, err]).toEqual([3, expect.stringContaining('is no Tattle')]);
    expect([await readFile(file, 'utf8'), await readdir(home)]).toEqual(['before', ['cart.html']]);
  });

  it('does not pour a page into a terminal', async () => {
    const server = await serverOf('text/html', PAGE);
    const { code, out, err } = await run(['incident', 'export', '3f2a', '--server', server], { env, terminal: true });
    expect([code, out, err]).toEqual([2, '', expect.stringContaining('-o FILE')]);
  });
});

describe('demo of a file', () => {
  async function started(...args: readonly string[]) {
    const asked: RunOptions[] = [];
    const engine = { demo: async (options: RunOptions) => void asked.push(options) };
    const { code, err } = await run(['demo', ...args], { engine });
    return { code, err, overrides: asked[0]?.overrides };
  }

  it('plays it once, and monitors all of it unless told otherwise', async () => {
    expect((await started('/x/cart.html')).overrides).toEqual({
      'filter.namespaces': 'all',
      'simulate.recordings': '/x/cart.html',
      'simulate.loop': 'false',
    });
    expect((await started('/x/cart.html', '--namespaces', 'shop')).overrides).toMatchObject({
      'filter.namespaces': 'shop',
    });
  });

  it('is one thing to play: not two', async () => {
    const { code, err, overrides } = await started('/x/cart.html', '--recording', 'examples/states');
    expect([code, err, overrides]).toEqual([2, expect.stringContaining('exclude one another'), undefined]);
  });
});
