import { describe, expect, it } from 'vitest';
import { checks, testIncidentBegun } from '@tattle/contract';
import type { Scope } from '../model/access.ts';
import type { ServerCheck, TestIncident, TestIncidentOutcome } from './ports.ts';
import { storedToken } from './testing/callers.ts';
import { NOON, startApi, type TestApiOptions } from './testing/start-api.ts';

const LAB = { uid: 'c1', name: 'lab' };
const PROD = { uid: 'c2', name: 'prod' };
const PATH = '/api/v1/test-incident';

async function start(ports: TestApiOptions['ports'] = {}, outcome?: TestIncidentOutcome) {
  const asked: TestIncident[] = [];
  const begun = (test: TestIncident): TestIncidentOutcome => ({
    kind: 'begun',
    object: { kind: 'Pod', namespace: test.namespace, name: 'tattle-test-1', uid: '' },
    condition: 'TattleTest',
    incidentId: 'i1',
    resolvesAt: NOON + 70_000,
  });
  const started = await startApi({
    ports: {
      testIncident: async (test) => {
        asked.push(test);
        return outcome ?? begun(test);
      },
      ...ports,
    },
  });
  const as = async (role: 'viewer' | 'operator', scope: Scope) => {
    const { secret } = await storedToken(started.accessStore, [{ role, scope }], { now: NOON });
    return { authorization: `Bearer ${secret}` };
  };
  return { ...started, asked, as };
}

const known = (...names: string[]) => ({
  knownNamespaces: () => names.map((namespace) => ({ cluster: LAB, namespace })),
});

describe('a test incident', () => {
  it('is begun where settings monitor, and answered with what to watch for', async () => {
    const { send, asked } = await start(known('media', 'shop'));
    const { status, json } = await send('POST', PATH, {});
    expect(status).toBe(202);
    expect(testIncidentBegun.parse(json)).toEqual({
      incidentId: 'i1',
      watchFor: {
        ...{ cluster: 'c1', clusterName: 'lab', namespace: 'shop' },
        ...{ kind: 'Pod', name: 'tattle-test-1', condition: 'TattleTest' },
      },
      resolvesAt: '2026-11-21T12:01:10.000Z',
    });
    expect(asked).toMatchObject([{ cluster: LAB, namespace: 'shop', by: { id: 'process' } }]);
  });

  it('needs no body, takes `default` where all is monitored, and a name from settings where none can be seen', async () => {
    const { api, access, asked, settings, send } = await start(known('a', 'default'));
    await settings.change({ filter: { namespaces: 'all' } }, 'ann');
    const headers = { host: 'localhost:7171', authorization: `Bearer ${access.token}` };
    expect((await api.inject({ method: 'POST', url: PATH, headers })).statusCode).toBe(202);
    await settings.change({ filter: { namespaces: ['web', 'team-*'] } }, 'ann');
    expect((await send('POST', PATH, {})).status).toBe(409);
    const blind = await start(known());
    await blind.settings.change({ filter: { namespaces: ['web', 'team-*'] } }, 'ann');
    await blind.send('POST', PATH, {});
    expect([...asked, ...blind.asked].map(({ namespace }) => namespace)).toEqual(['default', 'web']);
  });

  it('is refused before anything is made: no cluster, another’s cluster, no such namespace, none monitored', async () => {
    const { send, asked, settings, as } = await start({ ...known('shop', 'quiet'), clusters: () => [LAB, PROD] });
    const post = async (body: unknown, headers = {}) => (await send('POST', PATH, body, headers)).status;
    const labOnly = await as('operator', [{ cluster: 'lab', namespaces: ['shop'] }]);
    expect(await post({ cluster: 'prod' }, labOnly)).toBe(404);
    expect(await post({ cluster: 'none' })).toBe(404);
    expect(await post({ namespace: 'shpo' })).toBe(404);
    expect(await post({ namespace: 'quiet' }, labOnly)).toBe(403);
    expect(await post({ namespace: 'Shop!' })).toBe(400);
    expect(await post({ namespace: 'shop', more: 1 })).toBe(400);
    expect(await post({}, await as('viewer', 'everything'))).toBe(403);
    await settings.change({ filter: { namespaces: [] } }, 'ann');
    expect((await send('POST', PATH, {})).json).toMatchObject({ status: 409, title: 'Nothing is monitored there' });
    expect(asked).toEqual([]);
    const early = await start({ clusters: () => [] });
    expect((await early.send('POST', PATH, {})).json).toMatchObject({ status: 409, title: 'No cluster yet' });
  });

  it('does not say of another’s cluster whether it is there', async () => {
    const { send, as } = await start({ clusters: () => [LAB, PROD] });
    const labOnly = await as('operator', [{ cluster: 'lab', namespaces: null }]);
    const [there, not] = await Promise.all(
      ['prod', 'nada'].map(async (cluster) => (await send('POST', PATH, { cluster }, labOnly)).json),
    );
    const essence = ({ detail, status, hint }: Record<string, string>) => [detail?.replace(/"\w+"/, ''), status, hint];
    expect(essence(there)).toEqual(essence(not));
  });

  it('says what to change where filters leave it out, and when to come again', async () => {
    const filtered = await start(known('shop'), { kind: 'filtered', reason: 'namespace-excluded' });
    const left = await filtered.send('POST', PATH, { namespace: 'shop' });
    expect([left.status, left.json.hint]).toEqual([409, expect.stringContaining('PUT /api/v1/config/namespaces')]);
    const kinds = await start(known('shop'), { kind: 'filtered', reason: 'reason' });
    expect((await kinds.send('POST', PATH, {})).json.hint).toContain('GET /api/v1/config');
    const soon = await start(known('shop'), { kind: 'too-soon', retryAfterMs: 41_001 });
    const later = await soon.send('POST', PATH, {});
    expect([later.status, later.headers['retry-after']]).toEqual([429, '42']);
  });
});

describe('checks', () => {
  const about = (name: string, cluster: ServerCheck['cluster']): ServerCheck => ({
    ...{ name, title: name, state: 'ok', detail: '', last: null, mend: '', manifest: 'kind: Role\n', cluster },
  });
  const items = [about('store', null), about('cluster lab', LAB), about('cluster prod', { uid: 'prod', name: 'prod' })];
  const ports = { checks: async () => ({ at: NOON, simulated: false, items }) };

  it('are told to who sees all of every watched cluster, without those that were not reached', async () => {
    const { get, as } = await start(ports);
    const names = async (headers = {}) =>
      checks.parse((await get('/api/v1/checks', headers)).json).items.map(({ name }) => name);
    expect(await names()).toEqual(['store', 'cluster lab', 'cluster prod']);
    expect(await names(await as('viewer', [{ cluster: 'lab', namespaces: null }]))).toEqual(['store', 'cluster lab']);
    const part = await as('viewer', [{ cluster: 'lab', namespaces: ['shop'] }]);
    expect((await get('/api/v1/checks', part)).status).toBe(403);
  });
});
