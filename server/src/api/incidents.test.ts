import { incidentAct, incidentActed, incidentDetail, incidentPage, incidentView, problem } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import type { ObjectChange } from '../model/change.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Evidence, Incident, LogEntry, Strand } from '../model/incident.ts';
import type { Command, CommandOutcome } from '../model/incident-command.ts';
import type { ListedDelivery } from '../model/ports/telling.ts';
import { StoreUnavailable } from '../model/ports/store.ts';
import { clusterEvent, memoryHistory, type MemoryContents } from './testing/memory-history.ts';
import { NOON, startApi } from './testing/start-api.ts';

const cluster = { uid: 'c1', name: 'lab' };
const deployment = { kind: 'Deployment', namespace: 'shop', name: 'checkout', uid: 'd1' };
const pod = { kind: 'Pod', namespace: 'shop', name: 'checkout-7d9f-abcde', uid: 'p1' };
const ACTS = Object.keys(incidentAct);
/** Where a text is all that is wanted. */
const BY_TEXT = ['acknowledge', 'resolve', 'note', 'unmerge'];

function incident(changes: Partial<Incident> = {}): Incident {
  return {
    id: '3f2a000000000001',
    cluster,
    state: 'open',
    severity: 'high',
    category: 'Crash',
    condition: 'CrashLoopBackOff',
    root: deployment,
    subject: pod,
    title: 'CrashLoopBackOff: Deployment shop/checkout',
    openedAt: NOON - 60_000,
    lastSeen: NOON,
    clearedAt: null,
    resolvedAt: null,
    resolvedBy: null,
    openedBy: 'e1',
    eventCount: 4,
    regressions: 0,
    mergedInto: null,
    resolution: null,
    ...changes,
  };
}

const several = [
  incident(),
  incident({ id: '3f2b000000000002', state: 'acknowledged', severity: 'critical', openedAt: NOON - 120_000 }),
  incident({
    id: '9c01000000000003',
    state: 'resolved',
    severity: 'low',
    openedAt: NOON - 180_000,
    clearedAt: NOON - 90_000,
    resolvedAt: NOON - 30_000,
    resolvedBy: 'anna',
    resolution: 'more memory',
    cluster: { uid: 'c2', name: 'prod' },
    root: { kind: 'Node', namespace: '', name: 'node-1', uid: 'n1' },
    subject: { kind: 'Node', namespace: '', name: 'node-1', uid: 'n1' },
  }),
];
const [first, second, third] = several.map(({ id }) => id) as [string, string, string];

const strand: Strand = {
  key: 'v1:k1',
  incidentId: first,
  bornIn: first,
  cluster,
  root: deployment,
  subject: pod,
  condition: 'CrashLoopBackOff',
  aspect: '',
  category: 'Crash',
  severity: 'high',
  firstSeen: NOON - 60_000,
  lastSeen: NOON,
  clearedAt: null,
  eventCount: 4,
  rule: 'opened',
  because: 'CrashLoopBackOff of Deployment shop/checkout opened it',
};

const change: ObjectChange = {
  id: 'x1',
  cluster,
  at: NOON - 65_000,
  object: deployment,
  summary: 'env TOKEN_TTL changed from 3600 to 1h',
  diff: [{ field: 'env TOKEN_TTL', before: '3600', after: '1h' }],
  revision: 5,
};

const diagnosis: Diagnosis = {
  incidentId: first,
  by: 'log-signs',
  at: NOON - 55_000,
  cause: 'missing-configuration',
  explanation: 'DATABASE_URL is not set.',
  confidence: 0.95,
  citations: [{ evidenceId: 'v1', text: 'FATAL: DATABASE_URL is not set' }],
  nextSteps: ['Set DATABASE_URL'],
  commands: ['kubectl -n shop describe pod checkout-7d9f-abcde'],
  also: [{ cause: 'unhandled-exception', explanation: 'It ended.', confidence: 0.6, citations: [] }],
  changes: [change],
};

const evidence: Evidence = {
  id: 'v1',
  incidentId: first,
  kind: 'log',
  object: pod,
  container: 'web',
  capturedAt: NOON - 58_000,
  body: 'FATAL: DATABASE_URL is not set',
  truncated: false,
  error: null,
};

const log: readonly LogEntry[] = [
  { incidentId: first, key: 'opened:first', at: NOON - 60_000, kind: 'opened', by: 'tattle', text: 'Back-off' },
  { incidentId: first, key: 'note:1', at: NOON - 10_000, kind: 'note', by: 'anna', text: 'looking \u001b[31m' },
];

const delivery: ListedDelivery = {
  id: 'l1',
  noticeId: 'msg_1',
  channel: 'webhook',
  incidentId: first,
  incidentTitle: 'checkout crashes',
  noticeKind: 'opened',
  status: 'delivered',
  attempts: 1,
  createdAt: NOON - 59_000,
  nextAttemptAt: null,
  deliveredAt: NOON - 54_000,
  lastError: null,
  lastStatusCode: null,
};

const whole: MemoryContents = {
  incidents: several,
  evidence: [evidence, { ...evidence, id: 'v2', kind: 'previous-log', body: '', error: 'not found' }],
  strands: [
    strand,
    { ...strand, key: 'v1:k2', condition: 'Unhealthy', firstSeen: NOON - 50_000, rule: 'same-owner', because: 'too' },
    { ...strand, key: 'v1:k3', bornIn: second, condition: 'OOMKilled', rule: 'by-hand', because: 'anna merged it' },
  ],
  log,
  diagnoses: [diagnosis],
  events: [
    clusterEvent({ uid: 'e2', incidentId: first, firstSeen: NOON - 61_000, lastSeen: NOON, count: 4 }),
    clusterEvent({ uid: 'other', incidentId: second }),
  ],
};

const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

describe('the list of incidents', () => {
  it.each([
    ['', [first, second, third]],
    ['state=open', [first]],
    ['state=open&state=acknowledged', [first, second]],
    ['state=regressed', []],
    ['severity=critical&severity=low', [second, third]],
    ['namespace=shop', [first, second]],
    ['namespace=', [third]],
    ['namespace=nowhere', []],
    ['cluster=prod', [third]],
    ['cluster=c1', [first, second]],
    ['state=open&severity=low', []],
    ['view=brief&limit=2', [first, second]],
    ['view=full&cluster=prod', [third]],
  ])('with %j holds %j', async (query, ids) => {
    const { get } = await startApi({ incidents: several });
    const { status, json } = await get(`/api/v1/incidents?${query}`);
    expect(status).toBe(200);
    expect(idsOf(incidentPage.parse(json).items)).toEqual(ids);
  });

  it('goes on by the cursor until there is none', async () => {
    const { get } = await startApi({ incidents: several });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { json } = await get(`/api/v1/incidents?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      const page = incidentPage.parse(json);
      seen.push(...idsOf(page.items));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([first, second, third]);
  });

  it('says the cause; the full view also what led up to it, and why it is one', async () => {
    const { get } = await startApi({ ...whole, deliveries: [delivery] });
    const [brief] = (await get('/api/v1/incidents?state=open')).json.items;
    expect(brief.diagnosis).toMatchObject({ cause: 'missing-configuration', by: 'log-signs' });
    expect(brief).not.toHaveProperty('timeline');
    const [full, undiagnosed] = (await get('/api/v1/incidents?view=full')).json.items;
    const view = incidentView.strict().parse(full);
    expect(view.changes).toMatchObject([{ summary: 'env TOKEN_TTL changed from 3600 to 1h', revision: 5 }]);
    expect(view.together).toMatchObject([
      { rule: 'opened' },
      { rule: 'same-owner', because: 'too' },
      { rule: 'by-hand' },
    ]);
    expect(incidentView.parse(undiagnosed)).toMatchObject({ diagnosis: null, changes: [], together: [] });
  });

  it.each([
    ['state=opn', 'Did you mean open?'],
    ['state=', 'open, acknowledged, resolved, regressed'],
    ['severity=High', 'Did you mean high?'],
    ['severity=urgent', 'critical, high, medium, low, info'],
    ['view=ful', 'Did you mean full?'],
    ['limit=0', 'from 1 to 1000'],
    ['limit=1001', 'from 1 to 1000'],
    ['limit=201&view=full', 'from 1 to 200'],
    ['limit=ten', 'from 1 to 1000'],
    ['limit=1&limit=2', 'Give limit once'],
    ['cursor=nonsense', 'Send nextCursor as it was'],
    ['cursor=a&cursor=b', 'Give cursor once'],
    ['namespaces=shop', 'Did you mean namespace?'],
    ['namespace=%00', 'Leave it out'],
    ['reason=BackOff', 'Known here: cluster'],
  ])('refuses %s with its mend', async (query, mend) => {
    const { get } = await startApi({ incidents: several });
    const { status, headers, json } = await get(`/api/v1/incidents?${query}`);
    expect(status).toBe(400);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(problem.parse(json).hint).toContain(mend);
  });
});

describe('one incident', () => {
  it('comes whole, by its id or a beginning that no other has', async () => {
    const { get } = await startApi({ ...whole, deliveries: [delivery] });
    const { status, json } = await get(`/api/v1/incidents/${first}`);
    expect(status).toBe(200);
    const detail = incidentDetail.strict().parse(json);
    expect(detail).toMatchObject({ id: first, clusterName: 'lab', root: { cluster: 'c1' }, resolvedAt: null });
    expect(detail.evidence).toMatchObject([{ id: 'v1' }, { id: 'v2', body: '', error: 'not found' }]);
    expect((await get('/api/v1/incidents/3f2a')).json.id).toBe(first);
    expect((await get('/api/v1/incidents/9')).json).toMatchObject({ id: third, resolution: 'more memory' });
  });

  it('tells in the order in which things happened', async () => {
    const { get } = await startApi({ ...whole, deliveries: [delivery] });
    const { timeline } = incidentDetail.parse((await get(`/api/v1/incidents/${first}`)).json);
    expect(timeline.map(({ kind }) => kind)).toEqual([
      'change',
      'event',
      'opened',
      'evidence',
      'diagnosed',
      'notice',
      'joined',
      'note',
    ]);
    expect(timeline.map(({ at }) => at)).toEqual(timeline.map(({ at }) => at).sort());
    expect(timeline[1]).toMatchObject({ by: 'kubelet', text: 'BackOff (x4): Back-off restarting failed container' });
    expect(timeline[3]).toMatchObject({ text: 'captured 1 piece of evidence, 1 could not be had' });
    expect(timeline[5]).toMatchObject({ text: 'opened to webhook: delivered', at: '2026-11-21T11:59:06.000Z' });
    expect(timeline.at(-1)).toMatchObject({ by: 'anna', text: 'looking \u001b[31m', object: null });
  });

  it('names the reason of an event once', async () => {
    const events = [
      clusterEvent({ incidentId: first, reason: 'OOMKilled', message: 'OOMKilled is over: it recovered' }),
    ];
    const { get } = await startApi({ incidents: several, events });
    const { timeline } = incidentDetail.parse((await get(`/api/v1/incidents/${first}`)).json);
    expect(timeline).toMatchObject([{ text: 'OOMKilled is over: it recovered' }]);
  });

  it('recalls the same problem before, and what fixed it', async () => {
    const earlier = several.filter(({ state }) => state === 'resolved');
    const history = { ...memoryHistory(whole), earlierIncidents: async () => earlier };
    const { get } = await startApi({ ports: { history } });
    expect(incidentDetail.parse((await get(`/api/v1/incidents/${first}`)).json).earlier).toEqual([
      {
        id: third,
        openedAt: '2026-11-21T11:57:00.000Z',
        resolvedAt: '2026-11-21T11:59:30.000Z',
        resolution: 'more memory',
      },
    ]);
  });

  it.each([
    ['3f2', 'Several incidents'],
    ['nope', 'No incident'],
    ['3F2A', 'No incident'],
    ['%00', 'No incident'],
    ['3f2a%00', 'No incident'],
    ['__proto__', 'No incident'],
    ['%25', 'No incident'],
    ['_', 'No incident'],
    ["'%20OR%20true--", 'No incident'],
  ])('is not found by %s', async (id, detail) => {
    const { get } = await startApi({ incidents: several });
    const { status, json } = await get(`/api/v1/incidents/${id}`);
    expect(status).toBe(404);
    expect(problem.parse(json).detail).toContain(detail);
    expect(json.hint).not.toBe('');
  });

  it('is refused by an id of any length', async () => {
    const { get, errors } = await startApi({ incidents: several });
    for (const length of [65, 101, 5000, 100_000]) {
      const { status, json } = await get(`/api/v1/incidents/${'3'.repeat(length)}`);
      expect([404, 414]).toContain(status);
      expect(problem.parse(json).hint).not.toBe('');
    }
    expect(errors).toEqual([]);
  });

  it('takes no parameters', async () => {
    const { get } = await startApi({ incidents: several });
    expect((await get(`/api/v1/incidents/${first}?view=full`)).json).toMatchObject({ status: 400 });
  });
});

/** An API that remembers what it was told to do. */
async function acting(outcome: CommandOutcome | Error = { refusal: null, incidentIds: [first, second] }) {
  const commands: Command[] = [];
  const act = async (command: Command) => {
    commands.push(command);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  return { commands, ...(await startApi({ ...whole, ports: { act } })) };
}

const RIGHT: Readonly<Record<string, object>> = {
  acknowledge: {},
  resolve: { text: 'raised the limit' },
  note: { text: 'it is the cache' },
  merge: { incidents: ['3f2b', third], text: 'one cause' },
  unmerge: { text: 'two after all' },
  split: { objects: ['Deployment/checkout'], conditions: ['Unhealthy'], text: 'another matter' },
};

describe('what people do', () => {
  it.each(ACTS)('%s is done by who asked for it, and answers the incidents that changed', async (name) => {
    const { commands, send } = await acting();
    const { status, json } = await send('POST', `/api/v1/incidents/3f2a/${name}`, RIGHT[name]);
    expect(status).toBe(200);
    const acted = incidentActed.parse(json);
    expect(idsOf(acted.incidents)).toEqual([first, second]);
    expect(acted.incidents[0]?.diagnosis?.cause).toBe('missing-configuration');
    const merged = name === 'merge' ? { others: [second, third] } : {};
    const { incidents: _, ...body } = { incidents: [], text: '', ...RIGHT[name] };
    expect(commands).toEqual([{ kind: name, id: first, by: 'local', actor: 'process', ...body, ...merged }]);
  });

  it('needs no body where no word is needed', async () => {
    const { commands, api, access } = await acting();
    for (const name of ['acknowledge', 'resolve']) {
      const { statusCode } = await api.inject({
        method: 'POST',
        url: `/api/v1/incidents/${first}/${name}`,
        headers: { host: 'localhost:7171', authorization: `Bearer ${access.token}` },
      });
      expect(statusCode).toBe(200);
    }
    expect(commands).toMatchObject([{ text: '' }, { text: '' }]);
  });

  it('trims what people say', async () => {
    const { commands, send } = await acting();
    await send('POST', `/api/v1/incidents/${first}/note`, { text: '  ünï 👍\n ' });
    expect(commands).toMatchObject([{ text: 'ünï 👍' }]);
  });

  it('is refused in words, and nothing changes', async () => {
    const { send } = await acting({ refusal: 'it is resolved: there is nothing to acknowledge', incidentIds: [] });
    for (const name of ACTS) {
      const { status, headers, json } = await send('POST', `/api/v1/incidents/${first}/${name}`, RIGHT[name]);
      expect(status).toBe(409);
      expect(headers['content-type']).toContain('application/problem+json');
      expect(problem.parse(json)).toMatchObject({
        detail: 'It is resolved: there is nothing to acknowledge.',
        hint: 'Nothing has changed.',
      });
    }
  });

  it('waits for a store that is away, and says when to try again', async () => {
    const { send, errors } = await acting(new StoreUnavailable('down'));
    for (const name of ACTS) {
      const { status, headers, json } = await send('POST', `/api/v1/incidents/${first}/${name}`, RIGHT[name]);
      expect(status).toBe(503);
      expect(headers['retry-after']).toBe('5');
      problem.parse(json);
    }
    expect(errors).toEqual([]);
  });

  it.each([
    ['note', {}, 'text'],
    ['note', { text: '' }, 'text'],
    ['note', { text: ' \n\t ' }, 'text'],
    ['unmerge', {}, 'text'],
    ['merge', { incidents: ['3f2b'] }, 'text'],
    ['merge', { text: 'why' }, 'incidents'],
    ['merge', { incidents: [], text: 'why' }, 'incidents'],
    ['merge', { incidents: '3f2b', text: 'why' }, 'incidents'],
    ['merge', { incidents: [''], text: 'why' }, 'incidents'],
    ['merge', { incidents: [7], text: 'why' }, 'incidents'],
    ['merge', { incidents: Array(101).fill('3f2b'), text: 'why' }, 'incidents'],
    ['merge', { incidents: ['x'.repeat(65)], text: 'why' }, 'incidents'],
    ['merge', { incidents: ['a\0'], text: 'why' }, ''],
    ['merge', { others: ['3f2b'], incidents: ['3f2b'], text: 'why' }, 'others'],
    ['split', { objects: ['Deployment/web'] }, 'text'],
    ['split', { text: 'why' }, 'objects'],
    ['split', { objects: [], conditions: [], text: 'why' }, 'objects'],
    ['split', { objects: {}, text: 'why' }, 'objects'],
    ['split', { objects: ['x'.repeat(601)], text: 'why' }, 'objects'],
    ['split', { object: ['Deployment/web'], text: 'why' }, 'object'],
    ['split', { conditions: [null], text: 'why' }, 'conditions'],
    ['split', { objects: ['a\0b'], text: 'why' }, ''],
  ])('%s of %j is refused where it is wrong', async (name, body, path) => {
    const { commands, send } = await acting();
    const { status, json } = await send('POST', `/api/v1/incidents/${first}/${name}`, body);
    expect(status).toBe(400);
    expect(problem.parse(json).hint).toContain('Send {');
    expect(json.errors.map((each: { path: string }) => each.path)).toContainEqual(
      expect.stringMatching(path === '' ? /^$/ : new RegExp(`^${path}`)),
    );
    expect(commands).toEqual([]);
  });

  it.each(
    BY_TEXT.flatMap((name) =>
      [
        { text: 'x'.repeat(4001) },
        { text: 7 },
        { text: null },
        { text: ['a'] },
        { text: 'a\0b' },
        { text: 'a', by: 'root' },
        { text: 'a', id: third },
        [],
        'null',
        '"text"',
        '{"text": "a", "__proto__": {"by": "root"}}',
        '{"text": "a", "constructor": {}}',
        '{"text": ',
      ].map((body) => [name, body] as const),
    ),
  )('%s of %j is refused', async (name, body) => {
    const { commands, send, errors } = await acting();
    const { status, json } = await send('POST', `/api/v1/incidents/${first}/${name}`, body);
    expect(status).toBe(400);
    problem.parse(json);
    expect(commands).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('refuses what is too large, and what is no JSON by its type', async () => {
    const { commands, send } = await acting();
    const url = `/api/v1/incidents/${first}/note`;
    expect((await send('POST', url, { text: 'x'.repeat(2_000_000) })).status).toBe(413);
    expect((await send('POST', url, '['.repeat(100_000))).status).toBe(400);
    expect(
      (await send('POST', url, 'text=hello', { 'content-type': 'application/x-www-form-urlencoded' })).status,
    ).toBe(415);
    expect(commands).toEqual([]);
  });

  it('finds only what is there', async () => {
    const { commands, send } = await acting();
    for (const [id, name] of [
      ['nope', 'note'],
      ['3f2', 'note'],
      ['%00', 'note'],
      ['constructor', 'resolve'],
    ]) {
      expect((await send('POST', `/api/v1/incidents/${id}/${name}`, { text: 'a' })).status).toBe(404);
    }
    for (const other of ['nope', '3f2']) {
      const answer = await send('POST', `/api/v1/incidents/${first}/merge`, { incidents: [other], text: 'why' });
      expect(answer.status).toBe(404);
      expect(problem.parse(answer.json).detail).toContain(`"${other}"`);
    }
    expect((await send('POST', `/api/v1/incidents/${first}/destroy`, {})).status).toBe(404);
    expect((await send('POST', `/api/v1/incidents/${first}/constructor`, {})).status).toBe(404);
    expect((await send('PUT', `/api/v1/incidents/${first}/note`, { text: 'a' })).status).toBe(404);
    expect((await send('POST', `/api/v1/incidents/${first}/note?dry=1`, { text: 'a' })).status).toBe(400);
    expect(commands).toEqual([]);
  });

  it('is for those who may', async () => {
    const { commands, send, errors } = await acting();
    for (const name of ACTS) {
      const url = `/api/v1/incidents/${first}/${name}`;
      expect((await send('POST', url, RIGHT[name], { authorization: 'Bearer wrong' })).status).toBe(401);
      expect((await send('POST', url, RIGHT[name], { host: 'evil.example' })).status).toBeGreaterThanOrEqual(400);
    }
    expect(commands).toEqual([]);
    expect(errors).toEqual([]);
  });
});
