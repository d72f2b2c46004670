/** What answers is not always a Tattle: a wrong port must never look like an empty cluster, a broken trail or a whole file. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from './testing/run.ts';

async function stranger(
  answer: (response: ServerResponse) => void,
  paths: (string | undefined)[] = [],
): Promise<string> {
  const server = createServer((request, response) => {
    paths.push(request.url);
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const COMMANDS = [
  'events',
  'events -o jsonl',
  'incident list',
  'incident show 3f2a',
  'incident ack 3f2a',
  'incident told 3f2a',
  'silence list',
  'silence add namespace=shop --for 1h --comment x',
  'silence end sil_3f2a',
  'channel list',
  'channel test ops',
  'channel preview ops',
  'rule test',
  'why',
  'diagnose',
  'timeline',
  'delivery list',
  'delivery replay 42',
  'token list',
  'token create ci --role viewer',
  'token revoke k3mwp7qx2a9d',
  'audit list',
  'audit verify',
  'export',
].map((line) => [line] as const);

describe('a program that is no Tattle', () => {
  it.each(COMMANDS)('is told from one by tattle %s', async (line) => {
    for (const body of ['<html>hello</html>', '{"ok":true}', '[]', '"x"', 'null', '']) {
      const server = await stranger((response) => response.end(body));
      const { code, out, err } = await run([...line.split(' '), '--server', server]);
      expect({ body, code, out }).toEqual({ body, code: 3, out: '' });
      expect(err).toBe(`tattle: what answers at ${server} is no Tattle (HTTP 200)\nCheck the address and its port.\n`);
    }
  });

  it('may be a proxy before a server that is down', async () => {
    const server = await stranger((response) => response.writeHead(502).end('<html>Bad Gateway</html>'));
    const { code, err } = await run(['events', '--server', server]);
    expect(code).toBe(3);
    expect(err).toContain(`no Tattle answers at ${server} (HTTP 502)\nA proxy answers`);
  });
});

describe('a server', () => {
  it('may live under a path', async () => {
    const paths: (string | undefined)[] = [];
    const page = '{"items":[],"nextCursor":null,"partial":false}';
    const server = await stranger((response) => response.end(page), paths);
    for (const path of ['/tattle', '/tattle/']) await run(['delivery', 'list', '--server', `${server}${path}`]);
    expect(paths).toEqual(Array(2).fill('/tattle/api/v1/deliveries?limit=100'));
  });

  it('that wants a token is told from one that refuses it', async () => {
    const server = await stranger((response) => response.writeHead(401).end('{}'));
    const asked = async (env: Record<string, string>) => (await run(['why', '--server', server], { env })).err;
    expect(await asked({})).toMatch(/^tattle: the server wants a token\nSet TATTLE_TOKEN .*tattle token create/);
    expect(await asked({ TATTLE_TOKEN: '' })).toContain('wants a token');
    expect(await asked({ TATTLE_TOKEN: 'wrong' })).toContain('refuses this token');
  });

  it('is not asked with what cannot be a token or an address', async () => {
    const token = await run(['why', '--server', 'http://127.0.0.1:1'], { env: { TATTLE_TOKEN: 'two\nlines' } });
    expect(token).toMatchObject({ code: 2, err: expect.stringContaining('TATTLE_TOKEN holds characters') });
    expect(token.err).not.toContain('lines');
    const named = await run(['why', '--server', 'http://ann:s3cr3t@127.0.0.1:1']);
    expect(named).toMatchObject({ code: 2, err: expect.stringContaining('no user and no password') });
    expect(named.err).not.toContain('s3cr3t');
    expect(await run(['why', '--store', 'base'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('no PostgreSQL URL'),
    });
  });
});
