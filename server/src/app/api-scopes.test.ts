/** What one may not see is as if it were not there: asked of every path of the document, over a real store. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import { covers } from '../kit/scope.ts';
import type { Scope } from '../model/access.ts';
import { openApiDocument } from '../api/openapi.ts';
import { type ApiDocument, filledPath, isEndless, type Operation, operationsOf } from '../api/testing/api-document.ts';
import { healthyStatus } from '../api/testing/start-api.ts';
import { testStores } from '../store/testing/open-test-store.ts';
import { startTestServer, type TestServer } from '../store/testing/servers.ts';
import {
  fillWorld,
  forbiddenWords,
  markedObjects,
  objectQueries,
  PLACES,
  WORLD_NOW,
  type WorldShape,
} from './testing/marked-world.ts';
import { startStoredApi } from './testing/stored-api.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
const open = testStores(() => server);
vi.setConfig({ testTimeout: 120_000 });

const reads = operationsOf(openApiDocument('1') as ApiDocument).filter(
  (operation) => operation.method === 'GET' && !isEndless(operation) && isApplied(operation),
);

const SHOP: Scope = [{ cluster: null, namespaces: ['shop'] }];
const SCOPES: Readonly<Record<string, Scope>> = {
  'one namespace': SHOP,
  'a pattern': [{ cluster: null, namespaces: ['bill*', 'none-*'] }],
  'one namespace of one cluster': [{ cluster: 'east', namespaces: ['shop'] }],
  'one whole cluster': [{ cluster: PLACES.at(-1)?.cluster.uid ?? '', namespaces: null }],
  'a whole cluster and a namespace of another': [
    { cluster: 'east', namespaces: null },
    { cluster: 'west', namespaces: ['payroll'] },
  ],
};

function isApplied({ access }: Operation): boolean {
  return typeof access === 'object' && access.scope === 'applied';
}

async function startWorld(shape: WorldShape) {
  const store = await open({ now: WORLD_NOW });
  await fillWorld(store, shape);
  const { only = 'everything' } = shape;
  const places = PLACES.filter((place) => covers(only, place));
  const streams = places
    .filter(({ namespace }) => namespace !== '')
    .map(({ cluster, namespace, mark }) => ({
      cluster,
      stream: `events.k8s.io/v1/events@${namespace}`,
      health: 'denied' as const,
      since: WORLD_NOW,
      lastHeard: null,
      detail: `denied in ${mark}`,
    }));
  const tally = {
    received: places.length,
    stored: places.length,
    repeats: 0,
    dropped: {},
    observed: 0,
    occurrences: 0,
  };
  return startStoredApi(store, WORLD_NOW, {
    status: () => healthyStatus({ streams, tally }),
    knownNamespaces: () => places.filter(({ namespace }) => namespace !== ''),
    clusters: () => [...new Set(places.map(({ cluster }) => cluster))],
    objects: markedObjects(places),
    seen: {
      byNamespace: () => places.map(({ cluster, namespace }) => ({ cluster, namespace, arrivals: 1 })),
      preview: () => Promise.reject(new Error('asked of whole clusters alone')),
    },
  });
}

/** Of every parameter of a path: a value of its own for each word. */
function queriesOf({ id, parameters }: Operation, words: readonly string[]): readonly string[] {
  if (id === 'getObject') {
    const asked = words.length === 0 ? PLACES.map(({ mark }) => mark) : words;
    return asked.flatMap(objectQueries).map((query) => `?${query}`);
  }
  const needed = parameters.filter(({ required, in: place }) => required && place === 'query').map(({ name }) => name);
  const base = needed.includes('by') ? 'by=namespace&by=name&by=reason&by=cluster&' : '';
  const names = parameters.filter(({ in: place }) => place === 'query').map(({ name }) => name);
  const texts = names.filter(
    (name) =>
      ![
        'from',
        'to',
        'limit',
        'cursor',
        'field',
        'by',
        'format',
        'view',
        'buckets',
        'trend',
        'compare',
        'baseline',
        'events',
        'after',
        'notice',
        'status',
        'state',
        'severity',
        'category',
      ].includes(name),
  );
  const asked = words.flatMap((word) =>
    texts.flatMap((name) => {
      if (name === 'label') return [`label=app%3D${word}`];
      if (name === 'q') return [`q=${word}`, `q=namespace:${word}`, `q=-name:${word}`, `q=name:node-${word}`];
      const single = ['id', 'channel'].includes(name);
      return [word, `app-${word}`, `Condition-${word}`, ...(single ? [] : [`!${word}`, `!app-${word}`])].map(
        (value) => `${name}=${encodeURIComponent(value)}`,
      );
    }),
  );
  const plain = ['', 'limit=1', 'from=now-2h&to=now', 'view=full&limit=100', 'format=csv', 'buckets=500', 'limit=200'];
  const compared = ['trend=5&compare=yes&from=now-2h', 'from=now-2h&baseline=rest&reason=Reason-zqeastshop'];
  const closed = [
    'severity=critical',
    'severity=!low',
    'category=Security',
    'category=Node',
    'state=open',
    'cause=dns-failure',
    'cause=!dns-failure',
    'cause=',
    'status=dead',
  ];
  const possible = [...plain, ...compared, ...closed, ...asked].filter((query) =>
    query.split('&').every((pair) => pair === '' || names.includes(pair.split('=')[0] ?? '')),
  );
  return possible.map((query) => `?${base}${query}`);
}

/** What an error says of the request itself is no news to whoever sent it. */
const essence = (text: string, word: string) =>
  text
    .replaceAll(word, '…')
    .replaceAll(encodeURIComponent(word), '…')
    .replaceAll(/"requestId":"[^"]*"/g, '')
    .replaceAll(/"nextCursor":"[^"]*"/g, '"nextCursor":"…"');

/** Incidents are found and counted by what the caller sees of them. */
const ofIncidents = reads.filter(({ id }) => ['listIncidents', 'incidentFacets', 'timeline'].includes(id));

type Get = (url: string) => Promise<{ readonly status: number; readonly text: string }>;

/** Where the answers hold one of the words, by operation and word. */
async function leaksOf(get: Get, operations: readonly Operation[], words: readonly string[]) {
  const leaks = new Map<string, string>();
  const ids = ['span-1', 'span-2', 'span-4', ...PLACES.map(({ mark }) => `inc-${mark}`)];
  for (const operation of operations) {
    for (const path of pathsOf(operation, ids)) {
      for (const query of queriesOf(operation, [])) {
        const { text, status } = await get(path + query);
        const asked = path.split('/').find((part) => ids.includes(part)) ?? path.split('/').at(-1) ?? '';
        // The one word of ours that holds the name of a cluster, west.
        const told = (status === 200 ? text : essence(text, asked)).replaceAll('newest', '');
        for (const word of words) {
          const at = told.indexOf(word);
          if (at !== -1)
            leaks.set(`${operation.id} tells ${word}`, `${path}${query}: ${told.slice(at - 100, at + 60)}`);
        }
      }
    }
  }
  return [...leaks];
}

/** Questions about a word that are not answered as the same questions about nothing are. */
async function tellingOf(get: Get, operations: readonly Operation[], word: string) {
  const nothing = 'zqnothing';
  const telling: string[] = [];
  const compare = async (asked: string, missing: string, own: string) => {
    if (asked === missing) return;
    const [one, other] = [await get(asked), await get(missing)];
    if (one.status !== other.status || essence(one.text, own) !== essence(other.text, nothing)) telling.push(asked);
  };
  for (const operation of operations) {
    const [path = ''] = pathsOf(operation, [nothing]);
    const missing = queriesOf(operation, [nothing]);
    for (const [index, query] of queriesOf(operation, [word]).entries()) {
      await compare(path + query, path + (missing[index] ?? ''), word);
    }
    if (!operation.path.includes('{')) continue;
    for (const id of [`inc-${word}`, `old-${word}`, `uid-${word}-0`]) {
      for (const shown of [id, id.slice(0, -1)]) await compare(pathsOf(operation, [shown])[0] ?? '', path, shown);
    }
  }
  return telling;
}

/** Questions whose answer depends on what lies outside; and how many answers told of what lies inside. */
async function dependingOf(scope: Scope, operations: readonly Operation[]) {
  const [whole, part] = [await startWorld({}), await startWorld({ only: scope })];
  const [one, other] = [await whole.adminOf(scope), await part.adminOf(scope)];
  const [first = '', second = first] = PLACES.filter((place) => covers(scope, place)).map(({ mark }) => mark);
  const ids = [first, second].flatMap((mark) => [`inc-${mark}`, `uid-${mark}-0`]);
  const depending: string[] = [];
  let full = 0;
  for (const operation of operations) {
    for (const path of pathsOf(operation, ids)) {
      for (const query of queriesOf(operation, [first])) {
        const [a, b] = [await one.get(path + query), await other.get(path + query)];
        if (a.text.includes(first)) full += 1;
        if (a.status !== b.status || essence(a.text, '\0') !== essence(b.text, '\0')) depending.push(`${path}${query}`);
      }
    }
  }
  return { depending, full };
}

describe.each(Object.entries(SCOPES))('whoever may see %s', (_, scope) => {
  const words = forbiddenWords(scope);
  const [word = ''] = words.filter((each) => each.startsWith('zq'));

  it('reads no word of what lies outside, whatever they ask', async () => {
    const { adminOf } = await startWorld({ spanning: true });
    const { get } = await adminOf(scope);
    expect(await leaksOf(get, reads, words)).toEqual([]);
  });

  it('is answered about what lies outside as about what does not exist', async () => {
    const { adminOf } = await startWorld({ spanning: true });
    const { get } = await adminOf(scope);
    expect(await tellingOf(get, reads, word)).toEqual([]);
  });

  it('is answered as if nothing else were stored, counts included', async () => {
    const { depending, full } = await dependingOf(scope, reads);
    expect(depending).toEqual([]);
    // Otherwise it was nothing that was compared.
    expect(full).toBeGreaterThan(100);
  });

  it('changes nothing of what lies outside', async () => {
    const { adminOf, acts, deliveries } = await startWorld({});
    const { send } = await adminOf(scope);
    const before = await deliveries();
    const hidden = PLACES.filter((place) => !covers(scope, place)).map(({ mark }) => `inc-${mark}`);
    const [own = ''] = PLACES.filter((place) => covers(scope, place)).map(({ mark }) => `inc-${mark}`);
    for (const id of hidden) {
      for (const act of ['acknowledge', 'resolve', 'note', 'unmerge', 'merge', 'split']) {
        const body = {
          text: 'x',
          ...(act === 'merge' ? { incidents: [own] } : act === 'split' ? { conditions: ['x'] } : {}),
        };
        expect((await send('POST', `/api/v1/incidents/${id}/${act}`, body)).status, `${act} ${id}`).toBe(404);
      }
      expect((await send('POST', `/api/v1/incidents/${own}/merge`, { incidents: [id], text: 'x' })).status).toBe(404);
    }
    expect(acts).toEqual([]);
    const ids = before.filter(({ incidentId }) => hidden.includes(incidentId ?? '')).map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(0);
    expect((await send('POST', '/api/v1/deliveries/replay', { ids })).json).toEqual({ replayed: 0 });
    expect(await deliveries()).toEqual(before);
    const all = await send('POST', '/api/v1/deliveries/replay', { from: 'now-1d', to: 'now' });
    expect(all.json.replayed).toBe(before.length - ids.length);
    const after = await deliveries();
    expect(after.filter(({ incidentId }) => hidden.includes(incidentId ?? ''))).toEqual(
      before.filter(({ incidentId }) => hidden.includes(incidentId ?? '')),
    );
  });
});

it('the live stream tells whoever sees a part nothing of the rest, also where an incident reaches further', async () => {
  const store = await open({ now: WORLD_NOW });
  const { api, adminOf } = await startStoredApi(store, WORLD_NOW, { clock: systemClock });
  const { authorization } = await adminOf(SHOP);
  const { url } = await api.listen('127.0.0.1', 0);
  onTestFinished(() => api.close());
  const leaving = new AbortController();
  const response = await fetch(`${url}/api/v1/stream`, { headers: { authorization }, signal: leaving.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  const listening = (async () => {
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) heard += part.value;
  })().catch(() => undefined);
  await fillWorld(store, { spanning: true });
  await vi.waitFor(() => expect(heard).toContain('span-2'), { timeout: 10_000 });
  await vi.waitFor(() => expect(heard).toContain('uid-zqwestshop-2'), { timeout: 10_000 });
  leaving.abort();
  await listening;
  expect(heard).toContain('"restricted":true');
  expect(forbiddenWords(SHOP).filter((word) => heard.includes(word))).toEqual([]);
});

it('incidents are not found by the root, condition, cause, title or severity of the part that is not seen', async () => {
  const { get } = await (await startWorld({ spanning: true })).adminOf(SHOP);
  for (const place of ['zqeastpayroll', 'zqeastnone']) expect(await tellingOf(get, ofIncidents, place)).toEqual([]);
});

describe('an incident that reaches further than one may see', () => {
  it('is shown as the part that one sees, says so, and cannot be acted on', async () => {
    const { adminOf, acts } = await startWorld({ spanning: true });
    const { get, send } = await adminOf(SHOP);
    for (const id of ['span-1', 'span-2', 'span-4']) {
      const { json } = await get(`/api/v1/incidents/${id}`);
      expect(json, id).toMatchObject({
        id,
        restricted: true,
        diagnosis: null,
        root: { namespace: 'shop' },
        severity: expect.any(String),
      });
      expect(json.together.every(({ root }: { root: { namespace: string } }) => root.namespace === 'shop')).toBe(true);
      expect(json.timeline.length).toBeGreaterThan(0);
      for (const [act, body] of Object.entries({
        acknowledge: {},
        resolve: {},
        note: { text: 'x' },
        unmerge: { text: 'x' },
        merge: { incidents: ['inc-zqeastshop'], text: 'x' },
        split: { conditions: ['x'], text: 'x' },
      })) {
        expect((await send('POST', `/api/v1/incidents/${id}/${act}`, body)).status, `${act} ${id}`).toBe(403);
      }
      expect(
        (await send('POST', '/api/v1/incidents/inc-zqeastshop/merge', { incidents: [id], text: 'x' })).status,
      ).toBe(403);
    }
    expect(acts).toEqual([]);
    expect((await get('/api/v1/incidents/inc-zqeastshop')).json).toMatchObject({
      restricted: false,
      diagnosis: { cause: 'dns-failure' },
    });
  });

  it('is listed with the severity and the category of the part, and found by those', async () => {
    const { adminOf } = await startWorld({ spanning: true });
    const { get } = await adminOf(SHOP);
    const found = async (query: string): Promise<readonly string[]> =>
      (await get(`/api/v1/incidents?${query}`)).json.items.map(({ id }: { id: string }) => id);
    expect(await found('severity=low')).toEqual(expect.arrayContaining(['span-1', 'span-2']));
    expect(await found('severity=critical')).toEqual([]);
    expect(await found('category=Security')).toEqual([]);
    expect(await found('q=zqeastshop')).toEqual(expect.arrayContaining(['span-1', 'span-2']));
  });

  it('has its notices sent again by nobody who sees a part of it alone', async () => {
    const { adminOf, deliveries } = await startWorld({ spanning: true });
    const { send } = await adminOf(SHOP);
    const ids = (await deliveries())
      .filter(({ incidentId }) => incidentId?.startsWith('span-') === true)
      .map(({ id }) => id);
    expect(ids).toHaveLength(2);
    expect((await send('POST', '/api/v1/deliveries/replay', { ids })).json).toEqual({ replayed: 0 });
  });

  it('is seen and undone by those who merged what was theirs', async () => {
    const store = await open({ now: WORLD_NOW });
    await fillWorld(store, { spanning: true });
    const { adminOf, acts } = await startStoredApi(store, WORLD_NOW);
    const { send } = await adminOf([{ cluster: 'east', namespaces: ['payroll', 'shop'] }]);
    expect((await send('POST', '/api/v1/incidents/span-3/unmerge', { text: 'not the same' })).status).toBe(200);
    expect(acts).toMatchObject([{ kind: 'unmerge', id: 'span-3' }]);
  });
});

function pathsOf(operation: Operation, ids: readonly string[]): readonly string[] {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  if (names.length === 0) return [operation.path];
  return ids.map((id) => filledPath(operation, Object.fromEntries(names.map((name) => [name, id]))));
}
