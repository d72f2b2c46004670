import { sinkRefusalPage, sinks as sinkList, status } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../model/ports/store.ts';
import { memorySinks } from './testing/memory-sinks.ts';
import { startApi } from './testing/start-api.ts';
import { storedToken } from './testing/callers.ts';
import { NOON } from './testing/start-api.ts';

describe('sinks', () => {
  it('are listed with what a person asks first', async () => {
    const { get } = await startApi();
    const { items } = sinkList.parse((await get('/api/v1/sinks')).json);
    expect(items).toEqual([
      {
        name: 'ops',
        type: 'elasticsearch',
        target: 'https://search.example:9200, index tattle-events',
        takes: { include: 'both', minimumSeverity: 'info', namespaces: null },
        state: 'failing',
        stage: 'following',
        behindSeconds: 61,
        waiting: 3,
        lastTakenAt: '1970-01-01T00:00:01.000Z',
        failingSince: '1970-01-01T00:00:02.000Z',
        lastError: { at: '1970-01-01T00:00:03.000Z', error: 'HTTP 503: a field that does not fit' },
        refused: 2,
        runBy: 'this',
      },
    ]);
  });

  it('are told of in the status, and make nothing unready', async () => {
    const { get, accessStore } = await startApi();
    const told = status.parse((await get('/api/v1/status')).json);
    expect(told).toMatchObject({ ready: true, sinks: [{ name: 'ops', state: 'failing' }] });
    expect((await get('/readyz')).status).toBe(200);
    const grants = [{ role: 'admin', scope: [{ cluster: null, namespaces: ['shop'] }] }] as const;
    const { secret } = await storedToken(accessStore, grants, { now: NOON });
    const part = await get('/api/v1/status', { authorization: `Bearer ${secret}` });
    expect(part.json.sinks).toBeNull();
    expect((await get('/api/v1/sinks', { authorization: `Bearer ${secret}` })).status).toBe(403);
  });

  it('show page by page what was refused', async () => {
    const { get } = await startApi();
    const page = sinkRefusalPage.parse((await get('/api/v1/sinks/ops/refusals?limit=1')).json);
    expect(page.items).toMatchObject([{ id: '2', reason: '400 a field that does not fit', cut: false }]);
    const rest = await get(`/api/v1/sinks/ops/refusals?limit=1&cursor=${page.nextCursor}`);
    expect(sinkRefusalPage.parse(rest.json)).toMatchObject({ items: [{ id: '1', cut: true }], nextCursor: null });
    expect((await get('/api/v1/sinks/nope/refusals')).json).toMatchObject({ status: 404, detail: /nope/ });
  });

  it('send again what was refused: one or all, and it is written down who wanted it', async () => {
    const sinks = memorySinks();
    const { send, audit } = await startApi({ ports: { sinks } });
    const path = '/api/v1/sinks/ops/refusals/replay';
    expect((await send('POST', path, { ids: ['1'] })).json).toEqual({ waiting: 0 });
    expect((await audit.entries({ limit: 9 })).items).toEqual([]);
    expect((await send('POST', path, { ids: ['2'] })).json).toEqual({ waiting: 1 });
    expect((await send('POST', path, '')).json).toEqual({ waiting: 1 });
    expect(sinks.kept.map(({ id, replaying }) => [id, replaying])).toEqual([
      ['2', true],
      ['1', false],
    ]);
    expect((await audit.entries({ limit: 9 })).items).toMatchObject([
      { action: 'sink.replay', target: 'ops', detail: { waiting: 1 } },
      { action: 'sink.replay', target: 'ops', detail: { ids: ['2'], waiting: 1 } },
    ]);
    for (const wrong of [{ ids: [] }, { ids: ['x'] }, { ids: ['1'.repeat(16)] }, { id: '1' }]) {
      expect((await send('POST', path, wrong)).status, JSON.stringify(wrong)).toBe(400);
    }
    expect((await send('POST', '/api/v1/sinks/nope/refusals/replay', {})).status).toBe(404);
  });

  it('say so while the store is away', async () => {
    const away = () => Promise.reject(new StoreUnavailable('away'));
    const { get } = await startApi({ ports: { sinks: { ...memorySinks(), list: away, refusals: away } } });
    expect((await get('/api/v1/sinks')).status).toBe(503);
    expect((await get('/api/v1/sinks/ops/refusals')).status).toBe(503);
  });
});
