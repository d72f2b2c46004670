import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { IntakeOutcome, IntakeReport, IntakeSender } from './ports.ts';
import { storedToken } from './testing/callers.ts';
import { NOON, startApi } from './testing/start-api.ts';

type TestApi = Awaited<ReturnType<typeof start>>;

/** What was handed in is kept; `answers` are given in turn, and then it is taken. */
async function start(answers: readonly IntakeOutcome[] = [], requestsPerMinute = 100_000) {
  const reports: (readonly [report: IntakeReport, sender: IntakeSender])[] = [];
  const started = await startApi({
    ports: {
      requestsPerMinute,
      takeIn: async (report, sender) => {
        reports.push([report, sender]);
        return answers[reports.length - 1] ?? { kind: 'taken', taken: 1, dropped: {}, faults: [], notes: [] };
      },
    },
  });
  const send = async (path: string, body: string | Buffer, headers: Record<string, string> = {}) => {
    const answer = await started.api.inject({
      method: 'POST',
      url: `/api/v1/intake/${path}`,
      headers: { host: 'localhost:7171', authorization: `Bearer ${started.access.token}`, ...headers },
      payload: body,
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      json: JSON.parse(answer.body) as Record<string, unknown>,
    };
  };
  return { ...started, reports, send };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const itemsIn = ({ reports }: TestApi) => reports.flatMap(([report]) => ('items' in report ? report.items : []));

describe('events', () => {
  it.each([
    ['an object', '{"reason":"A"}', [['event', { reason: 'A' }]]],
    [
      'an array',
      '[{"reason":"A"},{"reason":"B"}]',
      [
        ['[0]', { reason: 'A' }],
        ['[1]', { reason: 'B' }],
      ],
    ],
    [
      'JSON lines',
      '{"reason":"A"}\n\n{"reason":"B"}\n',
      [
        ['line 1', { reason: 'A' }],
        ['line 3', { reason: 'B' }],
      ],
    ],
  ])('are read from %s', async (_, body, items) => {
    const api = await start();
    expect((await api.send('events', body, JSON_TYPE)).status).toBe(200);
    expect(itemsIn(api).map(({ at, value }) => [at, value])).toEqual(items);
  });

  it('of which a line is no JSON are handed on with that fault, whatever type they are sent as', async () => {
    const api = await start();
    for (const type of ['application/x-ndjson', 'application/json', 'text/plain']) {
      await api.send('events', '{"reason":"A"}\n{"reason":', { 'content-type': type });
    }
    expect(
      itemsIn(api)
        .filter(({ fault }) => fault !== undefined)
        .map(({ at }) => at),
    ).toEqual(['line 2', 'line 2', 'line 2']);
  });

  it('may come packed, but not grow beyond all bounds', async () => {
    const api = await start();
    const packed = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    expect((await api.send('events', gzipSync('{"reason":"A"}'), packed)).status).toBe(200);
    expect((await api.send('events', gzipSync(Buffer.alloc(64 * 1024 * 1024)), packed)).status).toBe(413);
    expect((await api.send('events', '{"reason":"A"}', packed)).status).toBe(400);
    expect((await api.send('events', 'x', { ...packed, 'content-encoding': 'br' })).status).toBe(415);
    expect((await api.send('events', 'x'.repeat(1024 * 1024 + 1), JSON_TYPE)).status).toBe(413);
    expect(api.reports).toHaveLength(1);
  });

  it('with NUL, lone surrogates, or names that reach for a prototype are repaired item by item, not refused', async () => {
    const api = await start();
    const answer = await api.send('events', '{"reason":"a\\u0000b\\ud800","__proto__":{"polluted":1}}', JSON_TYPE);
    expect(answer.status).toBe(200);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['lines that are no JSON', 'a\n'.repeat(1_000_000)],
    ['a list of next to nothing', `[${'0,'.repeat(1_000_000)}0]`],
  ])('that are %s, packed to next to nothing, are refused before they are told apart', async (_, text) => {
    const api = await start();
    const before = performance.now();
    const refused = await api.send('events', gzipSync(text), { ...JSON_TYPE, 'content-encoding': 'gzip' });
    expect(refused.status).toBe(413);
    expect(performance.now() - before).toBeLessThan(5000);
  });

  it('nested beyond reason are a fault of their own', async () => {
    const api = await start();
    await api.send('events', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, JSON_TYPE);
    expect(itemsIn(api)).toMatchObject([{ fault: expect.stringContaining('levels deep') }]);
  });
});

describe('CloudEvents', () => {
  it('in structured form, and as a batch, are read from the body', async () => {
    const api = await start();
    await api.send('cloudevents', '{"specversion":"1.0","id":"1"}', {
      'content-type': 'application/cloudevents+json; charset=utf-8',
    });
    await api.send('cloudevents', '[{"id":"2"},{"id":"3"}]', { 'content-type': 'application/cloudevents-batch+json' });
    expect(itemsIn(api).map(({ value }) => (value as { id: string }).id)).toEqual(['1', '2', '3']);
  });

  it('in binary form are read from the headers, with the body as data, of any type', async () => {
    const api = await start();
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': '1',
      'ce-type': 'deploy',
      'ce-source': '/ci%20west',
      'ce-k8snamespace': 'shop',
    };
    await api.send('cloudevents', '{"version":"5.2"}', { ...headers, ...JSON_TYPE });
    await api.send('cloudevents', '<done/>', { ...headers, 'content-type': 'application/xml' });
    const attributes = { specversion: '1.0', id: '1', type: 'deploy', source: '/ci west', k8snamespace: 'shop' };
    expect(itemsIn(api).map(({ value }) => value)).toEqual([
      { ...attributes, data: { version: '5.2' } },
      { ...attributes, data: '<done/>' },
    ]);
  });
});

describe('OTLP logs', () => {
  it('are answered as the protocol wants, in part or whole', async () => {
    const faults = [{ at: 'resourceLogs[0].scopeLogs[0].logRecords[1]', message: 'body: expected text' }];
    const api = await start([
      { kind: 'taken', taken: 2, dropped: {}, faults: [], notes: [] },
      { kind: 'taken', taken: 1, dropped: {}, faults, notes: [] },
      { kind: 'taken', taken: 2, dropped: {}, faults: [], notes: ['no room for that name'] },
    ]);
    const body = '{"resourceLogs":[]}';
    expect((await api.send('otlp/v1/logs', body, JSON_TYPE)).json).toEqual({});
    expect((await api.send('otlp/v1/logs', body, JSON_TYPE)).json).toEqual({
      partialSuccess: {
        rejectedLogRecords: '1',
        errorMessage: 'resourceLogs[0].scopeLogs[0].logRecords[1]: body: expected text',
      },
    });
    expect((await api.send('otlp/v1/logs', body, JSON_TYPE)).json).toEqual({
      partialSuccess: { rejectedLogRecords: '0', errorMessage: 'no room for that name' },
    });
  });
});

describe('an answer', () => {
  it('of 200 says what was taken, what was dropped and what was wrong', async () => {
    const faults = Array.from({ length: 150 }, (_, i) => ({
      at: `line ${i}`,
      message: 'reason: expected',
      excerpt: 'secret',
    }));
    const notes = ['no room for that name'];
    const api = await start([{ kind: 'taken', taken: 3, dropped: { 'made-by-tattle': 2 }, faults, notes }]);
    const { status, json } = await api.send('alertmanager', '{"alerts":[]}', JSON_TYPE);
    expect(status).toBe(200);
    expect(json).toMatchObject({ taken: 3, dropped: { 'made-by-tattle': 2 }, faulty: 150, notes });
    expect(json['faults']).toHaveLength(100);
    expect(JSON.stringify(json)).not.toContain('secret');
  });

  it.each([
    ['nothing can be read', { kind: 'unreadable', faults: [{ at: 'line 1', message: 'x' }] }, 400],
    ['there are too many', { kind: 'too-many', count: 6000, most: 5000 }, 413],
    ['all of it lies outside of the scope', { kind: 'outside' }, 403],
    ['it is not stored for sure', { kind: 'busy', why: 'the store is away', retryAfterMs: 7000 }, 503],
  ] as const)('where %s is %s', async (_, outcome, status) => {
    const api = await start([outcome]);
    const answer = await api.send('alertmanager', '{"alerts":[]}', JSON_TYPE);
    expect(answer.status).toBe(status);
    if (status === 503) expect(answer.headers['retry-after']).toBe('7');
  });

  it('to too many requests is 503, which Alertmanager tries again, and never 429', async () => {
    const api = await start([], 60);
    const statuses = new Set<number>();
    for (let i = 0; i < 70; i += 1) {
      const answer = await api.send('alertmanager', '{"alerts":[]}', JSON_TYPE);
      statuses.add(answer.status);
      if (answer.status === 503) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(statuses).toEqual(new Set([200, 503]));
    expect((await api.get('/api/v1/session')).status).toBe(429);
  });
});

it('takes what a reporter hands in, within their scope, and shows them nothing', async () => {
  const api = await start();
  const scope = [{ cluster: null, namespaces: ['shop'] }];
  const { secret } = await storedToken(api.accessStore, [{ role: 'reporter', scope }], { now: NOON });
  const authorization = `Bearer ${secret}`;
  expect((await api.send('events', '{}', { ...JSON_TYPE, authorization })).status).toBe(200);
  expect(api.reports.map(([, sender]) => sender)).toEqual([{ id: expect.stringMatching(/^token:/), scope }]);
  expect((await api.get('/api/v1/events', { authorization })).status).toBe(403);
  expect((await api.get('/api/v1/session', { authorization })).status).toBe(200);
});

it.each([
  ['viewer', 403],
  ['operator', 200],
  ['admin', 200],
] as const)('answers a %s with %s', async (role, status) => {
  const api = await start();
  const { secret } = await storedToken(api.accessStore, [{ role, scope: 'everything' }], { now: NOON });
  expect((await api.send('events', '{}', { ...JSON_TYPE, authorization: `Bearer ${secret}` })).status).toBe(status);
});

it('does what came with an Idempotency-Key once', async () => {
  const api = await start();
  const headers = { ...JSON_TYPE, 'idempotency-key': 'k1' };
  await api.send('events', '{"reason":"A"}', headers);
  const again = await api.send('events', '{"reason":"A"}', headers);
  expect([again.status, again.headers['idempotency-replayed']]).toEqual([200, 'true']);
  expect(api.reports).toHaveLength(1);
});
