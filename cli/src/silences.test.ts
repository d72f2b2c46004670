import type { WireSilence } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { historyOf, run } from './testing/run.ts';
import { Problem, standingServer } from './testing/standing-server.ts';

const HOSTILE = '\u001b[2J\u009b1m\u202eevil\u200b\nsil_ fake';
const OBEYED = /[^\n\P{Cc}]|\p{Bidi_Control}|[\u200b-\u200d\u2060\ufeff]/u;
const ID = 'sil_3f2a5b6c-0000-4000-8000-000000000001';
const OTHER = 'sil_9c015b6c-0000-4000-8000-000000000002';

function wireSilence(changes: Partial<WireSilence> = {}): WireSilence {
  return {
    id: ID,
    state: 'active',
    matchers: ['namespace="shop"', 'severity>="high"'],
    startsAt: '2026-11-21T11:00:00.000Z',
    endsAt: '2026-11-21T14:00:00.000Z',
    expiredAt: null,
    createdBy: 'anna',
    createdAt: '2026-11-21T11:00:00.000Z',
    comment: 'load test',
    ...changes,
  };
}

const incident = {
  id: '3f2a5b6c7d8e9f00',
  clusterName: 'lab',
  severity: 'high',
  condition: 'CrashLoopBackOff',
  title: 'CrashLoopBackOff: Deployment shop/web',
  root: { kind: 'Deployment', namespace: 'shop', name: 'web "2"', uid: 'd1', cluster: 'c1' },
};
const outlook = { incidents: [incident], more: 0 };
const page = (...items: readonly WireSilence[]) => ({ items, nextCursor: null, partial: false });

describe('silence list', () => {
  const items = [
    wireSilence(),
    wireSilence({ id: OTHER, state: 'expired', expiredAt: '2026-11-21T11:30:00.000Z', comment: 'done' }),
  ];

  it('is a table, for programs JSON, lines of it, YAML or ids', async () => {
    const { url } = await standingServer({ 'GET /api/v1/silences': page(...items) });
    const list = (...more: string[]) => run(['silence', 'list', '--server', url, ...more]);
    expect((await list()).out.split('\n')).toEqual([
      'ID             STATE     ENDS      BY     MATCHERS                             COMMENT',
      'sil_3f2a5b6c   active    in 120m   anna   namespace="shop", severity>="high"   load test',
      'sil_9c015b6c   expired   30m ago   anna   namespace="shop", severity>="high"   done',
      '',
    ]);
    expect((await list('-o', 'wide', '--no-headers')).out).toContain(`${ID}   active    60m ago   in 120m`);
    expect(JSON.parse((await list('-o', 'json')).out)).toEqual(items);
    expect((await list('-o', 'jsonl')).out.trim().split('\n')).toHaveLength(2);
    expect((await list('-o', 'yaml')).out).toContain('comment: load test');
    expect((await list('-o', 'name')).out).toBe(`${ID}\n${OTHER}\n`);
  });

  it('asks for the states that are named, and says on a terminal that there is none', async () => {
    const { url, asked } = await standingServer({ 'GET /api/v1/silences': page() });
    const args = ['silence', 'list', '--server', url, '--state', 'active,expired'];
    expect(await run(args, { terminal: true })).toEqual({ code: 0, out: '', err: 'No silence matches.\n' });
    expect(asked.map(({ query }) => query)).toEqual(['limit=200&state=active&state=expired']);
    expect((await run([...args, '--state', 'loud'])).code).toBe(2);
  });

  it('shows nothing that a terminal would obey', async () => {
    const hostile = wireSilence({ id: HOSTILE, matchers: [HOSTILE], comment: HOSTILE, createdBy: HOSTILE });
    const { url } = await standingServer({ 'GET /api/v1/silences': page(hostile) });
    for (const form of ['table', 'wide', 'json', 'jsonl', 'yaml', 'name']) {
      const { out } = await run(['silence', 'list', '--server', url, '-o', form], { terminal: true });
      expect(out).not.toMatch(OBEYED);
      expect(out).not.toMatch(/^sil_ fake/m);
    }
  });
});

describe('silence add', () => {
  const answers = {
    'POST /api/v1/silences/preview': outlook,
    'POST /api/v1/silences': wireSilence(),
    'GET /api/v1/incidents/3f2a': incident,
  };
  const terms = ['--for', '1d2h', '--comment', 'load test'];

  it('makes it, and says what it holds back', async () => {
    const { url, asked } = await standingServer(answers);
    const args = ['silence', 'add', 'namespace=shop', 'severity>=high', ...terms, '--server', url];
    expect(await run(args)).toEqual({
      code: 0,
      out: `${ID} active until 2026-11-21 14:00:00 UTC: namespace="shop", severity>="high"\nholds back 1 open incident:\n  3f2a5b6c high CrashLoopBackOff: Deployment shop/web\n`,
      err: '',
    });
    const matchers = ['namespace=shop', 'severity>=high'];
    expect(asked.map(({ question, body }) => [question, body])).toEqual([
      ['POST /api/v1/silences/preview', { matchers }],
      ['POST /api/v1/silences', { matchers, forMinutes: 1560, comment: 'load test' }],
    ]);
    expect(JSON.parse((await run([...args, '-o', 'json'])).out)).toEqual({
      silence: wireSilence(),
      matchers,
      holdsBack: outlook,
    });
  });

  it('proposes the matchers of an incident, quoted as they are read', async () => {
    const { url, asked } = await standingServer(answers);
    const args = ['silence', 'add', '--incident', 'incident/3f2a', 'severity=low', '--server', url];
    await run([...args, '--until', '2026-11-22', '--start', '2026-11-21T18:00:00Z', '--comment', 'x']);
    expect(asked.at(-1)?.body).toEqual({
      matchers: [
        ...['cluster="lab"', 'namespace="shop"', 'kind="Deployment"', 'name="web \\"2\\""'],
        ...['condition="CrashLoopBackOff"', 'severity=low'],
      ],
      startsAt: '2026-11-21T18:00:00Z',
      endsAt: '2026-11-22T00:00:00Z',
      comment: 'x',
    });
  });

  it('of a dry run changes nothing, and needs neither an end nor a reason', async () => {
    const { url, asked } = await standingServer({
      ...answers,
      'POST /api/v1/silences/preview': { incidents: [], more: 0 },
    });
    const { code, out } = await run(['silence', 'add', 'namespace=shop', '--dry-run', '--server', url]);
    expect({ code, out }).toEqual({ code: 0, out: 'namespace=shop would hold back no open incident\n' });
    expect(asked.map(({ question }) => question)).toEqual(['POST /api/v1/silences/preview']);
  });

  it.each([
    [['namespace=shop', '--for', '1h'], '--comment'],
    [['namespace=shop', '--for', '1h', '--comment', ' '], '--comment'],
    [['namespace=shop', '--comment', 'x'], '--for 2h'],
    [['--for', '1h', '--comment', 'x'], '--incident'],
    [['a=b', '--for', '1h', '--until', '2026-11-22', '--comment', 'x'], 'exclude'],
    [['a=b', '--for', '90s', '--comment', 'x'], 'minutes'],
    [['a=b', '--for', 'soon', '--comment', 'x'], '45m'],
    [['a=b', '--until', '2h', '--comment', 'x'], 'no moment'],
  ])('%j is a usage error, and nothing is asked', async (args, mend) => {
    const { url, asked } = await standingServer(answers);
    const { code, out, err } = await run(['silence', 'add', ...args, '--server', url]);
    expect({ code, out, asked }).toEqual({ code: 2, out: '', asked: [] });
    expect(err).toContain(mend);
  });

  it('says which matcher is wrong', async () => {
    const wrong = new Problem(400, 'matchers[0] nam is nothing that is known of an incident; did you mean name?');
    const { url } = await standingServer({ 'POST /api/v1/silences/preview': wrong });
    const { code, err } = await run(['silence', 'add', 'nam=x', ...terms, '--server', url]);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('did you mean name?') });
  });

  it('needs a server that runs', async () => {
    const { opened, asked } = historyOf([]);
    const { code, err } = await run(['silence', 'add', 'a=b', ...terms, '--data-dir', '.'], { opened });
    expect({ code, asked }).toEqual({ code: 1, asked: [] });
    expect(err).toContain('no server runs that would heed a silence');
  });
});

describe('silence end', () => {
  const answers = {
    'GET /api/v1/silences': page(wireSilence(), wireSilence({ id: OTHER })),
    [`DELETE /api/v1/silences/${ID}`]: wireSilence({ state: 'expired' }),
  };

  it('takes ids whole or cut short, and goes on after one that cannot be ended', async () => {
    const { url, asked } = await standingServer(answers);
    const end = (...ids: string[]) => run(['silence', 'end', ...ids, '--server', url]);
    const ended = `${ID} ended: namespace="shop", severity>="high"\n`;
    expect(await end(ID)).toEqual({ code: 0, out: ended, err: '' });
    expect(asked).toHaveLength(1);
    const both = await end('9c01', 'sil_3f2a');
    expect(both).toMatchObject({ code: 1, out: ended, err: expect.stringContaining(`${OTHER}: Nothing is at`) });
  });

  it('refuses what names none, several, or no id', async () => {
    const { url, asked } = await standingServer(answers);
    const end = (id: string) => run(['silence', 'end', id, '--server', url]);
    expect(await end('none')).toMatchObject({ code: 1, err: expect.stringContaining('there is no silence none') });
    expect(await end('sil_')).toMatchObject({ code: 1, err: expect.stringContaining('2 silences begin with sil_') });
    for (const id of ['', '..']) expect((await end(id)).code).toBe(2);
    expect(asked.every(({ question }) => question.startsWith('GET'))).toBe(true);
  });
});
