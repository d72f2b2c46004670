import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import { KubeClient } from './client.ts';
import { contextAccess } from './context-access.ts';
import { loadKubeconfig } from './kubeconfig.ts';
import { freePort, makeCertificates } from './testing/control-plane.ts';
import { clientTo, json, openWatch, ScriptedServer, type Script, status } from './testing/scripted-server.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tattle-client-'));
  makeCertificates(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const signal = () => AbortSignal.timeout(10_000);

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(script);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

async function serveTls(script: Script): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(script, {
    cert: await readFile(join(folder, 'server.crt')),
    key: await readFile(join(folder, 'server.key')),
    ca: await readFile(join(folder, 'ca.crt')),
    requestCert: true,
    rejectUnauthorized: false,
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

/** A client as a kubeconfig describes it. */
async function clientOf(cluster: object, user: object): Promise<KubeClient> {
  const path = join(await mkdtemp(join(folder, 'config-')), 'kubeconfig');
  const config = {
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
  };
  await writeFile(path, JSON.stringify(config));
  const surroundings = { clock: systemClock, environment: { PATH: process.env['PATH'] } };
  const access = contextAccess(await loadKubeconfig([path]), null, surroundings);
  const client = new KubeClient({ access, clock: systemClock, userAgent: 'tattle-test' });
  onTestFinished(() => client.close());
  return client;
}

describe('TLS', () => {
  const who: Script = (call, response) => {
    const socket = response.req.socket as TLSSocket;
    const certificate = socket.getPeerCertificate();
    json(response, {
      name: certificate.subject?.CN ?? 'nobody',
      token: call.headers.authorization ?? '',
      server: socket.servername,
    });
  };

  it('shows the client certificate, from files or from data', async () => {
    const server = await serveTls(who);
    const data = async (file: string) => (await readFile(join(folder, file))).toString('base64');
    const byFile = await clientOf(
      { server: server.url, 'certificate-authority': join(folder, 'ca.crt') },
      { 'client-certificate': join(folder, 'client.crt'), 'client-key': join(folder, 'client.key') },
    );
    const byData = await clientOf(
      { server: server.url, 'certificate-authority-data': await data('ca.crt') },
      { 'client-certificate-data': await data('client.crt'), 'client-key-data': await data('client.key') },
    );
    for (const client of [byFile, byData]) {
      expect(await client.get('/who', signal())).toMatchObject({ ok: true, value: { name: 'certified' } });
    }
  });

  it('does not trust a server that its authority did not sign, unless told to', async () => {
    const server = await serveTls(who);
    const strict = await clientOf({ server: server.url }, { token: 't' });
    expect(await strict.get('/who', signal())).toMatchObject({ ok: false, failure: { kind: 'tls' } });
    expect(server.calls).toHaveLength(0);
    const lax = await clientOf({ server: server.url, 'insecure-skip-tls-verify': true }, { token: 't' });
    expect(await lax.get('/who', signal())).toMatchObject({ ok: true, value: { token: 'Bearer t' } });
  });

  it('holds the certificate against tls-server-name', async () => {
    const server = await serveTls(who);
    const authority = { 'certificate-authority': join(folder, 'ca.crt') };
    const right = await clientOf({ server: server.url, ...authority, 'tls-server-name': 'api.internal' }, {});
    expect(await right.get('/who', signal())).toMatchObject({ ok: true, value: { server: 'api.internal' } });
    const wrong = await clientOf({ server: server.url, ...authority, 'tls-server-name': 'other.internal' }, {});
    expect(await wrong.get('/who', signal())).toMatchObject({ ok: false, failure: { kind: 'tls' } });
  });

  it('goes through the proxy, with the proxy’s own password', async () => {
    const server = await serveTls(who);
    const asked: string[] = [];
    const proxy = http.createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
      const [host, port] = (request.url ?? '').split(':');
      const onward = net.connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      for (const one of [socket, onward])
        one.on('error', () => {
          socket.destroy();
          onward.destroy();
        });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const { port } = proxy.address() as AddressInfo;
    const client = await clientOf(
      {
        server: server.url,
        'certificate-authority': join(folder, 'ca.crt'),
        'proxy-url': `http://me:secret@127.0.0.1:${port}`,
      },
      { token: 'for-the-api-server' },
    );
    expect(await client.get('/who', signal())).toMatchObject({
      ok: true,
      value: { token: 'Bearer for-the-api-server' },
    });
    expect(asked).toEqual([`${new URL(server.url).host} Basic ${Buffer.from('me:secret').toString('base64')}`]);
  });
});

describe('exec plug-ins', () => {
  async function plugin(body: string): Promise<string> {
    const path = join(await mkdtemp(join(folder, 'plugin-')), 'plugin.mjs');
    await writeFile(path, `#!${process.execPath}\n${body}`);
    await chmod(path, 0o755);
    return path;
  }
  const counting = (status: string, apiVersion = 'client.authentication.k8s.io/v1') => `
import { appendFileSync, readFileSync } from 'node:fs';
appendFileSync(import.meta.filename + '.runs', 'x');
const run = readFileSync(import.meta.filename + '.runs', 'utf8').length;
const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
console.log(JSON.stringify({ apiVersion: '${apiVersion}', kind: 'ExecCredential', status: ${status} }));`;
  const runs = async (path: string) => (await readFile(`${path}.runs`, 'utf8')).length;
  const echo: Script = (call, response) => json(response, { token: call.headers.authorization });
  const exec = (command: string, more: object = {}) => ({
    exec: { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never', ...more },
  });

  it('give a token, with their arguments, environment and the cluster’s description', async () => {
    const server = await serve(echo);
    const path = await plugin(
      counting(
        '{ token: [process.argv[2], process.env.FLAVOUR, info.spec.interactive, info.spec.cluster.server].join("|") }',
      ),
    );
    const client = await clientOf(
      { server: server.url },
      exec(path, { args: ['get-token'], env: [{ name: 'FLAVOUR', value: 'sweet' }], provideClusterInfo: true }),
    );
    expect(await client.get('/', signal())).toMatchObject({
      value: { token: `Bearer get-token|sweet|false|${server.url}` },
    });
    await client.get('/', signal());
    expect(await runs(path)).toBe(1);
  });

  it('speak v1beta1 too, without an interactiveMode', async () => {
    const server = await serve(echo);
    const version = 'client.authentication.k8s.io/v1beta1';
    const path = await plugin(counting('{ token: "beta" }', version));
    const client = await clientOf({ server: server.url }, { exec: { apiVersion: version, command: path } });
    expect(await client.get('/', signal())).toMatchObject({ value: { token: 'Bearer beta' } });
  });

  it('run again shortly before what they gave expires', async () => {
    const server = await serve(echo);
    const path = await plugin(
      counting('{ token: String(run), expirationTimestamp: new Date(Date.now() + 30_000).toISOString() }'),
    );
    const client = await clientOf({ server: server.url }, exec(path));
    expect(await client.get('/', signal())).toMatchObject({ value: { token: 'Bearer 1' } });
    expect(await client.get('/', signal())).toMatchObject({ value: { token: 'Bearer 2' } });
  });

  it('run again once when the server refuses what they gave', async () => {
    const server = await serve((call, response) =>
      call.headers.authorization === 'Bearer 2'
        ? json(response, { fine: true })
        : status(response, 401, 'Unauthorized'),
    );
    const path = await plugin(counting('{ token: String(run) }'));
    const client = await clientOf({ server: server.url }, exec(path));
    expect(await client.get('/', signal())).toMatchObject({ ok: true });
    expect(server.calls).toHaveLength(2);
    const hopeless = await clientOf(
      { server: (await serve((_call, response) => status(response, 401, 'Unauthorized'))).url },
      exec(path),
    );
    expect(await hopeless.get('/', signal())).toMatchObject({ ok: false, failure: { code: 401 } });
  });

  it('share one run among requests that come together', async () => {
    const server = await serve(echo);
    const path = await plugin(counting('{ token: String(run) }'));
    const client = await clientOf({ server: server.url }, exec(path));
    await Promise.all([1, 2, 3, 4].map(() => client.get('/', signal())));
    expect(await runs(path)).toBe(1);
  });

  it('give client certificates', async () => {
    const server = await serveTls((_call, response) =>
      json(response, { name: (response.req.socket as TLSSocket).getPeerCertificate().subject?.CN }),
    );
    const pem = `(file) => readFileSync(${JSON.stringify(folder)} + '/' + file, 'utf8')`;
    const path = await plugin(
      counting(`{ clientCertificateData: (${pem})('client.crt'), clientKeyData: (${pem})('client.key') }`),
    );
    const client = await clientOf({ server: server.url, 'certificate-authority': join(folder, 'ca.crt') }, exec(path));
    expect(await client.get('/', signal())).toMatchObject({ value: { name: 'certified' } });
  });

  const faults: [string, () => Promise<string>, RegExp][] = [
    ['is not there', async () => '/nowhere/plugin', /cannot be started .*Install it from example\.org/],
    ['fails', () => plugin('console.error("login expired"); process.exit(3);'), /ended with code 3: login expired/],
    ['prints no JSON', () => plugin('console.log("hello");'), /its output is no JSON/],
    [
      'answers in another version',
      () => plugin(counting('{ token: "t" }', 'client.authentication.k8s.io/v1beta1')),
      /Set exec\.apiVersion/,
    ],
    ['gives nothing', () => plugin(counting('{}')), /gave neither status\.token nor/],
    [
      'floods its output',
      () => plugin('for (let i = 0; i < 64; i++) console.log("x".repeat(65536)); setInterval(() => {}, 1000);'),
      /was ended by SIGKILL/,
    ],
  ];
  it.each(faults)('that one %s is a failure that says so, and how to mend it', async (_what, make, message) => {
    const server = await serve(echo);
    const client = await clientOf(
      { server: server.url },
      exec(await make(), { installHint: 'Install it from example.org' }),
    );
    const answer = await client.get('/', signal());
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'credentials' } });
    expect(answer.ok ? '' : answer.failure.message).toMatch(message);
    expect(answer.ok ? '' : answer.failure.message).toMatch(/context here: user u/);
    expect(server.calls).toHaveLength(0);
  });
});

describe('answers', () => {
  it('carry the server’s own words', async () => {
    const server = await serve((_call, response) =>
      status(response, 429, 'TooManyRequests', { details: { retryAfterSeconds: 7 } }),
    );
    expect(await clientTo(server.url).get('/', signal())).toMatchObject({
      ok: false,
      failure: { kind: 'status', code: 429, reason: 'TooManyRequests', retryAfterMs: 7000 },
    });
  });

  it('of a proxy in between are failures with its text', async () => {
    const server = await serve((_call, response) => response.writeHead(502).end('<html>bad gateway</html>'));
    expect(await clientTo(server.url).get('/', signal())).toMatchObject({
      failure: { code: 502, message: 'HTTP 502: <html>bad gateway</html>' },
    });
  });

  it('that break off are failures, and no half list', async () => {
    const server = await serve((_call, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"items":[');
      setImmediate(() => response.destroy());
    });
    expect(await clientTo(server.url).list('/', {}, signal())).toMatchObject({
      ok: false,
      failure: { kind: 'network' },
    });
  });

  it('that are no list or no JSON are failures', async () => {
    const server = await serve((call, response) =>
      call.path === '/a' ? json(response, { items: 'none' }) : response.end('oops'),
    );
    const client = clientTo(server.url);
    expect(await client.list('/a', {}, signal())).toMatchObject({ failure: { kind: 'unreadable' } });
    expect(await client.list('/b', {}, signal())).toMatchObject({ failure: { kind: 'unreadable' } });
  });

  it('of a log are cut at the limit', async () => {
    const server = await serve((_call, response) => response.end('x'.repeat(100_000)));
    const answer = await clientTo(server.url).text('/log', {}, 1000, signal());
    expect(answer.ok && answer.value.length).toBe(1000);
  });

  it('of nobody are told apart: refused, and given up by the caller', async () => {
    const client = clientTo(`http://127.0.0.1:${await freePort()}`);
    expect(await client.get('/', signal())).toMatchObject({ failure: { kind: 'refused' } });
    const server = await serve(() => undefined);
    await expect(clientTo(server.url).get('/', AbortSignal.timeout(50))).rejects.toThrow(/timeout/i);
  });

  it('are not waited for from a cluster that failed ten times in a row', async () => {
    const client = clientTo(`http://127.0.0.1:${await freePort()}`);
    for (let index = 0; index < 10; index += 1) await client.get('/', signal());
    expect(await client.get('/', signal())).toMatchObject({ failure: { kind: 'circuit-open' } });
  });

  it('are asked for again when the server closed a kept connection', async () => {
    const server = await serve((call, response) => {
      if (call.path === '/first') return json(response, {});
      if (server.calls.length === 2) return void response.socket?.resetAndDestroy();
      return json(response, { again: true });
    });
    const client = clientTo(server.url);
    await client.get('/first', signal());
    await new Promise((resolve) => setImmediate(resolve));
    expect(await client.get('/second', signal())).toMatchObject({ ok: true, value: { again: true } });
  });

  it('of a watch with an endless line are bounded', async () => {
    const server = await serve(async (_call, response) => {
      openWatch(response);
      for (let index = 0; index < 20 && !response.destroyed; index += 1) {
        if (!response.write('x'.repeat(1024 * 1024))) await new Promise((resolve) => response.once('drain', resolve));
      }
      response.end('\n{"type":"ADDED","object":{"metadata":{"name":"after"}}}\n');
    });
    const watch = await clientTo(server.url).watch('/', {}, signal());
    if (!watch.ok) throw new Error(watch.failure.message);
    const errors: string[] = [];
    const seen: unknown[] = [];
    for (let read = await watch.value.next(); read.kind === 'batch'; read = await watch.value.next()) {
      errors.push(...read.batch.unreadable.map((line) => line.error));
      seen.push(...read.batch.events.map((event) => event.object));
    }
    expect(errors).toEqual(['a line of more than 16777216 bytes']);
    expect(seen).toEqual([{ metadata: { name: 'after' } }]);
  });
});
