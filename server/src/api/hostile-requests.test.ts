import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { problem } from '@tattle/contract';
import { expect, test } from 'vitest';
import { StoreUnavailable } from '../model/ports/store.ts';
import { clusterEvent, memoryHistory } from './testing/memory-history.ts';
import { startApi } from './testing/start-api.ts';

const PATHS = [
  '/api/v1/events',
  '/api/v1/events/e1',
  '/api/v1/events/facets',
  '/api/v1/events/histogram',
  '/api/v1/events/aggregate',
  '/api/v1/incidents',
  '/api/v1/incidents/i1',
  '/api/v1/deliveries',
  '/api/v1/namespaces',
  '/api/v1/config',
  '/api/v1/status',
  '/',
];

const NAMES = [
  'q',
  'from',
  'to',
  'limit',
  'cursor',
  'label',
  'reason',
  'severity',
  'by',
  'field',
  'status',
  '__proto__',
  'constructor',
  '',
  'token',
];

const VALUES = [
  '',
  '!',
  '%00',
  '%',
  '%zz',
  '%ff%fe',
  '%ed%a0%80',
  '-1',
  '1e308',
  '9'.repeat(400),
  'now-999999999w',
  'now+999999999w',
  '9999-12-31T23:59:60Z',
  '0000-00-00T00:00:00Z',
  "'; drop table events; --",
  '(a%2B)%2B$',
  '"'.repeat(500),
  'label:=',
  '%E2%80%AE%1B[31m',
  'x'.repeat(3000),
  '{"$gt":""}',
];

test('no parameter, however malformed, is answered with a fault of the server', async () => {
  const { get, errors } = await startApi({ events: [clusterEvent()] });
  const faults: string[] = [];
  for (const path of PATHS) {
    for (const name of NAMES) {
      for (const value of VALUES) {
        const url = `${path}?${name}=${value}`;
        const { status, json } = await get(url);
        if (status >= 500) faults.push(url);
        if (status >= 400 && path !== '/') problem.parse(json);
      }
    }
  }
  expect(faults).toEqual([]);
  expect(errors).toEqual([]);
});

test.each([
  '//api/v1/events',
  '/api/v1/events/',
  '/api//v1/events',
  '/api/v1/%2e%2e/v2/config',
  '/%',
  '/api/v1/events/%zz',
  '/api/v1/:id',
  '/..;/metrics',
  `/api/v1/events/${'x'.repeat(5000)}`,
])('the path %s is refused or not found, as a problem', async (url) => {
  const { get } = await startApi({ events: [clusterEvent()] });
  const { status, json } = await get(url);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(problem.parse(json).hint).not.toBe('');
});

test.each([
  ['{', 400],
  ['', 400],
  ['null', 400],
  ['[]', 400],
  ['"all"', 400],
  ['{"namespaces":{"__proto__":1}}', 400],
  ['{"__proto__":{"namespaces":"all"}}', 400],
  ['{"namespaces":["Shop"]}', 400],
  ['{"namespaces":["a\\u0000"]}', 400],
  ['{"namespaces":"*"}', 400],
  ['{"namespaces":[]} x', 400],
  [`{"namespaces":["${'a'.repeat(2_000_000)}"]}`, 413],
  ['['.repeat(100_000), 400],
])('the body %.40s is refused and changes nothing', async (body, expected) => {
  const { send, settings, errors } = await startApi();
  const { status, json } = await send('PUT', '/api/v1/config/namespaces', body);
  expect(status).toBe(expected);
  problem.parse(json);
  expect(settings.view().filter.namespaces).toEqual(['shop']);
  expect(errors).toEqual([]);
});

test('a body that is not JSON by its type is refused', async () => {
  const { send } = await startApi();
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'garbage',
  ]) {
    expect(
      (await send('PUT', '/api/v1/config/namespaces', '{"namespaces":"all"}', { 'content-type': type })).status,
    ).toBe(415);
  }
});

test('a store that is away is a 503 that says when to try again, and a fault is logged and not shown', async () => {
  const history = {
    ...memoryHistory({}),
    events: async () => {
      throw new StoreUnavailable('down');
    },
    namespaces: async () => {
      throw new Error('secret detail');
    },
  };
  const { get, errors } = await startApi({ ports: { history } });
  const away = await get('/api/v1/events');
  expect(away.status).toBe(503);
  expect(away.headers['retry-after']).toBe('5');
  const fault = await get('/api/v1/namespaces');
  expect(fault.status).toBe(500);
  expect(fault.text).not.toContain('secret detail');
  expect(errors).toMatchObject([{ requestId: fault.json.requestId }]);
});

test('over a real port: huge headers and garbage are refused, and closing does not wait for idle connections', async () => {
  const { api, access } = await startApi({ events: [clusterEvent()] });
  const { url, port } = await api.listen('127.0.0.1', 0);
  const answer = await fetch(`${url}/api/v1/events`, { headers: { authorization: `Bearer ${access.token}` } });
  expect(((await answer.json()) as { items: unknown[] }).items).toHaveLength(1);
  expect(await statusOf(port, { 'x-huge': 'x'.repeat(40_000) })).toBe(431);
  expect(await rawAnswer(port, 'GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 4/);
  expect(await rawAnswer(port, '\u0000\u0001 garbage\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
  await api.close();
});

function statusOf(port: number, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port, host: '127.0.0.1', path: '/healthz', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
}

function rawAnswer(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
