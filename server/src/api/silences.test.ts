import { describe, expect, it } from 'vitest';
import { storedToken } from './testing/callers.ts';
import { memoryTelling } from './testing/memory-telling.ts';
import { NOON, startApi } from './testing/start-api.ts';

const HOUR = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString();

async function setUp() {
  const telling = memoryTelling();
  const started = await startApi({ ports: { telling } });
  const as = async (namespaces: readonly string[] | null, role: 'viewer' | 'operator' = 'operator') => {
    const scope = [{ cluster: null, namespaces }];
    const { secret } = await storedToken(started.accessStore, [{ role, scope }], { now: NOON });
    const headers = { authorization: `Bearer ${secret}` };
    return {
      post: (url: string, body: unknown) => started.send('POST', url, body, headers),
      del: (url: string) => started.send('DELETE', url, '', headers),
      get: (url: string) => started.get(url, headers),
    };
  };
  return { ...started, telling, as };
}

const deploying = { matchers: ['namespace=shop'], forMinutes: 60, comment: 'deploying' };

describe('silences', () => {
  it('are made, listed and ended, and what one held back is looked at again', async () => {
    const { send, get, telling } = await setUp();
    const made = await send('POST', '/api/v1/silences', deploying);
    expect(made).toMatchObject({
      status: 201,
      json: {
        state: 'active',
        matchers: ['namespace="shop"'],
        startsAt: iso(NOON),
        endsAt: iso(NOON + HOUR),
        comment: 'deploying',
      },
    });
    expect((await get('/api/v1/silences')).json.items).toEqual([made.json]);
    const ended = await send('DELETE', `/api/v1/silences/${made.json.id}`, '');
    expect(ended).toMatchObject({ status: 200, json: { state: 'expired', expiredAt: iso(NOON) } });
    expect(telling.ended).toEqual([made.json.id]);
    expect((await get('/api/v1/silences')).json.items).toEqual([]);
    expect((await get('/api/v1/silences?state=expired')).json.items).toHaveLength(1);
  });

  it.each([
    [{ ...deploying, matchers: ['nonsense'] }, 'matchers[0]'],
    [{ ...deploying, matchers: [] }, 'matchers'],
    [{ ...deploying, comment: ' ' }, 'comment'],
    [{ matchers: ['namespace=shop'], comment: 'x' }, 'endsAt'],
    [{ ...deploying, endsAt: 'now-1h' }, 'endsAt'],
    [{ matchers: ['namespace=shop'], comment: 'x', endsAt: 'now-1h' }, 'endsAt'],
    [{ matchers: ['namespace=shop'], comment: 'x', startsAt: iso(NOON + HOUR), endsAt: iso(NOON + HOUR) }, 'endsAt'],
    [{ matchers: ['namespace=shop'], comment: 'x', endsAt: '2040-01-01T00:00:00Z' }, 'endsAt'],
    [{ ...deploying, comment: 'a\u202eb' }, 'comment'],
  ])('that make no sense are refused: %j', async (body, path) => {
    const { send } = await setUp();
    const refused = await send('POST', '/api/v1/silences', body);
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.json.errors ?? refused.json.detail)).toContain(path);
  });

  it('stay within what their maker may act on', async () => {
    const { as, send } = await setUp();
    const shop = await as(['shop']);
    expect((await shop.post('/api/v1/silences', deploying)).status).toBe(201);
    for (const matchers of [['namespace=web'], ['severity=high'], ['cluster=lab']]) {
      expect((await shop.post('/api/v1/silences', { ...deploying, matchers })).status, String(matchers)).toBe(403);
    }
    const other = await send('POST', '/api/v1/silences', { ...deploying, matchers: ['severity=high'] });
    expect((await shop.get('/api/v1/silences')).json.items).toHaveLength(1);
    expect((await shop.del(`/api/v1/silences/${other.json.id}`)).status).toBe(404);
    const viewer = await as(['shop'], 'viewer');
    const [own] = (await viewer.get('/api/v1/silences')).json.items;
    expect((await viewer.del(`/api/v1/silences/${own.id}`)).status).toBe(403);
    expect((await viewer.post('/api/v1/silences', deploying)).status).toBe(403);
  });

  it('that are not there are not found', async () => {
    const { send } = await setUp();
    expect((await send('DELETE', '/api/v1/silences/nope', '')).status).toBe(404);
  });
});

describe('channels', () => {
  it('are listed, tried and looked at; one that is not there is not found', async () => {
    const { get, send, audit } = await setUp();
    expect((await get('/api/v1/channels')).json.items).toMatchObject([{ name: 'ops', state: 'ready' }]);
    expect(await send('POST', '/api/v1/channels/ops/test', '')).toMatchObject({
      status: 202,
      json: { delivery: 'delivery-1' },
    });
    expect((await audit.entries({ limit: 10 })).items).toMatchObject([{ action: 'channel.test', target: 'ops' }]);
    expect((await send('POST', '/api/v1/channels/ops/preview', { notice: 'resolved' })).json.body).toBe(
      '{"kind":"resolved"}',
    );
    expect((await send('POST', '/api/v1/channels/nope/test', '')).status).toBe(404);
    expect((await send('POST', '/api/v1/channels/nope/preview', {})).status).toBe(404);
  });

  it('have a policy, which can be tried', async () => {
    const { get, send } = await setUp();
    expect((await get('/api/v1/notify')).json).toEqual({ rules: [], routes: [], maintenance: [], inhibit: [] });
    expect((await send('POST', '/api/v1/notify/try', {})).json).toMatchObject({ incidents: 0, told: 0, items: [] });
    const wrong = await send('POST', '/api/v1/notify/try', { notify: { routes: 1 } });
    expect(wrong).toMatchObject({ status: 400, json: { errors: [{ path: 'notify.routes' }] } });
  });
});
