import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { History } from '../model/ports/history.ts';
import { clusterEvent, memoryHistory } from './testing/memory-history.ts';
import { rawExchange } from './testing/plain-request.ts';
import { startApi } from './testing/start-api.ts';

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

/** A history without end: each page is full and has a next one. `failsAt` is the page that cannot be read. */
function endless({ failsAt = Infinity, message = 'x'.repeat(500) } = {}) {
  const pages: number[] = [];
  const history: History = {
    ...memoryHistory({}),
    events: async (_, { limit, cursor = '0' }) => {
      const number = Number(cursor);
      if (number >= failsAt) throw new Error('the disk is gone');
      pages.push(limit);
      const items = Array.from({ length: limit }, (__, index) => clusterEvent({ uid: `e${number}-${index}`, message }));
      return { items, nextCursor: String(number + 1), partial: false };
    },
  };
  return { history, pages };
}

async function listening(history: History) {
  const started = await startApi({ ports: { history } });
  const { port } = await started.api.listen('127.0.0.1', 0);
  running.push(() => started.api.close());
  const head = (method: string, query: string) =>
    `${method} /api/v1/events/export?${query} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${started.access.token}\r\nConnection: close\r\n\r\n`;
  return { ...started, port, head };
}

test.each([
  [1, [1]],
  [1000, [1000]],
  [1001, [1000, 1]],
  [2500, [1000, 1000, 500]],
])('of endless events an export of %i holds so many, and reads no more', async (limit, read) => {
  const { history, pages } = endless();
  const { get } = await startApi({ ports: { history } });
  const { text, headers } = await get(`/api/v1/events/export?limit=${limit}`);
  expect(text.trim().split('\n')).toHaveLength(limit);
  expect(pages).toEqual(read);
  expect(headers['content-disposition']).toBe('attachment; filename="tattle-events.jsonl"');
});

test('a failure on the way cuts the connection: half a file does not look like a whole one', async () => {
  const { history } = endless({ failsAt: 3 });
  const { port, head, errors } = await listening(history);
  const answer = await rawExchange(port, [head('GET', 'limit=100000')]);
  expect(answer).toMatch(/^HTTP\/1\.1 200/);
  expect(answer).toContain('"uid":"e0-0"');
  // The last chunk, which says that all is there.
  expect(answer.endsWith('\r\n0\r\n\r\n')).toBe(false);
  expect(errors).toMatchObject([{ err: { message: 'the disk is gone' } }]);
});

test('a failure at the start is told as one', async () => {
  const { history } = endless({ failsAt: 0 });
  const { get } = await startApi({ ports: { history } });
  const { status, text, headers } = await get('/api/v1/events/export?format=csv');
  expect(status).toBe(500);
  expect(headers['content-type']).toContain('application/problem+json');
  expect(headers['content-disposition']).toBeUndefined();
  expect(text).not.toContain('disk');
});

test('whoever leaves ends the reading, and whoever reads slowly slows it', async () => {
  const { history, pages } = endless();
  const { port, head } = await listening(history);
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(head('GET', ''));
  socket.pause();
  await sleep(300);
  const held = pages.length;
  await sleep(300);
  // What fits into the buffers of both ends, and no more.
  expect(pages.length).toBe(held);
  expect(held).toBeLessThan(60);
  socket.destroy();
  await sleep(200);
  const left = pages.length;
  await sleep(200);
  expect(pages.length).toBe(left);
});

test('a long export to a slow reader hangs no listener on each page', async () => {
  const { history } = endless();
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  running.push(async () => void process.off('warning', note));
  const { port, head } = await listening(history);
  await rawExchange(port, [head('GET', 'limit=40000')]);
  await sleep(10);
  expect(warnings).toEqual([]);
});

test('HEAD reads nothing but the first page', async () => {
  const { history, pages } = endless();
  const { port, head } = await listening(history);
  const answer = await rawExchange(port, [head('HEAD', 'limit=50000')]);
  expect(answer).toMatch(/^HTTP\/1\.1 200/);
  expect(pages.length).toBeLessThanOrEqual(1);
});

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(1)',
  '\t=1',
  '\r=1',
  ' =1',
  '|x',
  '%x',
  '=cmd|"/C calc"!A0',
  '"=1',
  '\u00a0=1',
  '\uFEFF=1',
])('a spreadsheet calculates nothing of %j, wherever it stands', async (text) => {
  const everywhere: Partial<ClusterEvent> = {
    message: text,
    reason: text,
    node: text,
    source: text,
    clusterName: text,
    object: { kind: text, namespace: text, name: text, uid: 'x' },
    rootOwner: { kind: text, namespace: text, name: text, uid: 'x' },
  };
  const { get } = await startApi({ events: [clusterEvent(everywhere)] });
  const { text: csv } = await get('/api/v1/events/export?format=csv');
  const line = csv.slice(csv.indexOf('\r\n') + 2);
  for (const cell of cellsOf(line)) expect(cell, JSON.stringify(cell)).not.toMatch(/^[\s\uFEFF]*[=+\-@|%]/);
  expect(cellsOf(line).some((cell) => cell.includes(text))).toBe(true);
});

/** As RFC 4180 reads one line. */
function cellsOf(line: string): readonly string[] {
  const cells: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^,"]*))(?:,|\r\n$)/gsy;
  for (const [, quoted, plain] of line.matchAll(pattern)) cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
  return cells;
}
