import type { WireChannel, WireDelivery } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { historyOf, NOW, run } from './testing/run.ts';
import { Problem, Sequence, standingServer } from './testing/standing-server.ts';

const HOSTILE = '\u001b[2J\u009b1m\u202eevil\u200b\nops fake';
const OBEYED = /[^\n\P{Cc}]|\p{Bidi_Control}|[\u200b-\u200d\u2060\ufeff]/u;

function wireChannel(changes: Partial<WireChannel> = {}): WireChannel {
  return {
    name: 'ops',
    type: 'slack',
    origin: 'configuration',
    broken: null,
    state: 'ready',
    wants: ['opened', 'resolved'],
    lastDeliveredAt: '2026-11-21T11:55:00.000Z',
    lastFailure: null,
    ...changes,
  };
}

function wireDelivery(changes: Partial<WireDelivery> = {}): WireDelivery {
  return {
    id: '42',
    noticeId: 'msg_test_1',
    channel: 'ops',
    incidentId: null,
    incidentTitle: null,
    notice: 'test',
    status: 'pending',
    attempts: 0,
    createdAt: '2026-11-21T12:00:00.000Z',
    nextAttemptAt: '2026-11-21T12:00:00.000Z',
    deliveredAt: null,
    lastError: null,
    lastStatusCode: null,
    ...changes,
  };
}

describe('channel list', () => {
  const failure = { at: '2026-11-21T11:50:00.000Z', error: 'HTTP 500' };
  const items = [
    wireChannel(),
    wireChannel({ name: 'pager', state: 'failing', lastDeliveredAt: null, lastFailure: failure }),
  ];

  it('is a table of how each is doing, for programs whole, or names', async () => {
    const { url } = await standingServer({ 'GET /api/v1/channels': { items } });
    const list = (...more: string[]) => run(['channel', 'list', '--server', url, ...more]);
    expect((await list()).out.split('\n')).toEqual([
      'NAME    TYPE    STATE     LAST DELIVERED   LAST FAILURE',
      'ops     slack   ready     5m ago           ',
      'pager   slack   failing   never            10m ago: HTTP 500',
      '',
    ]);
    expect((await list('-o', 'wide')).out).toMatch(/LAST FAILURE +SET BY +WANTS\n.*configuration +opened,resolved\n/);
    expect(JSON.parse((await list('-o', 'json')).out)).toEqual(items);
    expect((await list('-o', 'name')).out).toBe('ops\npager\n');
  });

  it('says why one cannot send at all', async () => {
    const broken = wireChannel({ origin: 'runtime', broken: 'its token cannot be read: enter it again' });
    const { url } = await standingServer({ 'GET /api/v1/channels': { items: [broken] } });
    const { out } = await run(['channel', 'list', '--server', url]);
    expect(out).toMatch(/ops +slack +broken +5m ago +its token cannot be read: enter it again\n/);
  });

  it('says on a terminal that there is none, and shows nothing that one would obey', async () => {
    const none = await standingServer({ 'GET /api/v1/channels': { items: [] } });
    const { err } = await run(['channel', 'list', '--server', none.url], { terminal: true });
    expect(err).toBe('No channel is configured: nobody is told.\n');
    const hostile = wireChannel({
      name: HOSTILE,
      type: HOSTILE,
      broken: HOSTILE,
      lastFailure: { ...failure, error: HOSTILE },
    });
    const { url } = await standingServer({ 'GET /api/v1/channels': { items: [hostile] } });
    for (const form of ['table', 'wide', 'json', 'jsonl', 'yaml', 'name']) {
      const { out } = await run(['channel', 'list', '--server', url, '-o', form], { terminal: true });
      expect(out).not.toMatch(OBEYED);
      expect(out).not.toMatch(/^ops fake/m);
    }
  });
});

describe('channel test', () => {
  const deliveries = (...each: Partial<WireDelivery>[]) =>
    new Sequence(...each.map((changes) => ({ items: [wireDelivery(changes)], nextCursor: null, partial: false })));

  async function tested(seen: Sequence, args: readonly string[] = []) {
    const { url, asked } = await standingServer({
      'POST /api/v1/channels/ops/test': { delivery: '42' },
      'GET /api/v1/deliveries': seen,
    });
    let time = NOW;
    const now = () => (time += 50);
    return { ...(await run(['channel', 'test', 'ops', '--server', url, ...args], { now })), asked };
  }

  it('follows the delivery until it got there', async () => {
    const { code, out, asked } = await tested(
      deliveries({}, {}, { status: 'delivered', attempts: 1, nextAttemptAt: null }),
    );
    expect({ code, out }).toEqual({ code: 0, out: 'ops: delivered after 1 attempt\n' });
    expect(asked.map(({ question }) => question)).toEqual([
      'POST /api/v1/channels/ops/test',
      ...Array<string>(3).fill('GET /api/v1/deliveries'),
    ]);
    expect(asked[1]?.query).toBe('id=42&limit=1');
  });

  it.each([
    [
      'is given up',
      { status: 'dead', attempts: 1, lastError: 'HTTP 404: no such hook' },
      /^ops: given up after 1 attempt: HTTP 404: no such hook\n$/,
    ],
    ['is gone', { status: 'disabled', attempts: 1, lastError: 'HTTP 410' }, /HTTP 410.*tattle delivery replay 42/],
    [
      'fails, and is tried again later than anybody waits',
      { attempts: 2, lastError: 'HTTP 500', nextAttemptAt: '2026-11-21T12:05:00.000Z' },
      /^ops: not delivered after 2 attempts: HTTP 500, tried again in 4m\d+s\n$/,
    ],
  ] as const)('that %s ends with 5, and why', async (_what, seen, told) => {
    const { code, out, err } = await tested(deliveries(seen));
    expect({ code, err }).toEqual({ code: 5, err: '' });
    expect(out).toMatch(told);
  });

  it('that is still on its way in the end says so, and ends with 1', async () => {
    const { code, out, asked } = await tested(deliveries({}), ['--wait', '1s']);
    expect({ code, out }).toEqual({ code: 1, out: 'ops: still on its way\n' });
    expect(asked.length).toBeGreaterThan(2);
  });

  it('is the delivery as JSON, and refuses what is no channel', async () => {
    const { out } = await tested(deliveries({ status: 'delivered' }), ['-o', 'json']);
    expect(JSON.parse(out)).toMatchObject({ id: '42', status: 'delivered' });
    const { url, asked } = await standingServer({
      'POST /api/v1/channels/x/test': new Problem(404, 'There is no channel "x".'),
    });
    expect(await run(['channel', 'test', 'x', '--server', url])).toMatchObject({
      code: 1,
      err: expect.stringContaining('no channel "x"'),
    });
    expect((await run(['channel', 'test', '..', '--server', url])).code).toBe(2);
    expect((await run(['channel', 'test', 'x', '--wait', 'long', '--server', url])).code).toBe(2);
    expect(asked).toHaveLength(1);
  });

  it('needs a server that runs', async () => {
    const { opened } = historyOf([]);
    const { code, err } = await run(['channel', 'test', 'ops', '--data-dir', '.'], { opened });
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringContaining('no server runs that could tell anybody'),
    });
  });
});

describe('channel preview', () => {
  it('prints what would be sent: as it is, and laid out and harmless on a terminal', async () => {
    const body = `{"text":"opened","note":"\u202eevil"}`;
    const { url, asked } = await standingServer({
      'POST /api/v1/channels/ops/preview': { contentType: 'application/json', body },
    });
    const args = ['channel', 'preview', 'ops', '--server', url];
    expect((await run(args)).out).toBe(`${body}\n`);
    const { out } = await run([...args, '--incident', 'incident/3f2a', '--notice', 'resolved'], { terminal: true });
    expect(out).toBe('{\n  "text": "opened",\n  "note": "\\u202eevil"\n}\n');
    expect(asked.map(({ body: sent }) => sent)).toEqual([
      { notice: 'opened' },
      { notice: 'resolved', incident: '3f2a' },
    ]);
    expect((await run([...args, '--notice', 'reminder'])).code).toBe(2);
  });
});
