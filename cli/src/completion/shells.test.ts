/** Completion in bash itself, with the real program, and live values of a server over HTTP. */
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { programFolder, runWith } from '../testing/programs.ts';

const TIMEOUT = 30_000;

/** Answers as a server does, to whoever has its token; `delayMs` makes it slow. */
async function liveServer(folder: string, delayMs = 0): Promise<string> {
  const answers: Readonly<Record<string, object>> = {
    '/api/v1/namespaces': { items: [{ namespace: 'shop' }, { namespace: 'web' }, { namespace: '$(touch pwned)' }] },
    '/api/v1/channels': { items: [{ name: 'ops', type: 'slack' }] },
    '/api/v1/silences': { items: [{ id: 'sil_1', matchers: ['namespace="shop"'], comment: 'load test' }] },
    '/api/v1/incidents': { items: [{ id: '3f2a5b6c', title: 'CrashLoopBackOff: Deployment shop/web' }] },
  };
  const server = createServer((request, response) => {
    const known = request.headers.authorization === 'Bearer right';
    const { pathname } = new URL(request.url ?? '', 'http://x');
    const answer = known ? answers[pathname] : undefined;
    setTimeout(() => response.writeHead(answer === undefined ? 401 : 200).end(JSON.stringify(answer ?? {})), delayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => (server.closeAllConnections(), void server.close()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await mkdir(join(folder, 'data'), { recursive: true });
  await writeFile(join(folder, 'data', 'server.json'), JSON.stringify({ url, token: 'right', pid: process.pid }));
  return url;
}

/** What Bash would offer after `line`, by the script's own function. */
async function inBash(folder: string, line: string): Promise<readonly string[]> {
  const words = line.split(' ');
  const script = `
    set -u
    source <(tattle completion bash)
    COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
    complete -p tattle > /dev/null || exit 9
    _tattle
    printf '%s\\n' "\${COMPREPLY[@]+"\${COMPREPLY[@]}"}"`;
  const { code, out, err } = await runWith(folder, 'bash', ['--norc', '-c', script]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out.split('\n').filter((reply) => reply !== '');
}

describe('in bash', { timeout: TIMEOUT }, () => {
  it('completes commands, flags and values', async () => {
    const folder = await programFolder();
    expect(await inBash(folder, 'tattle ev')).toEqual(['events']);
    expect(await inBash(folder, 'tattle incident ')).toEqual(expect.arrayContaining(['list', 'show']));
    expect(await inBash(folder, 'tattle events --all')).toEqual(['--all-namespaces']);
    expect(await inBash(folder, 'tattle events -o js')).toEqual(['json', 'jsonl']);
    // Bash itself takes what follows the = alone for the word.
    expect(await inBash(folder, 'tattle events --output=js')).toEqual(['json', 'jsonl']);
  });

  it('completes paths', async () => {
    const folder = await programFolder();
    await mkdir(join(folder, 'recorded'));
    await writeFile(join(folder, 'tattle.yaml'), '');
    expect(await inBash(folder, `tattle replay ${folder}/rec`)).toEqual([`${folder}/recorded`]);
    expect(await inBash(folder, `tattle serve -c ${folder}/tattle.`)).toEqual([`${folder}/tattle.yaml`]);
  });

  it('asks the server that runs, and takes nothing from it that is more than a word', async () => {
    const folder = await programFolder();
    await liveServer(folder);
    expect(await inBash(folder, 'tattle events -n ')).toEqual(['shop', 'web']);
    expect(await inBash(folder, 'tattle why 3')).toEqual(['3f2a5b6c']);
    expect(await inBash(folder, 'tattle silence end ')).toEqual(['sil_1']);
    expect(await inBash(folder, 'tattle channel test o')).toEqual(['ops']);
    // What follows the = alone, as above.
    expect(await inBash(folder, 'tattle silence add namespace=sh')).toEqual(['shop']);
    expect(await inBash(folder, 'tattle silence add cond')).toEqual(['condition=']);
  });

  it('is silent, and quick, where the server is slow or gone', async () => {
    const folder = await programFolder();
    expect(await inBash(folder, 'tattle why ')).toEqual([]);
    await liveServer(folder, 20_000);
    const began = performance.now();
    expect(await inBash(folder, 'tattle why ')).toEqual([]);
    // Two starts of Node around the wait of less than a second.
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe('kubectl_complete-tattle', { timeout: TIMEOUT }, () => {
  it('answers in the form that kubectl reads', async () => {
    const folder = await programFolder();
    const { code, out } = await runWith(folder, join(folder, 'kubectl_complete-tattle'), ['events', '-o', 'js']);
    expect({ code, out }).toEqual({ code: 0, out: 'json\njsonl\n:4\n' });
  });
});
