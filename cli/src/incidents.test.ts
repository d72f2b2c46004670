import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WireIncident, WireIncidentView } from '@tattle/contract';
import { openHistory, replay, runningServer } from '@tattle/server';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { OpenedHistory } from './engine.ts';
import { incidentText } from './incident-text.ts';
import { wrapped } from './incident-lines.ts';
import { NOW, run, UNWATCHED } from './testing/run.ts';

const here = ['--data-dir', '.'];
const deployment = { kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'd1' };
const pod = { kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'p1' };
/** What a terminal obeys, but for the ends of our own lines. */
const OBEYED = /[^\n\P{Cc}]|\p{Bidi_Control}|[\u200b-\u200d\u2060\ufeff]/u;
const HOSTILE = '\u001b[2J\u009b1m\u202eevil\u200b\nCrashLoopBackOff: fake\r\u0007';

function wireIncident(changes: Partial<WireIncident> = {}): WireIncident {
  return {
    id: '3f2a5b6c7d8e9f00',
    cluster: 'c1',
    clusterName: 'lab',
    state: 'open',
    severity: 'high',
    category: 'Crash',
    condition: 'CrashLoopBackOff',
    title: 'CrashLoopBackOff: Deployment shop/web',
    root: { ...deployment, cluster: 'c1' },
    subject: pod,
    openedAt: '2026-11-21T11:20:00.000Z',
    lastSeen: '2026-11-21T11:57:00.000Z',
    clearedAt: null,
    resolvedAt: null,
    resolvedBy: null,
    eventCount: 12,
    regressions: 0,
    mergedInto: null,
    resolution: null,
    restricted: false,
    diagnosis: {
      cause: 'missing-configuration',
      confidence: 0.95,
      explanation: 'Container web ended with exit code 1: the variable DATABASE_URL is missing.',
      citations: [{ evidenceId: 'v1', text: 'FATAL: DATABASE_URL is not set' }],
      by: 'log-signs',
      at: '2026-11-21T11:20:01.000Z',
      nextSteps: ['Set DATABASE_URL in the env of container web.'],
      commands: ['kubectl -n shop logs web-1 -c web --previous --tail=50'],
      also: [],
    },
    ...changes,
  };
}

function view(changes: Partial<WireIncidentView> = {}): WireIncidentView {
  return {
    ...wireIncident(),
    objects: [],
    changes: [],
    together: [],
    timeline: [],
    timelineCut: false,
    earlier: [],
    ...changes,
  };
}

/** Answers lists with these, one of them by its id, and acts with the first. */
function incidentsOf(items: readonly WireIncidentView[]) {
  const asked: { method: string; path: string; query: URLSearchParams; body: unknown }[] = [];
  const opened: OpenedHistory = {
    async request(method, path, body) {
      const url = new URL(path, 'http://localhost');
      asked.push({ method, path: url.pathname, query: url.searchParams, body });
      const [, id] = /^\/api\/v1\/incidents\/([^/]*)/.exec(url.pathname) ?? [];
      const found = items.find((item) => item.id.startsWith(decodeURIComponent(id ?? 'none')));
      if (method === 'POST') return { status: 200, body: JSON.stringify({ incidents: items.slice(0, 1) }) };
      if (id !== undefined && found === undefined) {
        const problem = { detail: 'No incident has the id.', hint: '/api/v1/incidents lists them.', requestId: 'r1' };
        return { status: 404, body: JSON.stringify(problem) };
      }
      if (found !== undefined) return { status: 200, body: JSON.stringify({ ...found, evidence: [] }) };
      const start = Number(url.searchParams.get('cursor') ?? 0);
      const end = start + Number(url.searchParams.get('limit'));
      const nextCursor = end < items.length ? String(end) : null;
      return { status: 200, body: JSON.stringify({ items: items.slice(start, end), nextCursor, partial: false }) };
    },
    close: async () => {},
  };
  return { opened, asked };
}

const told = (incident: WireIncidentView, width = Number.POSITIVE_INFINITY) =>
  incidentText(incident, { now: NOW, whole: true, width });

describe('incident list', () => {
  const list = ['incident', 'list', ...here];
  const node = { kind: 'Node', namespace: '', name: 'node-1', uid: 'n1', cluster: 'c1' };
  const { opened } = incidentsOf([view(), view({ id: '9c01000000000000', root: node, diagnosis: null })]);

  it('is a table of what is open, with the cause where it is known', async () => {
    expect((await run(list, { opened })).out.split('\n')).toEqual([
      'ID         AGE   STATE   SEVERITY   CONDITION          OBJECT                CAUSE',
      '3f2a5b6c   40m   open    high       CrashLoopBackOff   shop/deployment/web   missing-configuration',
      '9c010000   40m   open    high       CrashLoopBackOff   node/node-1           ',
      '',
    ]);
    expect((await run([...list, '--no-headers'], { opened })).out).toMatch(/^3f2a5b6c/);
    expect((await run([...list, '-o', 'wide'], { opened })).out).toMatch(
      /EVENTS {3}CLUSTER {3}EXPLANATION\n.* {3}12 {7}lab {7}Container web ended with exit code 1/,
    );
  });

  it('is JSON with all that is known, lines of it, or names', async () => {
    const { opened: asking, asked } = incidentsOf([view(), view({ id: '9c01000000000000' })]);
    expect(JSON.parse((await run([...list, '-o', 'json'], { opened: asking })).out)).toHaveLength(2);
    const { out } = await run([...list, '-o', 'jsonl'], { opened: asking });
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: string }).id),
    ).toHaveLength(2);
    expect(asked.map(({ query }) => query.get('view'))).toEqual(['full', 'full']);
    expect((await run([...list, '-o', 'name'], { opened: asking })).out).toBe(
      'incident/3f2a5b6c7d8e9f00\nincident/9c01000000000000\n',
    );
    expect(asked.at(-1)?.query.get('view')).toBeNull();
  });

  it('asks the API for what its flags say', async () => {
    const { opened: asking, asked } = incidentsOf([]);
    await run(list, { opened: asking });
    await run([...list, '--all', '-n', 'a,b', '-n', 'c', '--severity', 'high,low', '--limit', '7'], { opened: asking });
    expect(asked.map(({ query }) => query.toString())).toEqual([
      'state=open&state=acknowledged&state=regressed&limit=100',
      'namespace=a&namespace=b&namespace=c&severity=high&severity=low&limit=7',
    ]);
  });

  it('goes from page to page up to its limit, and says on a terminal when there are more', async () => {
    const many = Array.from({ length: 250 }, (_, index) => view({ id: String(index).padStart(16, '0') }));
    const { opened: asking, asked } = incidentsOf(many);
    const { out, err } = await run([...list, '-o', 'name', '--limit', '220'], { opened: asking, terminal: true });
    expect(new Set(out.trim().split('\n')).size).toBe(220);
    expect(asked.map(({ query }) => query.get('limit'))).toEqual(['100', '100', '20']);
    expect(err).toBe(`${UNWATCHED}The newest 220 are shown; --limit shows more.\n`);
  });

  it('is an empty table or array where there is none, with a hint on a terminal only', async () => {
    const empty = incidentsOf([]).opened;
    expect(await run(list, { opened: empty })).toEqual({ code: 0, out: '', err: '' });
    expect((await run([...list, '-o', 'json'], { opened: empty })).out).toBe('[]\n');
    const hint = async (...flags: string[]) => (await run([...list, ...flags], { opened: empty, terminal: true })).err;
    expect(await hint()).toBe(`${UNWATCHED}Nothing is broken.\n`);
    expect(await hint('--all')).toBe(`${UNWATCHED}No incident is stored.\n`);
    expect(await hint('-n', 'shop')).toBe(`${UNWATCHED}No incident matches.\n`);
  });

  it.each([
    [['--limit', '0'], 'from 1 to'],
    [['-o', 'csv'], 'table, wide, json'],
    [['-n', ','], 'empty'],
    [['surplus'], 'too many arguments'],
    [['--state', 'open'], 'unknown option'],
  ])('%j is a usage error that says how to mend it', async (flags, mend) => {
    const { code, out, err } = await run([...list, ...flags], { opened });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(mend);
  });
});

describe('incident show and why', () => {
  it('tell the cause first, then what proves it, what changed, what to do', async () => {
    const incident = view({
      changes: [
        {
          at: '2026-11-21T11:19:40.000Z',
          object: deployment,
          summary: 'env DATABASE_URL removed',
          diff: [],
          revision: 5,
        },
      ],
      earlier: [
        { id: 'x', openedAt: '2026-11-01T08:00:00.000Z', resolvedAt: '2026-11-01T09:00:00.000Z', resolution: null },
        { id: 'y', openedAt: '2026-10-01T08:00:00.000Z', resolvedAt: null, resolution: 'rolled back' },
      ],
    });
    const { opened } = incidentsOf([incident]);
    const { code, out } = await run(['why', '3f2a', ...here], { opened });
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'CrashLoopBackOff: Deployment shop/web',
      '  high, open for 40m, since 2026-11-21 11:20:00 UTC',
      'Why: Container web ended with exit code 1: the variable DATABASE_URL is missing.',
      '  missing-configuration (sure), by these words:',
      '  > FATAL: DATABASE_URL is not set',
      'Changed:',
      '  11:19:40, 20s before  Deployment shop/web: env DATABASE_URL removed',
      'Last time: 2026-11-01 08:00:00 UTC; at 2026-10-01 08:00:00 UTC it was fixed by: rolled back',
      'Next:',
      '  - Set DATABASE_URL in the env of container web.',
      'Look with:',
      '  kubectl -n shop logs web-1 -c web --previous --tail=50',
      'Incident 3f2a5b6c7d8e9f00, 12 events, cluster lab',
      '',
    ]);
  });

  it('why without an id tells everything that is open, and that there is more', async () => {
    const { opened, asked } = incidentsOf([view(), view({ id: '9c01000000000000', title: 'OOMKilled: Deployment b' })]);
    const { out } = await run(['why', ...here, '-n', 'shop'], { opened });
    expect(out.split('\n\n').map((text) => text.split('\n')[0])).toEqual([
      'CrashLoopBackOff: Deployment shop/web',
      'OOMKilled: Deployment b',
    ]);
    expect(asked[0]?.query.toString()).toBe(
      'view=full&limit=50&state=open&state=acknowledged&state=regressed&namespace=shop',
    );
    const many = incidentsOf(Array.from({ length: 51 }, () => view()));
    expect((await run(['why', ...here], { opened: many.opened, terminal: true })).err).toContain('newest 50');
    const none = incidentsOf([]).opened;
    expect(await run(['why', ...here], { opened: none })).toEqual({ code: 0, out: '', err: '' });
    expect((await run(['why', ...here], { opened: none, terminal: true })).err).toBe(
      `${UNWATCHED}Nothing is broken.\n`,
    );
  });

  it('show comes as JSON, too, with its evidence', async () => {
    const { opened } = incidentsOf([view()]);
    const { out } = await run(['incident', 'show', '3f2a5b6c', ...here, '-o', 'json'], { opened });
    expect(JSON.parse(out)).toEqual({ ...view(), evidence: [] });
  });

  it.each([
    [{}, 'high, open for 40m, since 2026-11-21 11:20:00 UTC'],
    [{ regressions: 1, state: 'regressed' }, 'UTC, came back once'],
    [{ regressions: 3 }, 'came back 3 times'],
    [{ state: 'acknowledged' }, 'UTC, acknowledged'],
    [
      {
        state: 'acknowledged',
        timeline: [{ at: '2026-11-21T11:30:00.000Z', kind: 'acknowledged', by: 'anna', text: '', object: null }],
      },
      'UTC, acknowledged by anna',
    ],
    [
      { state: 'resolved', resolvedAt: '2026-11-21T11:25:00.000Z', resolvedBy: 'tattle' },
      'high, resolved after 5m, at 2026-11-21 11:25:00 UTC',
    ],
    [
      { state: 'resolved', resolvedAt: '2026-11-21T11:25:00.000Z', resolvedBy: 'anna', resolution: 'more memory' },
      'high, resolved by anna after 5m, at 2026-11-21 11:25:00 UTC\n  fixed by: more memory',
    ],
    [{ mergedInto: '9c01' }, 'high, merged into 9c01, where it goes on: tattle incident show 9c01'],
    [{ mergedInto: '9c01', eventCount: 0 }, '\nIncident 3f2a5b6c7d8e9f00, cluster lab\n'],
    [{ diagnosis: null }, 'Why: not known yet: its evidence was not looked at'],
    [{ eventCount: 1 }, '1 event, cluster lab'],
  ] satisfies [Partial<WireIncidentView>, string][])('%j reads as %j', (changes, text) => {
    expect(told(view(changes))).toContain(text);
  });

  it('tells in its timeline once what came again and again, and who did what', () => {
    const entry = (time: string, kind: string, by: string, text: string) =>
      ({ at: `2026-11-${time}.000Z`, kind, by, text, object: null }) as WireIncidentView['timeline'][number];
    const again = 'BackOff: Back-off restarting failed container';
    const timeline = [
      entry('20T23:59:58', 'event', 'kubelet', again),
      entry('20T23:59:58', 'opened', 'tattle', 'Back-off'),
      entry('20T23:59:59', 'event', 'kubelet', again),
      entry(
        '20T23:59:59',
        'diagnosed',
        'tattle',
        `missing-configuration: ${wireIncident().diagnosis?.explanation ?? ''}`,
      ),
      entry('21T00:00:02', 'event', 'kubelet', again),
      entry('21T00:00:03', 'acknowledged', 'anna', ''),
      entry('21T00:00:04', 'note', 'anna', 'it is the cache'),
      entry('21T00:00:04', 'merged', 'anna', 'anna merged OOMKilled: Pod b into it'),
      entry('21T00:00:05', 'cleared', 'tattle', 'it is over'),
      entry('21T00:00:06', 'event', 'kubelet', again),
    ];
    const lines = told(view({ timeline })).split('\n');
    expect(lines.slice(lines.indexOf('Timeline (UTC):'))).toEqual([
      'Timeline (UTC):',
      '  2026-11-20',
      `  23:59:58  event         kubelet: ${again} (3 times, until 2026-11-21 00:00:02)`,
      '  23:59:58  opened        Back-off',
      '  23:59:59  diagnosed     missing-configuration, as said above',
      '  2026-11-21',
      '  00:00:03  acknowledged  by anna',
      '  00:00:04  note          anna: it is the cache',
      '  00:00:04  merged        anna merged OOMKilled: Pod b into it',
      '  00:00:05  cleared       it is over',
      `  00:00:06  event         kubelet: ${again}`,
      'Incident 3f2a5b6c7d8e9f00, 12 events, cluster lab',
      '',
    ]);
  });

  it('names ten objects and counts the rest', () => {
    const objects = Array.from({ length: 12 }, (_, index) => ({ ...pod, name: `web-${index}` }));
    expect(told(view({ objects }))).toMatch(/Objects \(12\):\n {2}Pod shop\/web-0\n[^]*web-9\n {2}and 2 more\n/);
  });

  it('keep to the width of a terminal, but for what is pasted', () => {
    const long = 'It waits for the cache. '.repeat(20).trim();
    const diagnosis = wireIncident().diagnosis;
    if (diagnosis === null) throw new Error('it has one');
    const incident = view({
      diagnosis: {
        ...diagnosis,
        explanation: long,
        nextSteps: [long],
        commands: [`kubectl ${'-n shop '.repeat(20)}`],
        citations: [{ evidenceId: 'v', text: 'x'.repeat(50_000) }],
        also: [{ cause: 'other', confidence: 0.5, explanation: long, citations: [] }],
      },
    });
    const lines = told(incident, 80).split('\n');
    const wide = lines.filter((line) => line.length > 80);
    expect(wide).toHaveLength(2);
    expect(wide[0]).toMatch(/^ {2}> x{600}…$/);
    expect(wide[1]).toMatch(/^ {2}kubectl/);
    expect(lines.filter((line) => line.startsWith('  > '))).toHaveLength(1);
    expect(lines).toContain('  also other');
    expect(wrapped('  - ', 'a b', 5)).toEqual(['  - a', '    b']);
  });

  it('show nothing that a terminal would obey', async () => {
    const diagnosis = wireIncident().diagnosis;
    const object = { kind: HOSTILE, namespace: HOSTILE, name: HOSTILE, uid: HOSTILE };
    const at = '2026-11-21T11:20:00.000Z';
    const hostile = view({
      title: HOSTILE,
      clusterName: HOSTILE,
      condition: HOSTILE,
      root: { ...object, cluster: HOSTILE },
      resolution: HOSTILE,
      state: 'resolved',
      resolvedAt: at,
      resolvedBy: HOSTILE,
      objects: [object],
      changes: [{ at, object, summary: HOSTILE, diff: [], revision: null }],
      together: ['a', 'b'].map((rule) => ({
        condition: HOSTILE,
        root: object,
        severity: 'high',
        firstSeen: at,
        lastSeen: at,
        clearedAt: null,
        eventCount: 1,
        rule: rule + HOSTILE,
        because: HOSTILE,
      })),
      timeline: [{ at, kind: 'note', by: HOSTILE, text: HOSTILE, object: null }],
      earlier: [{ id: HOSTILE, openedAt: at, resolvedAt: null, resolution: HOSTILE }],
      diagnosis: diagnosis && {
        ...diagnosis,
        cause: HOSTILE,
        explanation: HOSTILE,
        citations: [{ evidenceId: HOSTILE, text: HOSTILE }],
        nextSteps: [HOSTILE],
        commands: [HOSTILE],
        also: [{ cause: HOSTILE, explanation: `${HOSTILE} too`, confidence: 0.5, citations: [] }],
      },
    });
    const { opened } = incidentsOf([hostile]);
    const forms = ['table', 'wide', 'json', 'jsonl', 'name'].map((form) => ['incident', 'list', '-o', form]);
    for (const command of [
      ...forms,
      ['incident', 'show', '3f2a'],
      ['incident', 'show', '3f2a', '-o', 'json'],
      ['why'],
      ['incident', 'ack', '3f2a'],
      ['incident', 'ack', '3f2a', '-o', 'json'],
    ]) {
      for (const terminal of [true, false]) {
        const { code, out, err } = await run([...command, ...here], { opened, terminal });
        expect({ command, code, err: err.replace(UNWATCHED, '') }).toEqual({ command, code: 0, err: '' });
        expect(out).not.toMatch(OBEYED);
        expect(out).not.toMatch(/^CrashLoopBackOff: fake/m);
      }
    }
  });
});

describe('names of incidents', () => {
  it('as lists print them are taken by every command', async () => {
    const { opened, asked } = incidentsOf([view({})]);
    const [name = ''] = (await run(['incident', 'list', '-o', 'name', ...here], { opened })).out.split('\n');
    expect(name).toMatch(/^incident\/.+/);
    const commands = [['why'], ['diagnose'], ['incident', 'show'], ['incident', 'ack']];
    for (const command of commands) await run([...command, name, ...here], { opened });
    const id = name.slice('incident/'.length);
    expect(asked.slice(1).map(({ path }) => path)).toEqual([
      ...Array<string>(3).fill(`/api/v1/incidents/${id}`),
      `/api/v1/incidents/${id}/acknowledge`,
    ]);
  });

  it('that nobody knows are told with the command that lists them', async () => {
    const hint = '/api/v1/incidents lists them.';
    const body = JSON.stringify({ detail: 'No incident has the id "zz".', hint, requestId: 'r' });
    const opened = { request: async () => ({ status: 404, body }), close: async () => {} };
    expect(await run(['why', 'zz', ...here], { opened })).toEqual({
      code: 1,
      out: '',
      err: 'tattle: No incident has the id "zz".\ntattle incident list --all lists them.\n',
    });
  });
});

describe('all namespaces', () => {
  it.each([[['why']], [['incident', 'list']], [['timeline']]])(
    'are what tattle %s tells of, also by -A',
    async (command) => {
      const asked: string[] = [];
      const opened = {
        request: async (_method: string, path: string) => {
          asked.push(path);
          return { status: 200, body: '{"items":[],"nextCursor":null,"partial":false}' };
        },
        close: async () => {},
      };
      expect((await run([...command, '-A', ...here], { opened })).code).toBe(0);
      expect(asked).toHaveLength(1);
      expect(asked[0]).not.toContain('namespace');
      expect((await run([...command, '-A', '-n', 'shop', ...here], { opened })).code).toBe(2);
      expect(asked).toHaveLength(1);
    },
  );
});

describe('what people do', () => {
  it.each([
    [['ack', '3f2a'], '3f2a/acknowledge', { text: '' }],
    [['ack', '3f2a', '-m', 'looking at it'], '3f2a/acknowledge', { text: 'looking at it' }],
    [['resolve', '3f2a'], '3f2a/resolve', { text: '' }],
    [['note', '3f2a', '-m', 'a, b'], '3f2a/note', { text: 'a, b' }],
    [['unmerge', '3f2a', '-m', 'two'], '3f2a/unmerge', { text: 'two' }],
    [['merge', '3f2a', '9c01', 'aa', '-m', 'one'], '3f2a/merge', { incidents: ['9c01', 'aa'], text: 'one' }],
    [
      ['split', '3f2a', '--object', 'Deployment/a,Pod/b', '--object', 'x/Pod/c', '-m', 'two'],
      '3f2a/split',
      { objects: ['Deployment/a', 'Pod/b', 'x/Pod/c'], conditions: [], text: 'two' },
    ],
    [
      ['split', '3f2a', '--condition', 'OOMKilled', '-m', 'two'],
      '3f2a/split',
      { objects: [], conditions: ['OOMKilled'], text: 'two' },
    ],
    [['ack', '../../config'], '..%2F..%2Fconfig/acknowledge', { text: '' }],
  ])('%j is sent to the API, and what changed is printed', async (command, path, body) => {
    const { opened, asked } = incidentsOf([view({ state: 'acknowledged' })]);
    const line = '3f2a5b6c7d8e9f00 acknowledged: CrashLoopBackOff: Deployment shop/web\n';
    expect(await run(['incident', ...command, ...here], { opened })).toEqual({ code: 0, out: line, err: '' });
    expect(asked).toMatchObject([{ method: 'POST', path: `/api/v1/incidents/${path}`, body }]);
    const { out } = await run(['incident', ...command, ...here, '-o', 'json'], { opened });
    expect(JSON.parse(out)).toMatchObject([{ id: '3f2a5b6c7d8e9f00' }]);
  });

  it.each([
    [['note', '3f2a'], '--message'],
    [['unmerge', '3f2a'], '--message'],
    [['merge', '3f2a', '9c01'], '--message'],
    [['merge', '3f2a', '-m', 'x'], 'others'],
    [['split', '3f2a', '--object', 'Pod/a'], '--message'],
    [['split', '3f2a', '-m', 'x'], '--object KIND/NAME'],
    [['split', '3f2a', '--object', ',', '-m', 'x'], 'empty'],
    [['ack'], "'id'"],
    [['ack', ''], 'no id'],
    [['show', '..'], 'no id'],
    [['ack', 'a', 'b'], 'too many arguments'],
    [['resolved', '3f2a'], 'Did you mean resolve?'],
  ])('%j is a usage error, and nothing is sent', async (command, mend) => {
    const { opened, asked } = incidentsOf([view()]);
    const { code, out, err } = await run(['incident', ...command, ...here], { opened });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(mend);
    expect(asked).toEqual([]);
  });

  it('has a help with examples', async () => {
    const { code, out } = await run(['incident', '--help']);
    expect(code).toBe(0);
    expect(out).toContain('Examples:');
    expect((await run(['incident', 'merge', '--help'])).out).toContain('the one that stays');
  });
});

describe('against a server', () => {
  async function serverOf(status: number, body: object, seen: unknown[] = []): Promise<string> {
    const server: Server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        seen.push({
          url: request.url,
          token: request.headers.authorization,
          body: text === '' ? null : JSON.parse(text),
        });
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const env = { TATTLE_TOKEN: 'right' };
  const problem = (detail: string) => ({ detail, hint: 'Mend it so.', requestId: 'r1' });

  it('acts go there, with the token', async () => {
    const seen: unknown[] = [];
    const server = await serverOf(200, { incidents: [wireIncident({ state: 'resolved' })] }, seen);
    const { out } = await run(['incident', 'resolve', '3f2a', '-m', 'done', '--server', server], { env });
    expect(out).toBe('3f2a5b6c7d8e9f00 resolved: CrashLoopBackOff: Deployment shop/web\n');
    expect(seen).toEqual([{ url: '/api/v1/incidents/3f2a/resolve', token: 'Bearer right', body: { text: 'done' } }]);
  });

  it.each([
    [404, 1],
    [409, 1],
    [503, 1],
    [400, 2],
  ])('a %i is told with its mend, and exits %i', async (status, code) => {
    const server = await serverOf(status, problem(`It is so.\u001b[31m`));
    for (const command of [['incident', 'ack', '3f2a'], ['incident', 'show', '3f2a'], ['why'], ['incident', 'list']]) {
      expect(await run([...command, '--server', server], { env })).toEqual({
        code,
        out: '',
        err: 'tattle: It is so.\\x1b[31m\nMend it so.\n',
      });
    }
  });

  it('a refused token and a server that is not there exit as for every command', async () => {
    const server = await serverOf(401, {});
    expect(await run(['why', '--server', server], { env })).toMatchObject({ code: 4 });
    expect(await run(['incident', 'ack', '3f2a', '--server', 'http://127.0.0.1:1'])).toMatchObject({ code: 3 });
  });
});

describe('over a replayed recording', () => {
  const RECORDING = fileURLToPath(new URL('../../examples/story', import.meta.url));
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tattle-cli-'));
    await replay({
      directory: RECORDING,
      overrides: { 'filter.namespaces': 'all', 'log.level': 'silent', dataDir },
      env: {},
      signal: new AbortController().signal,
      out: process.stderr,
    });
  }, 120_000);
  afterAll(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));

  const tattle = (...args: string[]) =>
    run([...args, '--data-dir', dataDir], { engine: { openHistory, runningServer } });
  const open = async () => {
    const { out } = await tattle('incident', 'list', '-o', 'json');
    return JSON.parse(out) as readonly WireIncidentView[];
  };
  const all = async () => {
    const { out } = await tattle('incident', 'list', '--all', '-o', 'json');
    return JSON.parse(out) as readonly WireIncidentView[];
  };

  it('is read, acted upon and read again', { timeout: 120_000 }, async () => {
    const before = await all();
    const login = before.find(({ root }) => root.name === 'login');
    expect((await tattle('why', login?.id.slice(0, 8) ?? '')).out).toMatch(
      /^CrashLoopBackOff: Deployment accounts\/login\n[^]*Why: [^]*TOKEN_TTL[^]*\n {2}> /,
    );
    const [north, south] = await open();
    if (north === undefined || south === undefined) throw new Error('two are open at the end of the story');
    const why = await tattle('why');
    expect(why.out).toContain(north.title);
    expect(why.out).toContain(south.title);

    expect((await tattle('incident', 'ack', north.id.slice(0, 6), '-m', 'looking')).code).toBe(0);
    expect((await tattle('incident', 'note', north.id, '-m', 'it is the port')).code).toBe(0);
    const shown = await tattle('incident', 'show', north.id);
    expect(shown.out).toContain(', acknowledged by command line');
    expect(shown.out).toContain('it is the port');

    const merged = await tattle('incident', 'merge', north.id, south.id, '-m', 'a pair');
    const [kept = '', gone = ''] = merged.out.split('\n');
    expect(kept).toContain(`${north.id} acknowledged: `);
    expect(gone).toBe(`${south.id} merged into ${north.id}: ${south.title}`);
    const [one, ...others] = await open();
    expect(others).toEqual([]);
    expect(one?.eventCount).toBe(north.eventCount + south.eventCount);
    const events = await tattle('events', '-q', `incident:${north.id}`, '-o', 'name', '--limit', '1000');
    expect(events.code).toBe(0);
    expect((await tattle('incident', 'show', south.id)).out).toContain(`merged into ${north.id}`);

    const refused = await tattle('incident', 'resolve', south.id);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain(`merged into ${north.id}`);
    expect((await tattle('incident', 'unmerge', south.id, '-m', 'no pair')).code).toBe(0);
    expect((await open()).map(({ id, eventCount }) => [id, eventCount])).toEqual(
      [north, south].map(({ id, eventCount }) => [id, eventCount]),
    );

    expect((await tattle('incident', 'merge', north.id, south.id, '-m', 'a pair')).code).toBe(0);
    const split = await tattle('incident', 'split', north.id, '--object', 'pair/Deployment/south', '-m', 'no');
    expect(split.out).toContain('Deployment pair/south');
    const [part = ''] = split.out.split(' ');
    const nothing = await tattle('incident', 'split', part, '--object', 'Deployment/none', '-m', 'no');
    expect(nothing).toMatchObject({ code: 1, err: expect.stringContaining('Nothing in it is about that') });

    expect((await tattle('incident', 'resolve', part, '-m', 'made the ConfigMap')).out).toContain(`${part} resolved`);
    expect((await open()).map(({ id }) => id)).toEqual([north.id]);
    expect((await tattle('incident', 'show', part)).out).toContain('fixed by: made the ConfigMap');
  });

  it('tells wrong ids as they are', { timeout: 60_000 }, async () => {
    for (const id of ['nope', '%00', 'a b', '../config', '\u001b[31m', 'x'.repeat(500)]) {
      const { code, out, err } = await tattle('incident', 'show', id);
      expect({ id, code, out }).toEqual({ id, code: 1, out: '' });
      expect(err).toMatch(/^tattle: .+\n.+\n$/);
      expect(err).not.toMatch(OBEYED);
    }
  });
});
