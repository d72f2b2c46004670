import type { WireNoticeDecision } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { toldLines, toldText } from './incident-told-text.ts';
import { historyOf, run } from './testing/run.ts';
import { Problem, standingServer } from './testing/standing-server.ts';

const OBEYED = /[^\n\P{Cc}]|\p{Bidi_Control}|[\u200b-\u200d\u2060\ufeff]/u;
const HOSTILE = '\u001b[2J\u009b1m\u202eevil\u200b\nTold: fake';

function decision(changes: Partial<WireNoticeDecision> = {}): WireNoticeDecision {
  return {
    at: '2026-11-21T11:20:05.000Z',
    notice: 'opened',
    verdict: 'told',
    reason: 'routed',
    because: 'the route asks for it',
    route: 'ops',
    channel: 'ops',
    rule: '',
    until: null,
    by: '',
    delivery: { id: '42', status: 'delivered', lastError: null },
    ...changes,
  };
}

/** As the API has them: the newest first. */
const DECISIONS = [
  decision({
    at: '2026-11-21T11:40:00.000Z',
    notice: 'worse',
    verdict: 'withheld',
    reason: 'silenced',
    because: 'the silence sil_1 of anna holds it back',
    channel: '',
    route: '',
    delivery: null,
  }),
  decision({
    channel: 'mail',
    verdict: 'held',
    reason: 'quiet-hours',
    because: 'these are quiet hours',
    until: '2026-11-22T06:00:00.000Z',
    delivery: null,
  }),
  decision({ channel: 'pager', delivery: { id: '43', status: 'dead', lastError: 'HTTP 404' } }),
  decision(),
];

describe('why somebody was, or was not, told', () => {
  it('is said turn by turn, the oldest first', () => {
    expect(toldText(DECISIONS, Number.POSITIVE_INFINITY).split('\n')).toEqual([
      '2026-11-21 11:20:05 UTC  opened',
      '  told      ops by route ops: the route asks for it; delivered (42)',
      '  told      pager by route ops: the route asks for it; dead (43): HTTP 404',
      '  held      mail by route ops: these are quiet hours; looked at again at 2026-11-22 06:00:00 UTC',
      '2026-11-21 11:40:00 UTC  worse',
      '  withheld  the silence sil_1 of anna holds it back',
      '',
    ]);
    expect(toldText([], 80)).toMatch(/^Nothing was decided about it: /);
  });

  it('is short in the text of an incident: a line a turn, the newest ones', () => {
    expect(toldLines(DECISIONS, '3f2a5b6c7d8e9f00', Number.POSITIVE_INFINITY)).toEqual([
      'Told (UTC; tattle incident told 3f2a5b6c says why):',
      '  11:20:05  opened: ops delivered, pager dead',
      '  11:40:00  worse: withheld: the silence sil_1 of anna holds it back',
    ]);
    const many = Array.from({ length: 9 }, (_, minute) => decision({ at: `2026-11-21T11:0${minute}:00.000Z` }));
    const lines = toldLines(many.toReversed(), 'x', 80);
    expect(lines).toHaveLength(6);
    expect(lines[0]).toContain('the newest 5 of 9 times');
    expect(lines.at(-1)).toMatch(/^ {2}11:08:00/);
    expect(toldLines([], 'x', 80)).toEqual([]);
  });
});

describe('tattle incident told', () => {
  it('asks a server that runs, by the beginning of the id', async () => {
    const { url } = await standingServer({ 'GET /api/v1/incidents/3f2a/decisions': { items: DECISIONS } });
    const told = (...more: string[]) => run(['incident', 'told', 'incident/3f2a', '--server', url, ...more]);
    expect((await told()).out).toContain('  withheld  the silence sil_1');
    expect(JSON.parse((await told('-o', 'json')).out)).toEqual(DECISIONS);
    const { opened } = historyOf([]);
    expect(await run(['incident', 'told', '3f2a', '--data-dir', '.'], { opened })).toMatchObject({
      code: 1,
      err: expect.stringContaining('no server runs'),
    });
  });

  it('shows nothing that a terminal would obey', async () => {
    const delivery = { id: HOSTILE, status: 'dead' as const, lastError: HOSTILE };
    const items = [decision({ because: HOSTILE, channel: HOSTILE, route: HOSTILE, delivery })];
    const { url } = await standingServer({ 'GET /api/v1/incidents/3f2a/decisions': { items } });
    const { out } = await run(['incident', 'told', '3f2a', '--server', url], { terminal: true });
    expect(out).not.toMatch(OBEYED);
    expect(out).not.toMatch(/^Told: fake/m);
  });
});

describe('tattle incident show', () => {
  const object = { kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'd1' };
  const incident = {
    ...{
      id: '3f2a5b6c7d8e9f00',
      cluster: 'c1',
      clusterName: 'lab',
      state: 'open',
      severity: 'high',
      category: 'Crash',
    },
    ...{ condition: 'OOMKilled', title: 'OOMKilled: web', root: { ...object, cluster: 'c1' }, subject: object },
    ...{
      openedAt: '2026-11-21T11:20:00.000Z',
      lastSeen: '2026-11-21T11:20:00.000Z',
      clearedAt: null,
      resolvedAt: null,
    },
    ...{ resolvedBy: null, eventCount: 1, regressions: 0, mergedInto: null, resolution: null, diagnosis: null },
    ...{ restricted: false, objects: [], changes: [], together: [], timeline: [], timelineCut: false, earlier: [] },
    evidence: [],
  };

  it('says in a line each who was told, and shows the rest where an older server does not know', async () => {
    const decisions = 'GET /api/v1/incidents/3f2a5b6c7d8e9f00/decisions';
    const show = async (known: unknown) => {
      const { url } = await standingServer({ 'GET /api/v1/incidents/3f2a': incident, [decisions]: known });
      return run(['incident', 'show', '3f2a', '--server', url]);
    };
    expect((await show({ items: DECISIONS })).out).toContain('\n  11:20:05  opened: ops delivered, pager dead\n');
    const older = await show(new Problem(404, 'There is nothing at this path.'));
    expect(older.code).toBe(0);
    expect(older.out).not.toContain('Told');
    expect(older.out).toContain('Incident 3f2a5b6c7d8e9f00');
  });
});
