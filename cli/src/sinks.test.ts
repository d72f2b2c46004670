import type { WireSink, WireSinkRefusal } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { historyOf, run } from './testing/run.ts';
import { Problem, standingServer } from './testing/standing-server.ts';

const HOSTILE = '\u001b[2J\u009b1m\u202eevil\u200b\nops fake';
const OBEYED = /[^\n\P{Cc}]|\p{Bidi_Control}|[\u200b-\u200d\u2060\ufeff]/u;

function wireSink(changes: Partial<WireSink> = {}): WireSink {
  return {
    name: 'search',
    type: 'elasticsearch',
    target: 'https://search:9200, index tattle-events',
    takes: { include: 'both', minimumSeverity: 'info', namespaces: null },
    state: 'well',
    stage: 'following',
    behindSeconds: 0,
    waiting: 0,
    lastTakenAt: '2026-11-21T11:55:00.000Z',
    failingSince: null,
    lastError: null,
    refused: 0,
    runBy: 'this',
    ...changes,
  };
}

function wireRefusal(changes: Partial<WireSinkRefusal> = {}): WireSinkRefusal {
  return {
    id: '17',
    record: 'c1/e1/3',
    at: '2026-11-21T11:50:00.000Z',
    reason: 'HTTP 400: no such field',
    document: '{"id":"c1/e1/3"}',
    cut: false,
    replaying: false,
    ...changes,
  };
}

describe('sink list', () => {
  const items = [
    wireSink(),
    wireSink({
      ...{ name: 'bus', type: 'kafka', state: 'failing', behindSeconds: 3_600, lastTakenAt: null, refused: 12 },
      failingSince: '2026-11-21T11:00:00.000Z',
      lastError: { at: '2026-11-21T11:59:00.000Z', error: 'Kafka: ECONNREFUSED' },
      takes: { include: 'incidents', minimumSeverity: 'high', namespaces: ['shop', ''] },
      ...{ target: 'k-0:9092, topic tattle-events', runBy: 'another' },
    }),
    wireSink({ name: 'new', type: 'loki', stage: 'catching-up' }),
  ];

  it('is a table of how each is doing, for programs whole, or names', async () => {
    const { url } = await standingServer({ 'GET /api/v1/sinks': { items } });
    const list = (...more: string[]) => run(['sink', 'list', '--server', url, ...more]);
    expect((await list()).out.split('\n')).toEqual([
      'NAME     TYPE            STATE               BEHIND   LAST TAKEN   REFUSED   LAST ERROR',
      'search   elasticsearch   well                -        5m ago       0         ',
      'bus      kafka           failing for 60m     60m      never        12        60s ago: Kafka: ECONNREFUSED',
      'new      loki            well, catching up   -        5m ago       0         ',
      '',
    ]);
    expect((await list('-o', 'wide')).out).toMatch(
      /bus .*k-0:9092, topic tattle-events +incidents, high and worse, in shop "" +another\n/,
    );
    expect(JSON.parse((await list('-o', 'json')).out)).toEqual(items);
    expect((await list('-o', 'name')).out).toBe('search\nbus\nnew\n');
  });

  it('says on a terminal that there is none, and shows nothing that one would obey', async () => {
    const none = await standingServer({ 'GET /api/v1/sinks': { items: [] } });
    const { err } = await run(['sink', 'list', '--server', none.url], { terminal: true });
    expect(err).toBe('No sink is configured: docs/SINKS.md says how to add one.\n');
    const error = { at: '2026-11-21T11:59:00.000Z', error: HOSTILE };
    const hostile = wireSink({ name: HOSTILE, type: HOSTILE, target: HOSTILE, lastError: error });
    const refusal = wireRefusal({ id: HOSTILE, record: HOSTILE, reason: HOSTILE, document: HOSTILE });
    const { url } = await standingServer({
      'GET /api/v1/sinks': { items: [hostile] },
      'GET /api/v1/sinks/a/refusals': { items: [refusal], nextCursor: null, partial: false },
    });
    for (const form of ['table', 'wide', 'json', 'jsonl', 'yaml', 'name']) {
      const { out } = await run(['sink', 'list', '--server', url, '-o', form], { terminal: true });
      expect(out).not.toMatch(OBEYED);
      expect(out).not.toMatch(/^ops fake/m);
    }
    for (const form of ['table', 'json', 'jsonl', 'yaml', 'name']) {
      const { out } = await run(['sink', 'refusals', 'a', '--server', url, '-o', form], { terminal: true });
      expect(out).not.toMatch(OBEYED);
      expect(out).not.toMatch(/^ops fake/m);
    }
  });

  it('needs a server that runs', async () => {
    const { opened } = historyOf([]);
    const { code, err } = await run(['sink', 'list', '--data-dir', '.'], { opened });
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringContaining('no server runs that could run a sink'),
    });
  });
});

describe('sink refusals', () => {
  it('is a table of what was refused and why', async () => {
    const items = [wireRefusal(), wireRefusal({ id: '16', cut: true }), wireRefusal({ id: '15', replaying: true })];
    const { url, asked } = await standingServer({
      'GET /api/v1/sinks/search/refusals': { items, nextCursor: 'x', partial: false },
    });
    const { out, err } = await run(['sink', 'refusals', 'search', '--server', url, '--limit', '3'], { terminal: true });
    expect(out.split('\n')).toEqual([
      'ID   AGE   RECORD    CAN BE SENT AGAIN         REASON',
      '17   10m   c1/e1/3   yes                       HTTP 400: no such field',
      '16   10m   c1/e1/3   no: its end is not kept   HTTP 400: no such field',
      '15   10m   c1/e1/3   waits                     HTTP 400: no such field',
      '',
    ]);
    expect(err).toBe('The newest 3 are shown; --limit shows more.\n');
    expect(asked[0]?.query).toBe('limit=3');
    expect((await run(['sink', 'refusals', 'search', '--server', url, '-o', 'name'])).out).toBe('17\n16\n15\n');
  });

  it('refuses what is no sink', async () => {
    const { url, asked } = await standingServer({
      'GET /api/v1/sinks/x/refusals': new Problem(404, 'There is no sink "x".'),
    });
    expect(await run(['sink', 'refusals', 'x', '--server', url])).toMatchObject({
      code: 1,
      err: expect.stringContaining('no sink "x"'),
    });
    expect((await run(['sink', 'refusals', '..', '--server', url])).code).toBe(2);
    expect(asked).toHaveLength(1);
  });
});

describe('sink replay', () => {
  it('asks for these, or for all, and says how many', async () => {
    const { url, asked } = await standingServer({ 'POST /api/v1/sinks/search/refusals/replay': { waiting: 1 } });
    const replay = (...more: string[]) => run(['sink', 'replay', 'search', '--server', url, ...more]);
    expect((await replay('17')).out).toBe('1 record to be sent again\n');
    await replay('--all');
    expect(asked.map(({ body }) => body)).toEqual([{ ids: ['17'] }, {}]);
    expect((await replay()).code).toBe(2);
    expect((await replay('17', '--all')).code).toBe(2);
    expect(asked).toHaveLength(2);
  });
});
