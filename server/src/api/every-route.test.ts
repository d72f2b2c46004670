import { afterAll, afterEach, expect, test } from 'vitest';
import type { Incident, Strand } from '../model/incident.ts';
import { openApiDocument } from './openapi.ts';
import { type ApiDocument, filledPath, isEndless, type Operation, operationsOf } from './testing/api-document.ts';
import { allCallers, type Caller, promised, storedToken } from './testing/callers.ts';
import { clusterEvent } from './testing/memory-history.ts';
import { memorySinks } from './testing/memory-sinks.ts';
import { pathTricks } from './testing/path-tricks.ts';
import { type PlainAnswer, PlainClient, rawExchange } from './testing/plain-request.ts';
import { sampleValue } from './testing/sample-value.ts';
import { NOON, startApi } from './testing/start-api.ts';
import { tinyUi } from './ui/testing/tiny-ui.ts';

const operations = operationsOf(openApiDocument('1') as ApiDocument);
const writes = operations.filter(({ method }) => method !== 'GET');
const reads = operations.filter(({ method }) => method === 'GET');
const told = operations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const);

/** In everything that is stored: nobody who is refused may read it. */
const MARK = 'kept-from-strangers';
const LAB = [{ cluster: 'c1', namespaces: null }];
const SHOP = [{ cluster: null, namespaces: ['shop'] }];
const PAYLOAD = { 'content-type': 'application/json' };

const client = new PlainClient();
afterAll(() => client.close());
const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

/** Beyond loopback, where nothing is looser than the document says. */
async function start() {
  const acts: unknown[] = [];
  const sinks = memorySinks(MARK);
  const started = await startApi({
    events: [clusterEvent({ message: MARK })],
    incidents: [INCIDENT],
    strands: [STRAND],
    access: { host: '0.0.0.0' },
    ports: {
      ui: await tinyUi(),
      sinks,
      act: async (command) => {
        acts.push(command);
        return { refusal: null, incidentIds: ['i1'] };
      },
      metrics: async () => ({ contentType: 'text/plain', text: `${MARK} 1\n` }),
    },
  });
  const { api, access, accessStore, settings } = started;
  const { port } = await api.listen('127.0.0.1', 0);
  running.push(() => api.close());
  const spare = await storedToken(accessStore, [{ role: 'viewer', scope: SHOP }], { now: NOON });
  const callers = await allCallers({ access, store: accessStore, now: NOON, port }, { watched: LAB, part: SHOP });
  const known = { uid: 'e1', name: 'ops' };
  const pathOf = (operation: Operation) =>
    filledPath(operation, { ...known, id: operation.path.includes('/tokens/') ? spare.id : 'i1' });
  const ask = (
    operation: Operation,
    caller: Pick<Caller, 'headers'>,
    changed: { path?: string; method?: string; headers?: Record<string, string> } = {},
  ): Promise<PlainAnswer> => {
    const body = operation.body === null ? undefined : JSON.stringify(sampleValue(operation.body.schema));
    return client.ask({
      port,
      method: operation.method,
      path: `${pathOf(operation)}${queryOf(operation)}`,
      endless: isEndless(operation),
      ...changed,
      headers: { ...caller.headers, ...(body === undefined ? {} : PAYLOAD), ...changed.headers },
      ...(body === undefined ? {} : { body }),
    });
  };
  /** What a request may have changed. */
  const state = async () =>
    JSON.stringify([
      acts,
      sinks.kept,
      settings.view(),
      (await accessStore.tokens()).map(({ id, revokedAt }) => [id, revokedAt]),
    ]);
  const named = (name: string) => callers.find((caller) => caller.name === name) as Caller;
  return { ...started, port, callers, named, ask, pathOf, state };
}

/** What a sample of would be nothing that there is. */
const KNOWN: Readonly<Record<string, string>> = {
  getObject: '?kind=Pod&namespace=shop&name=checkout-7d9f-abcde',
};

/** Sample values of what may not be left out. */
function queryOf({ id, parameters }: Operation): string {
  const known = KNOWN[id];
  if (known !== undefined) return known;
  const needed = parameters.filter(({ in: place, required }) => place === 'query' && required);
  const pairs = needed.flatMap(({ name, schema }) =>
    [sampleValue(schema)].flat().map((value) => `${name}=${String(value)}`),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

const isShell = ({ body }: PlainAnswer) => body.includes('<base href=');

const isNoRoute = ({ status, body }: PlainAnswer) => status === 404 && body.includes('Nothing answers');

function isAsPromised(operation: Operation, caller: Caller, answer: PlainAnswer): boolean {
  const promise = promised(operation.access, caller);
  if (promise !== 'in') return answer.status === promise && !answer.body.includes(MARK);
  return answer.status < 500 && ![401, 403].includes(answer.status) && !isNoRoute(answer);
}

test.each(told)('%s lets in whom the document says, and nobody else', async (_, operation) => {
  const { callers, ask, state } = await start();
  const wrong: string[] = [];
  for (const caller of callers) {
    const before = await state();
    const answer = await ask(operation, caller);
    if (!isAsPromised(operation, caller, answer))
      wrong.push(`${caller.name}: ${answer.status} ${answer.body.slice(0, 200)}`);
    if (promised(operation.access, caller) !== 'in' && (await state()) !== before)
      wrong.push(`${caller.name} changed it`);
  }
  expect(wrong).toEqual([]);
});

test('an admin’s right request succeeds on every path that only reads', async () => {
  const { named, ask } = await start();
  const failed: string[] = [];
  for (const operation of reads) {
    const answer = await ask(operation, named('admin of everything'));
    if (answer.status !== 200) failed.push(`${operation.path}: ${answer.status} ${answer.body.slice(0, 200)}`);
  }
  expect(failed).toEqual([]);
});

test('HEAD is answered as GET is, to the same callers, without a body', async () => {
  const { callers, ask } = await start();
  const wrong: string[] = [];
  for (const operation of reads) {
    if (isEndless(operation)) continue;
    for (const caller of callers) {
      const [get, head] = [await ask(operation, caller), await ask(operation, caller, { method: 'HEAD' })];
      if (head.status !== get.status || head.body !== '') {
        wrong.push(`${operation.path} ${caller.name}: ${get.status} ${head.status}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('HEAD holds no connection open on a path whose answer has no end', async () => {
  const { named, ask } = await start();
  const endless = reads.filter(isEndless);
  expect(endless.map(({ id }) => id)).toEqual(['stream']);
  for (const operation of endless) {
    const answer = ask({ ...operation, answers: {} }, named('admin of everything'), { method: 'HEAD' });
    const late = new Promise((resolve) => setTimeout(resolve, 2000, 'it waits').unref());
    expect(await Promise.race([answer, late])).toMatchObject({ body: '' });
  }
});

test('no other method does anything on any path, whoever sends it', async () => {
  const { named, ask, state, port, pathOf } = await start();
  const wrong: string[] = [];
  const before = await state();
  for (const operation of operations) {
    const path = pathOf(operation);
    const documented = operations.filter((other) => pathOf(other) === path).map(({ method }) => method);
    for (const method of ['OPTIONS', 'TRACE', 'PATCH', 'PUT', 'POST', 'DELETE', 'PROPFIND', 'LINK', 'QUERY']) {
      if (documented.includes(method)) continue;
      for (const name of ['nobody', 'admin of everything', 'an admin by cookie']) {
        const { status, body, headers } = await ask(operation, named(name), { method });
        if (status < 400 || status >= 500 || body.includes(MARK)) wrong.push(`${method} ${path} ${name}: ${status}`);
        if (headers['access-control-allow-origin'] !== undefined)
          wrong.push(`${method} ${path} is open to other sites`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(await state()).toBe(before);
  expect(
    await rawExchange(port, ['CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n']),
  ).not.toMatch(/^HTTP\/1.1 2/);
});

test.each(told)('%s gives no more under any way to write its path', async (_, operation) => {
  const { named, ask, state, pathOf } = await start();
  const wrong: string[] = [];
  const everybody = ['nobody', 'a wrong token', 'a revoked token', 'viewer of part', 'admin of everything'].map(named);
  for (const trick of pathTricks(pathOf(operation))) {
    for (const caller of everybody) {
      const before = await state();
      const { status, body } = await ask(operation, caller, { path: trick.path });
      const isIn = promised(operation.access, caller) === 'in';
      // An open path stays open; what it says is not kept from anybody.
      const isOpenPath = !isIn && /^\/(healthz\?|healthz$)/.test(trick.path);
      const more = isIn || isOpenPath ? status >= 500 : status < 400 || status >= 500;
      if (more || (!isIn && body.includes(MARK)))
        wrong.push(`${trick.name}, ${caller.name}: ${status} ${body.slice(0, 200)}`);
      if (!isIn && (await state()) !== before) wrong.push(`${trick.name}, ${caller.name} changed it`);
    }
  }
  expect(wrong).toEqual([]);
});

test('to a browser that goes there, the page of the web UI stands in for no answer of the API, nor for its refusals', async () => {
  const { named, ask, pathOf } = await start();
  const headers = { accept: 'text/html,*/*;q=0.8' };
  const wrong: string[] = [];
  for (const operation of reads) {
    for (const name of ['nobody', 'viewer of part', 'admin of everything']) {
      const [plain, browsed] = [await ask(operation, named(name)), await ask(operation, named(name), { headers })];
      if (plain.status !== browsed.status || isShell(browsed))
        wrong.push(`${operation.path} ${name}: ${browsed.status}`);
    }
    for (const trick of pathTricks(pathOf(operation))) {
      const answer = await ask(operation, named('nobody'), { path: trick.path, headers });
      const isAllowed = answer.status >= 400 || operation.access === 'open' || trick.path.startsWith('/healthz?');
      if (answer.status >= 500 || answer.body.includes(MARK) || !(isAllowed || isShell(answer))) {
        wrong.push(`${operation.path}, ${trick.name}: ${answer.status} ${answer.body.slice(0, 200)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('headers that rewrite the method, the path or the sender have no effect', async () => {
  const { named, ask, state, port, pathOf } = await start();
  const rewriting = (path: string): Record<string, string> => ({
    'x-http-method-override': 'PUT',
    'x-http-method': 'DELETE',
    'x-method-override': 'POST',
    'x-original-url': path,
    'x-rewrite-url': path,
    'x-forwarded-uri': path,
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'localhost',
    'x-forwarded-proto': 'https',
    'x-forwarded-user': 'admin',
    'x-remote-user': 'admin',
    'x-real-ip': '127.0.0.1',
    forwarded: 'for=127.0.0.1;host=localhost;proto=https',
  });
  const wrong: string[] = [];
  const before = await state();
  for (const operation of operations) {
    const headers = rewriting(pathOf(operation));
    const open = await client.ask({ port, path: '/healthz', headers: { ...headers, ...named('nobody').headers } });
    if (open.body !== 'ok\n') wrong.push(`${operation.path} by /healthz: ${open.body}`);
    for (const name of ['nobody', 'viewer of part', 'viewer of everything']) {
      const caller = named(name);
      if (operation.method !== 'GET' && promised(operation.access, caller) === 'in') continue;
      const [plain, rewritten] = [await ask(operation, caller), await ask(operation, caller, { headers })];
      if (plain.status !== rewritten.status) wrong.push(`${operation.path} ${name}: ${rewritten.status}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(await state()).toBe(before);
});

const FOREIGN: readonly Record<string, string>[] = [
  { origin: 'http://evil.example' },
  { origin: 'null' },
  { origin: 'http://localhost:1' },
  { origin: 'http://localhost.evil.example' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'made-up' },
  { 'sec-fetch-site': 'cross-site', origin: 'http://evil.example', 'content-type': 'text/plain' },
];

test('nothing is changed from another site, by cookie or by token', async () => {
  const { named, ask, state } = await start();
  const wrong: string[] = [];
  const before = await state();
  const { cookie = '' } = named('an admin by cookie').headers;
  for (const operation of writes) {
    for (const headers of FOREIGN) {
      for (const sender of [{ cookie }, named('admin of everything').headers]) {
        const { status } = await ask(operation, { headers: sender }, { headers });
        if (status !== 403) wrong.push(`${operation.path} ${JSON.stringify(headers)}: ${status}`);
      }
    }
    const withoutWord = await ask(operation, { headers: { cookie } });
    if (withoutWord.status !== 403) wrong.push(`${operation.path} by a cookie alone: ${withoutWord.status}`);
  }
  expect(wrong).toEqual([]);
  expect(await state()).toBe(before);
});

test('under a foreign name nothing is answered but whether the process lives', async () => {
  const { named, ask } = await start();
  const wrong: string[] = [];
  for (const operation of operations) {
    for (const host of ['evil.example', 'evil.example:80', 'localhost.evil.example', '127.0.0.1.evil.example']) {
      const { status, body } = await ask(operation, named('admin of everything'), { headers: { host } });
      const fine = operation.path === '/healthz' ? status === 200 : status === 421;
      if (!fine || body.includes(MARK)) wrong.push(`${operation.path} as ${host}: ${status}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('what is no single clear request is no request', async () => {
  const { port, named, state } = await start();
  const { authorization = '' } = named('admin of everything').headers;
  const wrongToken = 'Authorization: Bearer wrong-token-of-some-length';
  const close = 'Connection: close\r\n\r\n';
  const before = await state();
  const secret = (head: string) => rawExchange(port, [head]);
  const answers = {
    'a NUL in the path': await secret(`GET /api/v1/events\0 HTTP/1.1\r\nHost: localhost\r\n${close}`),
    'no host': await secret(`GET /api/v1/events HTTP/1.1\r\nAuthorization: ${authorization}\r\n${close}`),
    'two hosts': await secret(
      `GET /api/v1/events HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n${close}`,
    ),
    'two credentials, the wrong one first': await secret(
      `GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n${wrongToken}\r\nAuthorization: ${authorization}\r\n${close}`,
    ),
    'a folded header': await secret(
      `GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nX: y\r\n Authorization: ${authorization}\r\n${close}`,
    ),
    'a bare line feed': await secret(`GET /api/v1/events HTTP/1.1\nHost: localhost\nX: y\n\n`),
    'two lengths': await secret(
      `PUT /api/v1/config/namespaces HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 20\r\n\r\n{"namespaces":"all"}`,
    ),
    'a length and chunks': await secret(
      `PUT /api/v1/config/namespaces HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n{"namespaces":"all"}\r\n0\r\n\r\n`,
    ),
    'a method in lower case': await secret(
      `get /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n${close}`,
    ),
  };
  for (const [what, answer] of Object.entries(answers)) {
    expect(answer, what).toMatch(/^(HTTP\/1\.1 4\d\d|$)/);
    expect(answer, what).not.toContain(MARK);
  }
  expect(await state()).toBe(before);
});

const ROOT = { kind: 'Deployment', namespace: 'shop', name: 'checkout', uid: 'd1' };
const CLUSTER = { uid: 'c1', name: 'lab' };

const INCIDENT: Incident = {
  id: 'i1',
  cluster: CLUSTER,
  state: 'open',
  severity: 'high',
  category: 'Crash',
  condition: 'CrashLoopBackOff',
  root: ROOT,
  subject: { ...ROOT, kind: 'Pod' },
  title: MARK,
  openedAt: NOON - 60_000,
  lastSeen: NOON - 1000,
  clearedAt: null,
  resolvedAt: null,
  resolvedBy: null,
  openedBy: 'e1',
  eventCount: 1,
  regressions: 0,
  mergedInto: null,
  resolution: null,
};

const STRAND: Strand = {
  key: 'v1:s',
  incidentId: 'i1',
  bornIn: 'i1',
  cluster: CLUSTER,
  root: ROOT,
  subject: INCIDENT.subject,
  condition: 'CrashLoopBackOff',
  aspect: '',
  category: 'Crash',
  severity: 'high',
  firstSeen: NOON - 60_000,
  lastSeen: NOON - 1000,
  clearedAt: null,
  eventCount: 1,
  rule: 'opened',
  because: 'it opened it',
};
