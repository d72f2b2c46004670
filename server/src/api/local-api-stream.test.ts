import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { History } from '../model/ports/history.ts';
import { createLocalApi } from './local-api.ts';
import { memoryAccessStore, memoryAuditLog } from './testing/memory-access.ts';
import { clusterEvent, memoryHistory, memoryOutbox } from './testing/memory-history.ts';

/** As many pages as are asked for; the page of that number cannot be read. */
async function apiOf(pages: number, brokenPage = Number.POSITIVE_INFINITY) {
  let read = 0;
  const page = Array.from({ length: 1000 }, (_, index) => clusterEvent({ uid: `e${index}` }));
  const history: History = {
    ...memoryHistory({ events: [] }),
    events: async () => {
      read += 1;
      if (read === brokenPage) throw new Error('the store is gone');
      return { items: page, nextCursor: read < pages ? String(read) : null, partial: false };
    },
  };
  const api = await createLocalApi({
    history,
    outbox: memoryOutbox(),
    act: async () => ({ refusal: null, incidentIds: [] }),
    accessStore: memoryAccessStore(),
    audit: memoryAuditLog(),
    version: '1.2.3',
  });
  onTestFinished(() => api.close());
  return { api, read: () => read };
}

const EXPORT = '/api/v1/events/export';

it('an export in this process is whole', async () => {
  const { api } = await apiOf(7);
  const { status, body } = await api.stream(EXPORT);
  expect(status).toBe(200);
  let text = '';
  for await (const piece of body) text += Buffer.from(piece).toString();
  expect(text.split('\n')).toHaveLength(7001);
});

it('no more of it is read than whoever reads it has room for', async () => {
  const { api, read } = await apiOf(500);
  const { body } = await api.stream(EXPORT);
  const reader = body[Symbol.asyncIterator]();
  await reader.next();
  await sleep(300);
  expect(read()).toBeLessThan(10);
  await reader.return?.();
  await sleep(50);
  const atTheEnd = read();
  await sleep(100);
  expect(read()).toBe(atTheEnd);
});

it('one that breaks off rejects, and one that never began is a problem', async () => {
  const { api } = await apiOf(9, 3);
  const { status, body } = await api.stream(EXPORT);
  expect(status).toBe(200);
  await expect(
    (async () => {
      for await (const piece of body) expect(piece.length).toBeGreaterThan(0);
    })(),
  ).rejects.toThrow('destroyed before completion');

  const { api: gone } = await apiOf(9, 1);
  expect((await gone.stream(EXPORT)).status).toBe(500);
  expect((await gone.stream(`${EXPORT}?limit=x`)).status).toBe(400);
});
