import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { parseAllowList } from './address-guard.ts';
import { createGuardedFetch, endpointOf, type GuardedRequest } from './guarded-fetch.ts';
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from './testing/loopback-certificate.ts';

const open: { close(): unknown; closeAllConnections?(): void }[] = [];

afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

async function listen(
  server: Server | ReturnType<typeof createTcpServer> | ReturnType<typeof createTlsServer>,
): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const serve = (listener: RequestListener) => listen(createServer(listener));
const nothingAllowed = parseAllowList([]).allowList;

function post(url: string, more: Partial<GuardedRequest> = {}): GuardedRequest {
  const limits = { totalTimeoutMs: 2000, idleTimeoutMs: 2000, maxResponseBytes: 1000 };
  return { url, method: 'POST', body: '{}', ...limits, ...more };
}

const trusting = (port: number) => ({ trusted: `127.0.0.1:${port}` });

describe('the guarded fetch', () => {
  it('sends body and headers and brings back status, headers and body', async () => {
    let seen = '';
    const port = await serve((request, response) => {
      request.on('data', (chunk: Buffer) => (seen += chunk.toString()));
      request.on('end', () => response.setHeader('x-greeting', request.headers['x-name'] ?? '').end('hello'));
    });
    const fetch = createGuardedFetch({ allowList: nothingAllowed });
    const answer = await fetch(
      post(`http://127.0.0.1:${port}/a?b=c`, { ...trusting(port), body: 'ü', headers: { 'x-name': 'n' } }),
    );
    expect(answer).toMatchObject({ kind: 'response', status: 200, body: 'hello', truncated: false });
    expect(answer.kind === 'response' && answer.headers['x-greeting']).toBe('n');
    expect(seen).toBe('ü');
  });

  it.each([
    'http://127.0.0.1/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://①②⑦.⓪.⓪.①/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://169.254.169.254/latest/meta-data',
    'http://user:secret@example.com/',
    'http://user@example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'nonsense',
  ])('refuses %s without asking any resolver', async (url) => {
    const fetch = createGuardedFetch({
      allowList: nothingAllowed,
      resolve: async () => {
        throw new Error('asked');
      },
    });
    const answer = await fetch(post(url));
    expect(answer.kind).toBe('refused');
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('refuses localhost by the address it resolves to, with and without a final dot', async () => {
    const fetch = createGuardedFetch({ allowList: nothingAllowed });
    expect(await fetch(post('http://localhost:1/'))).toMatchObject({ error: expect.stringContaining('loopback') });
    expect((await fetch(post('http://localhost.:1/'))).kind).toBe('failure');
  });

  it('refuses a name of which one address lies inside', async () => {
    const resolve = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    const fetch = createGuardedFetch({ allowList: nothingAllowed, resolve });
    expect(await fetch(post('http://mixed.example/'))).toMatchObject({ error: expect.stringContaining('private') });
  });

  it('connects to the address that was checked, though the name leads elsewhere the second time', async () => {
    let asked = 0;
    const port = await serve((_, response) => response.end('first'));
    const fetch = createGuardedFetch({
      allowList: parseAllowList(['127.0.0.1']).allowList,
      resolve: async () => [{ address: ++asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }],
    });
    expect(await fetch(post(`http://rebinding.example:${port}/`))).toMatchObject({ body: 'first' });
    expect(asked).toBe(1);
    expect((await fetch(post(`http://rebinding.example:${port}/`))).kind).toBe('failure');
  });

  it('trusts exactly the named host and port', async () => {
    const port = await serve((_, response) => response.end());
    const fetch = createGuardedFetch({ allowList: nothingAllowed });
    expect((await fetch(post(`http://127.0.0.1:${port}/`, trusting(port)))).kind).toBe('response');
    expect((await fetch(post(`http://127.0.0.1:${port}/`, trusting(port + 1)))).kind).toBe('refused');
    expect(endpointOf('https://n8n.example/hook')).toBe('n8n.example:443');
  });

  it('reports a redirect and does not follow it', async () => {
    let hits = 0;
    const port = await serve((_, response) => {
      hits += 1;
      response.writeHead(302, { location: '/again' }).end();
    });
    const fetch = createGuardedFetch({ allowList: nothingAllowed });
    expect(await fetch(post(`http://127.0.0.1:${port}/`, trusting(port)))).toMatchObject({ status: 302 });
    expect(hits).toBe(1);
  });

  it('cuts an endless answer at its cap', async () => {
    const port = await serve((_, response) => {
      const flood = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', flood);
      flood();
    });
    const fetch = createGuardedFetch({ allowList: nothingAllowed });
    const answer = await fetch(post(`http://127.0.0.1:${port}/`, trusting(port)));
    expect(answer).toMatchObject({ kind: 'response', status: 200, truncated: true });
    expect(answer.kind === 'response' && answer.body.length).toBe(1000);
  });

  it('keeps the status when the body only drips', async () => {
    const port = await serve((_, response) => {
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const fetch = createGuardedFetch({ allowList: nothingAllowed });
    const answer = await fetch(post(`http://127.0.0.1:${port}/`, { ...trusting(port), totalTimeoutMs: 200 }));
    expect(answer).toMatchObject({ kind: 'response', status: 200, truncated: true });
  });

  it('verifies certificates and names, against a CA of its own where one is given', async () => {
    const tls = createTlsServer({ cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY }, (_, response) =>
      response.end('safe'),
    );
    const port = await listen(tls);
    const fetch = createGuardedFetch({
      allowList: parseAllowList(['127.0.0.1']).allowList,
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    const ca = LOOPBACK_CERTIFICATE;
    expect(await fetch(post(`https://hooks.test:${port}/`, { ca }))).toMatchObject({ status: 200, body: 'safe' });
    expect(await fetch(post(`https://hooks.test:${port}/`))).toMatchObject({
      error: expect.stringContaining('give its CA'),
    });
    const otherName = await fetch(post(`https://other.test:${port}/`, { ca }));
    expect(otherName).toMatchObject({ error: expect.stringContaining('another name') });
  });

  it('gives up on silence, on a hang in the resolver, and when told to stop', async () => {
    const port = await listen(createTcpServer(() => undefined));
    const url = `http://127.0.0.1:${port}/`;
    const fetch = createGuardedFetch({ allowList: nothingAllowed, resolve: () => new Promise(() => undefined) });
    const timeout = { kind: 'failure', error: expect.stringContaining('timeout') };
    expect(await fetch(post(url, { ...trusting(port), idleTimeoutMs: 50 }))).toMatchObject(timeout);
    expect(await fetch(post(url, { ...trusting(port), totalTimeoutMs: 50 }))).toMatchObject(timeout);
    expect(await fetch(post('http://slow.example/', { totalTimeoutMs: 50 }))).toMatchObject(timeout);
    const stopped = fetch(post(url, { ...trusting(port), signal: AbortSignal.abort() }));
    expect(await stopped).toEqual({ kind: 'failure', error: 'cancelled' });
  });

  it('turns resets, refusals, garbage and impossible headers into values without the URL in them', async () => {
    const resetting = await listen(createTcpServer((socket) => socket.resetAndDestroy()));
    const babbling = await listen(createTcpServer((socket) => socket.end('what?\r\n\r\n')));
    const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
    const upgrading = await listen(createTcpServer((socket) => socket.write(switching)));
    const bloated = await serve((_, response) => response.setHeader('x-big', 'y'.repeat(20_000)).end());
    const fetch = createGuardedFetch({ allowList: nothingAllowed });
    for (const port of [resetting, babbling, upgrading, bloated, 1]) {
      const answer = await fetch(post(`http://127.0.0.1:${port}/hook/s3cret?token=s3cret`, trusting(port)));
      expect(answer.kind).toBe('failure');
      expect(JSON.stringify(answer)).not.toMatch(/s3cret|127\.0\.0\.1/);
    }
    const headers = { 'x-bad': 'a\r\nb' };
    expect((await fetch(post(`http://127.0.0.1:${bloated}/`, { ...trusting(bloated), headers }))).kind).toBe('refused');
  });
});
