/** A test alert followed past stand-ins of both ends over HTTP, each of which fails in its own way. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../kit/clock.ts';
import { configurationSchema } from '../../config-schema.ts';
import type { Check } from '../check.ts';
import { alertmanagerApi, type PostedAlert } from './alertmanager-api.ts';
import { alertChecks } from './alert-checks.ts';
import { alertmanagerToUse } from './alertmanager-to-use.ts';
import { followAlert } from './follow-alert.ts';
import { tattleApi } from './tattle-api.ts';
import { parseAllowList } from '../../../kit/address-guard.ts';
import { createGuardedFetch } from '../../../kit/guarded-fetch.ts';

const TOKEN = 's3cr3t-token';
const CONFIGURATION = `
receivers:
  - name: 'null'
  - name: tattle
    webhook_configs: [{url: 'http://tattle:7171/api/v1/intake/alertmanager'}]
  - name: pager
    webhook_configs: [{url: 'http://pager/x'}]
`;

interface Answers {
  /** By path; a number is a status. */
  alertmanager: Record<string, unknown>;
  tattle: Record<string, unknown>;
}

interface Sent {
  readonly who: keyof Answers;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly alert: PostedAlert | null;
}

let answers: Answers;
let sent: Sent[];
beforeEach(() => {
  sent = [];
  answers = {
    alertmanager: {
      '/api/v2/status': { versionInfo: { version: '0.25.0' }, config: { original: CONFIGURATION } },
      '/api/v2/alerts': [held(['tattle'])],
      '/metrics': metrics(0, 0),
    },
    tattle: {
      '/api/v1/namespaces': {
        items: [
          { namespace: 'kube-system', monitored: false },
          { namespace: 'shop', monitored: true },
        ],
      },
      '/api/v1/status': { tally: { dropped: {} } },
      '/api/v1/events': { items: [{ incidentId: 'i1' }] },
      '/api/v1/incidents/i1': { state: 'open', title: 'TattleTestAlert: Pod shop/x', clearedAt: 'now' },
    },
  };
});

const held = (receivers: readonly string[], status: object = {}) => ({
  status: { state: 'active', silencedBy: [], inhibitedBy: [], ...status },
  receivers: receivers.map((name) => ({ name })),
});
const metrics = (made: number, failed: number) =>
  `alertmanager_notifications_total{integration="webhook"} ${made}\nalertmanager_notifications_failed_total{integration="webhook",reason="clientError"} ${failed}\n`;

/** A function answers anew each time. */
async function standIn(who: keyof Answers): Promise<string> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { pathname } = new URL(request.url ?? '', 'http://x');
      const alert = text === '' ? null : (JSON.parse(text) as PostedAlert[])[0];
      sent.push({ who, path: `${request.method} ${pathname}`, headers: request.headers, alert: alert ?? null });
      const given = answers[who][`${request.method} ${pathname}`] ?? answers[who][pathname];
      const answer: unknown = typeof given === 'function' ? (given as () => unknown)() : given;
      if (typeof answer === 'number') return void response.writeHead(answer).end('{}');
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? null));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function followed(more: { readonly namespace?: string; readonly signal?: AbortSignal } = {}): Promise<Check[]> {
  const [am, tattle] = [await standIn('alertmanager'), await standIn('tattle')];
  const allowList = parseAllowList([]).allowList;
  const checks: Check[] = [];
  const following = followAlert({
    alertmanager: alertmanagerApi(
      { url: `${am}/`, headers: { authorization: 'Bearer a' } },
      createGuardedFetch({ allowList }),
    ),
    tattle: tattleApi({ url: tattle, token: TOKEN }),
    labels: { team: 'shop' },
    waitMs: 150,
    lookEveryMs: 20,
    clock: systemClock,
    signal: new AbortController().signal,
    onWait: async () => {},
    ...more,
  });
  for await (const check of following) checks.push(check);
  expect(JSON.stringify(checks)).not.toContain(TOKEN);
  return checks;
}

const states = (checks: readonly Check[]) => checks.map(({ name, state }) => `${name} ${state}`);
const posted = () =>
  sent.flatMap(({ path, alert }) => (path === 'POST /api/v2/alerts' && alert !== null ? [alert] : []));
const isOver = (alert: PostedAlert | undefined) => Date.parse(alert?.endsAt ?? '') <= Date.now();

it('goes the whole way, and ends the alert that it fired', async () => {
  const checks = await followed();
  expect(states(checks)).toEqual([
    ...['tattle ok', 'alertmanager ok', 'fired ok', 'matched ok', 'received ok', 'incident ok', 'ended ok'],
  ]);
  expect(checks.at(-1)?.detail).toContain('hold-down');
  const [first, last] = [posted()[0], posted().at(-1)];
  expect(first?.labels).toMatchObject({
    alertname: 'TattleTestAlert',
    namespace: 'shop',
    severity: 'warning',
    team: 'shop',
  });
  expect(isOver(first)).toBe(false);
  // The same alert to Alertmanager, which knows it by its labels and beginning.
  expect(last).toMatchObject({ labels: first?.labels, startsAt: first?.startsAt });
  expect(isOver(last)).toBe(true);
  expect(
    sent.filter(({ who }) => who === 'alertmanager').every(({ headers }) => headers.authorization === 'Bearer a'),
  ).toBe(true);
});

it('says so where the incident is over by the end, and where it goes on', async () => {
  answers.tattle['/api/v1/incidents/i1'] = { state: 'resolved', title: 't', clearedAt: 'now' };
  expect((await followed()).at(-1)).toMatchObject({ state: 'ok', detail: 'the alert is over, and so is the incident' });
  answers.tattle['/api/v1/incidents/i1'] = { state: 'open', title: 't', clearedAt: null };
  expect((await followed()).at(-1)).toMatchObject({
    name: 'ended',
    state: 'warn',
    detail: expect.stringContaining('group_interval'),
  });
});

interface Broken {
  readonly at: string;
  readonly why: RegExp;
  readonly mend: RegExp;
  readonly breaks: () => void;
  readonly namespace?: string;
}

const BROKEN: readonly (readonly [what: string, Broken])[] = [
  [
    'Tattle refuses the token',
    {
      at: 'tattle',
      why: /refuses this token/,
      mend: /TATTLE_TOKEN/,
      breaks: () => (answers.tattle['/api/v1/namespaces'] = 401),
    },
  ],
  [
    'what answers is no Tattle',
    {
      at: 'tattle',
      why: /no Tattle/,
      mend: /TATTLE_TOKEN/,
      breaks: () => (answers.tattle['/api/v1/namespaces'] = 'hello'),
    },
  ],
  [
    'nothing is monitored',
    {
      at: 'tattle',
      why: /monitors no namespace/,
      mend: /--namespaces all/,
      breaks: () => (answers.tattle['/api/v1/namespaces'] = { items: [] }),
    },
  ],
  [
    'the namespace is not monitored',
    {
      at: 'tattle',
      why: /does not monitor kube-system/,
      mend: /--namespace shop/,
      breaks: () => {},
      namespace: 'kube-system',
    },
  ],
  [
    'Alertmanager wants credentials',
    {
      at: 'alertmanager',
      why: /HTTP 401/,
      mend: /credentials/,
      breaks: () => (answers.alertmanager['/api/v2/status'] = 401),
    },
  ],
  [
    'what answers is no Alertmanager',
    {
      at: 'alertmanager',
      why: /no Alertmanager/,
      mend: /its URL/,
      breaks: () => (answers.alertmanager['/api/v2/status'] = 'hello'),
    },
  ],
  [
    'the path is not its own',
    {
      at: 'alertmanager',
      why: /HTTP 404/,
      mend: /without \/api\/v2/,
      breaks: () => (answers.alertmanager['/api/v2/status'] = 404),
    },
  ],
  [
    'the alert is not taken',
    { at: 'fired', why: /HTTP 500/, mend: /log/, breaks: () => (answers.alertmanager['POST /api/v2/alerts'] = 500) },
  ],
  [
    'the alert is not there',
    {
      at: 'fired',
      why: /no such alert/,
      mend: /share that address/,
      breaks: () => (answers.alertmanager['GET /api/v2/alerts'] = []),
    },
  ],
  [
    'it is silenced',
    {
      at: 'fired',
      why: /silenced by 5e1f/,
      mend: /amtool silence expire/,
      breaks: () => (answers.alertmanager['/api/v2/alerts'] = [held(['tattle'], { silencedBy: ['5e1f'] })]),
    },
  ],
  [
    'it is inhibited',
    {
      at: 'fired',
      why: /inhibited by the alert ab12/,
      mend: /inhibit_rules/,
      breaks: () => (answers.alertmanager['/api/v2/alerts'] = [held([], { inhibitedBy: ['ab12'] })]),
    },
  ],
  [
    'routes lead elsewhere',
    {
      at: 'matched',
      why: /lead it to pager, and not to tattle/,
      mend: /route:\n {2}routes:\n {4}- receiver: "tattle"/,
      breaks: () => (answers.alertmanager['/api/v2/alerts'] = [held(['pager'])]),
    },
  ],
  [
    'no receiver is a Tattle',
    {
      at: 'matched',
      why: /no receiver of this Alertmanager is a Tattle/,
      mend: /webhook_configs:\n {6}- url: http:\/\/127\.0\.0\.1:\d+\/api\/v1\/intake\/alertmanager/,
      breaks: () => {
        answers.alertmanager['/api/v2/status'] = {
          versionInfo: { version: '1' },
          config: { original: "receivers: [{name: 'null'}]" },
        };
        answers.alertmanager['/api/v2/alerts'] = [held(['null'])];
      },
    },
  ],
  [
    'its calls fail',
    {
      at: 'received',
      why: /2 of Alertmanager’s calls to webhooks failed/,
      mend: /token create alertmanager/,
      breaks: () => {
        answers.tattle['/api/v1/events'] = { items: [] };
        let asked = 0;
        answers.alertmanager['/metrics'] = () => (asked++ === 0 ? metrics(5, 1) : metrics(7, 3));
      },
    },
  ],
  [
    'it has called nobody yet',
    {
      at: 'received',
      why: /called no webhook/,
      mend: /group_wait/,
      breaks: () => (answers.tattle['/api/v1/events'] = { items: [] }),
    },
  ],
  [
    'Tattle leaves it out',
    {
      at: 'received',
      why: /left out meanwhile: namespace-excluded 1$/,
      mend: /filters/,
      breaks: () => {
        answers.tattle['/api/v1/events'] = { items: [] };
        answers.alertmanager['/metrics'] = '';
        let asked = 0;
        answers.tattle['/api/v1/status'] = () => ({ tally: { dropped: { old: 3, 'namespace-excluded': asked++ } } });
      },
    },
  ],
  [
    'it is told to another Tattle',
    {
      at: 'received',
      why: /^not within 1s$/,
      mend: /another Tattle/,
      breaks: () => {
        answers.tattle['/api/v1/events'] = { items: [] };
        answers.tattle['/api/v1/status'] = { tally: null };
        answers.alertmanager['/metrics'] = 404;
      },
    },
  ],
  [
    'no incident is made of it',
    {
      at: 'incident',
      why: /belongs to none/,
      mend: /severity/,
      breaks: () => (answers.tattle['/api/v1/events'] = { items: [{ incidentId: null }] }),
    },
  ],
  [
    'the incident may not be read',
    { at: 'incident', why: /HTTP 403/, mend: /log/, breaks: () => (answers.tattle['/api/v1/incidents/i1'] = 403) },
  ],
];

describe('stops at the first step that fails, and says what to mend', () => {
  it.each(BROKEN)('%s', async (_what, { at, why, mend, breaks, namespace }) => {
    breaks();
    const checks = await followed(namespace === undefined ? {} : { namespace });
    expect(checks.at(-1)).toMatchObject({
      name: at,
      state: 'fail',
      detail: expect.stringMatching(why),
      mend: expect.stringMatching(mend),
    });
    expect(checks.slice(0, -1).filter(({ state }) => state !== 'ok')).toEqual([]);
    // Whatever was fired is ended.
    if (posted().length > 0) expect(isOver(posted().at(-1))).toBe(true);
    expect(posted().length > 0).toBe(!['tattle', 'alertmanager'].includes(at));
  });
});

it('warns of a receiver that never says that an alert is over, and fails where it matters', async () => {
  const original = 'receivers: [{name: tattle, webhook_configs: [{url: <secret>, send_resolved: false}]}]';
  answers.alertmanager['/api/v2/status'] = { versionInfo: { version: '0.28.0' }, config: { original } };
  answers.tattle['/api/v1/incidents/i1'] = { state: 'open', title: 't', clearedAt: null };
  const checks = await followed();
  expect(checks.find(({ name }) => name === 'matched')).toMatchObject({
    state: 'warn',
    detail: expect.stringContaining('does not show'),
    mend: expect.stringContaining('send_resolved: true'),
  });
  expect(checks.at(-1)).toMatchObject({ name: 'ended', state: 'fail', mend: expect.stringContaining('send_resolved') });
});

it('ends the alert also when it is interrupted', async () => {
  answers.tattle['/api/v1/events'] = { items: [] };
  const stopping = new AbortController();
  setTimeout(() => stopping.abort(new Error('stopped')), 60);
  await expect(followed({ signal: stopping.signal })).rejects.toThrow('stopped');
  expect(posted()).toHaveLength(2);
  expect(isOver(posted().at(-1))).toBe(true);
});

describe('where it fires', () => {
  const channel = {
    type: 'alertmanager',
    name: 'am',
    urls: ['http://am:9093/x/'],
    bearer: 's3cr3t',
    headers: { 'x-scope-orgid': 'a' },
  };
  const configuration = configurationSchema.parse({
    channels: [{ type: 'webhook', name: 'w', url: 'http://w/' }, channel],
  });

  it('is the configured channel, with its credentials, which go nowhere else', () => {
    const headers = { authorization: 'Bearer s3cr3t', 'x-scope-orgid': 'a' };
    expect(alertmanagerToUse(undefined, configuration)).toEqual({ url: 'http://am:9093/x/', headers });
    expect(alertmanagerToUse('http://am:9093/x', configuration)).toEqual({ url: 'http://am:9093/x/', headers });
    expect(alertmanagerToUse('http://am:9094/x', configuration)).toEqual({ url: 'http://am:9094/x', headers: {} });
  });

  it('has to be named somewhere, and somebody has to receive it', async () => {
    const first = async (server: { url: string; token: string } | null) => {
      const terms = { labels: {}, waitMs: 1 };
      const around = { signal: new AbortController().signal, onWait: async () => {} };
      return (await alertChecks(terms, configurationSchema.parse({}), server, around).next()).value;
    };
    expect(await first(null)).toMatchObject({
      name: 'tattle',
      state: 'fail',
      mend: expect.stringContaining('--server'),
    });
    expect(await first({ url: 'http://x', token: '' })).toMatchObject({
      name: 'alertmanager',
      state: 'fail',
      mend: expect.stringContaining('--alert http'),
    });
  });
});
