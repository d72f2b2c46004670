/** The web UI over real sockets: what is answered to whom under which path, and what must never be. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { problem } from '@tattle/contract';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { PlainClient, rawExchange } from '../testing/plain-request.ts';
import { startApi, type TestApiOptions } from '../testing/start-api.ts';
import { INDEX, SCRIPT, SECRET, tinyUi } from './testing/tiny-ui.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const SCRIPT_PATH = '/assets/index-AbC_12-3.js';
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

const client = new PlainClient();
afterAll(() => client.close());

async function start(options: TestApiOptions = {}) {
  const started = await startApi({ ...options, ports: { ui: await tinyUi(), ...options.ports } });
  const { port } = await started.api.listen('127.0.0.1', 0);
  onTestFinished(() => started.api.close());
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    client.ask({ port, path, method, headers });
  const bytes = async (path: string, headers: Record<string, string>) => {
    // fetch undoes the encoding; what travelled is wanted.
    const answer = await rawExchange(port, [
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${lines(headers)}\r\n`,
    ]);
    return Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1');
  };
  return { ...started, port, ask, bytes };
}

function lines(headers: Record<string, string>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}

test.each([
  ['/', './'],
  ['/?severity=high&from=now-1h', './'],
  ['/incidents', './'],
  ['/incidents/', '../'],
  ['/incidents/x?tab=a/b', '../'],
  ['/a/b/c', '../../'],
  ['/objects/a%2Fb', '../'],
  ['//', '../'],
  ['//evil.example/x', '../../'],
  ['/incidents/%3Cscript%3E"><script>', '../'],
  [`/${'x'.repeat(2000)}`, './'],
])('a browser that goes to %.50s gets the page with %s as its base, whoever it is', async (path, base) => {
  const { ask } = await start();
  const { status, headers, body } = await ask(path, { accept: BROWSER });
  expect(status).toBe(200);
  expect(body).toBe(INDEX.replace('href="./"', `href="${base}"`));
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    vary: 'accept',
  });
});

test('the start page is there for whoever names no type, too', async () => {
  const { ask } = await start();
  expect((await ask('/')).body).toBe(INDEX);
  expect((await ask('/', {}, 'HEAD')).status).toBe(200);
});

test.each([
  ['/incidents/x', { accept: 'application/json' }, 'GET'],
  ['/incidents/x', { accept: '*/*' }, 'GET'],
  ['/incidents/x', {}, 'GET'],
  ['/incidents/x', { accept: BROWSER }, 'POST'],
  ['/', { accept: BROWSER }, 'POST'],
  ['/', { accept: BROWSER }, 'DELETE'],
  ['/api', { accept: BROWSER }, 'GET'],
  ['/api/unknown', { accept: BROWSER }, 'GET'],
  ['/api/v1/unknown/x', { accept: BROWSER }, 'GET'],
  ['/%61pi/unknown', { accept: BROWSER }, 'GET'],
  ['/api%2funknown', { accept: BROWSER }, 'GET'],
  ['//api/v1/events', { accept: BROWSER }, 'GET'],
  ['/auth/unknown', { accept: BROWSER }, 'GET'],
  ['/healthz/x', { accept: BROWSER }, 'GET'],
  ['/assets/missing-x.js', { accept: BROWSER }, 'GET'],
  ['/assets/', { accept: BROWSER }, 'GET'],
  ['/assets', { accept: BROWSER }, 'GET'],
  ['/assets%2fmissing.js', { accept: BROWSER }, 'GET'],
  ['/missing.js', { accept: '*/*' }, 'GET'],
  [`/${'x/'.repeat(3000)}`, { accept: BROWSER }, 'GET'],
])('%.40s with %j by %s is a problem, never the page', async (path, headers, method) => {
  const { ask } = await start();
  const answer = await ask(path, headers, method);
  expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(problem.parse(JSON.parse(answer.body)).hint).not.toBe('');
});

test('a path that cannot be decoded or is far too long is refused as before', async () => {
  const { ask } = await start();
  expect((await ask('/%zz', { accept: BROWSER })).status).toBe(400);
  expect((await ask('/a/%c0%af', { accept: BROWSER })).status).toBe(400);
  expect((await ask('/ok?x=%zz', { accept: BROWSER })).status).toBe(200);
  expect((await ask(`/${'x'.repeat(20_000)}`, { accept: BROWSER })).status).toBe(431);
});

test.each([
  [SCRIPT_PATH, 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
  ['/assets/index-x.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
  ['/favicon.svg', 'image/svg+xml', 'no-cache'],
  ['/manifest.webmanifest', 'application/manifest+json', 'no-cache'],
  ['/a%20name%20with%20blanks.png', 'image/png', 'no-cache'],
])('%s is served as %s, kept by browsers as %s', async (path, type, cached) => {
  const { ask } = await start();
  for (const method of ['GET', 'HEAD']) {
    const { status, headers, body } = await ask(path, {}, method);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': type,
      'cache-control': cached,
      'x-content-type-options': 'nosniff',
      etag: expect.stringMatching(/^"[\w-]+"$/),
    });
    expect(Number(headers['content-length'])).toBeGreaterThan(0);
    expect(body === '').toBe(method === 'HEAD');
  }
});

test('a file travels in the smallest form that is accepted, each with an ETag of its own', async () => {
  const { ask, bytes } = await start();
  const forms = [
    ['br', 'br, gzip', brotliDecompressSync],
    ['gzip', 'gzip;q=0.9, br;q=0', gunzipSync],
    [undefined, 'identity', (buffer: Buffer) => buffer],
  ] as const;
  const tags = new Set<string>();
  for (const [encoding, accepted, undo] of forms) {
    const wish = { 'accept-encoding': accepted };
    const { headers } = await ask(SCRIPT_PATH, wish, 'HEAD');
    expect([headers['content-encoding'], headers.vary]).toEqual([encoding, 'accept-encoding']);
    const travelled = await bytes(SCRIPT_PATH, wish);
    expect(travelled.length).toBe(Number(headers['content-length']));
    expect(undo(travelled).toString()).toBe(SCRIPT);
    tags.add(headers.etag ?? '');
  }
  expect(tags.size).toBe(3);
  expect((await ask('/favicon.svg', { 'accept-encoding': 'br, gzip' })).headers['content-encoding']).toBeUndefined();
});

test('what a browser has is not sent again, and what it has of another form or page is', async () => {
  const { ask } = await start();
  for (const [path, wish] of [
    [SCRIPT_PATH, { 'accept-encoding': 'br' }],
    ['/favicon.svg', {}],
    ['/incidents/x', { accept: BROWSER }],
  ] as const) {
    const first = await ask(path, wish);
    const etag = first.headers.etag ?? '';
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await ask(path, { ...wish, 'if-none-match': known });
      expect([again.status, again.body]).toEqual([304, '']);
      expect(again.headers).toMatchObject({ etag, 'cache-control': first.headers['cache-control'] });
      expect(again.headers.vary).toBe(first.headers.vary);
    }
    expect((await ask(path, { ...wish, 'if-none-match': '"other"' })).status).toBe(200);
  }
  const { etag: plain = '' } = (await ask(SCRIPT_PATH)).headers;
  expect((await ask(SCRIPT_PATH, { 'accept-encoding': 'br', 'if-none-match': plain })).status).toBe(200);
  const { etag: root = '' } = (await ask('/', { accept: BROWSER })).headers;
  expect((await ask('/a/b', { accept: BROWSER, 'if-none-match': root })).body).toContain('<base href="../">');
});

test('no way to write a path leads out of the build or to what is hidden in it', async () => {
  const { port } = await start();
  const paths = [
    '/assets/../../package.json',
    '/assets/../package.json',
    '/../package.json',
    '/..',
    '/%2e%2e/package.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
    '/assets/%252e%252e/%252e%252e/package.json',
    '/assets/..\\..\\package.json',
    '/assets/..%5c..%5cpackage.json',
    '/assets/....//....//package.json',
    '/assets/..;/..;/package.json',
    '//assets/../../package.json',
    '/assets//../../package.json',
    '/assets/%c0%ae%c0%ae/package.json',
    `${SCRIPT_PATH}/../../../package.json`,
    `${SCRIPT_PATH}%00.png`,
    '/package.json%00.js',
    '/.env',
    '/%2eenv',
    '/assets/.hidden.js',
    '/assets/.cache/x.js',
    '/assets/linked.js',
    '/up/package.json',
    '/file:///etc/passwd',
    '/etc/passwd',
    'http://localhost/assets/../../package.json',
    '../package.json',
    '/assets/index-AbC_12-3.js.gz',
    '/index.html.br',
    '/__proto__',
    '/constructor',
  ];
  for (const path of paths) {
    for (const accept of ['*/*', BROWSER]) {
      const head = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\nConnection: close\r\n\r\n`;
      const answer = await rawExchange(port, [head]);
      const isShell = accept === BROWSER && answer.startsWith('HTTP/1.1 200') && answer.includes('<base href="');
      expect([path, isShell || /^HTTP\/1\.1 4\d\d/.test(answer)]).toEqual([path, true]);
      expect(answer).not.toContain(SECRET);
    }
  }
  const raw = await rawExchange(port, [
    `GET ${SCRIPT_PATH}\0 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
  ]);
  expect(raw).toMatch(/^(HTTP\/1\.1 4\d\d|$)/);
});

test('under a foreign name neither the page nor its files are answered', async () => {
  const { ask } = await start();
  for (const path of ['/', '/incidents/x', SCRIPT_PATH, '/favicon.svg']) {
    expect((await ask(path, { accept: BROWSER, host: 'evil.example' })).status).toBe(421);
  }
});

test('a hundred browsers at once get whole files', async () => {
  const { ask } = await start();
  const bodies = await Promise.all(Array.from({ length: 100 }, async () => (await ask(SCRIPT_PATH)).body));
  expect(new Set(bodies)).toEqual(new Set([SCRIPT]));
});
