import { clusterEvent as wireShape, eventDifferences, eventPage, facets, histogram, aggregate } from '@tattle/contract';
import { expect, test } from 'vitest';
import { clusterEvent } from './testing/memory-history.ts';
import { NOON, startApi } from './testing/start-api.ts';

const awkward = [
  clusterEvent({ uid: 'a', lastSeen: NOON - 1000, firstSeen: NOON - 2000 }),
  clusterEvent({
    uid: 'b/ü %2f?#:deep',
    lastSeen: NOON - 60_000,
    firstSeen: NOON - 90_000,
    message: '<script>\u001b[31m\u202e "quoted" \\ \uD800 ünï\n',
    labels: { 'app.kubernetes.io/name': 'a=b', constructor: 'x' },
    severity: 'low',
    reason: 'Pulling image',
  }),
  clusterEvent({
    uid: 'c',
    lastSeen: 9.2e15,
    firstSeen: Number.NaN,
    object: { kind: 'Node', namespace: '', name: 'node-1', uid: '' },
    count: 2 ** 40,
    condition: null,
  }),
];

test('events come in the contract’s shape, whatever they hold', async () => {
  const { get } = await startApi({ events: awkward });
  const { status, json } = await get('/api/v1/events');
  expect(status).toBe(200);
  const page = eventPage.parse(json);
  expect(page.items.map(({ uid }) => uid)).toEqual(['c', 'a', 'b/ü %2f?#:deep']);
  expect(page.items[0]).toMatchObject({ lastSeen: '9999-12-31T23:59:59.999Z', firstSeen: '1970-01-01T00:00:00.000Z' });
  expect(page.items[1]).toMatchObject({ uid: 'a', lastSeen: '2026-11-21T11:59:59.000Z' });
});

test('any uid can be asked for, encoded', async () => {
  const { get } = await startApi({ events: awkward });
  const { status, json } = await get(`/api/v1/events/${encodeURIComponent('b/ü %2f?#:deep')}?cluster=c1`);
  expect(status).toBe(200);
  expect(wireShape.parse(json).labels).toEqual({ 'app.kubernetes.io/name': 'a=b', constructor: 'x' });
  expect((await get('/api/v1/events/a?cluster=other')).status).toBe(404);
  expect((await get('/api/v1/events/%00')).status).toBe(404);
});

test.each([
  ['reason=BackOff', ['c', 'a']],
  ['reason=BackOff&reason=Pulling%20image', ['c', 'a', 'b/ü %2f?#:deep']],
  ['reason=!BackOff', ['b/ü %2f?#:deep']],
  ['namespace=', ['c']],
  ['namespace=!', ['a', 'b/ü %2f?#:deep']],
  ['label=app.kubernetes.io/name=a=b', ['b/ü %2f?#:deep']],
  ['q=severity:low', ['b/ü %2f?#:deep']],
  ['q=-severity:low+back-off', ['c', 'a']],
  ['q=label:constructor=x', ['b/ü %2f?#:deep']],
  ['q=reason:"Pulling image"', ['b/ü %2f?#:deep']],
  ['from=now-10s&to=now&kind=Pod', ['a']],
  ['from=2026-11-21T12:58:00%2B01:00&to=2026-11-21T11:59:30Z&kind=Pod', ['b/ü %2f?#:deep']],
])('%s finds %j', async (query, uids) => {
  const { get } = await startApi({ events: awkward });
  const { json } = await get(`/api/v1/events?${query}`);
  expect(json.items.map(({ uid }: { uid: string }) => uid)).toEqual(uids);
});

test('pages follow one another by the cursor until there is none', async () => {
  const events = Array.from({ length: 25 }, (_, index) => clusterEvent({ uid: `e${index}`, lastSeen: index }));
  const { get } = await startApi({ events });
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const { json } = await get(`/api/v1/events?limit=10${next}`);
    seen.push(...json.items.map(({ uid }: { uid: string }) => uid));
    cursor = json.nextCursor;
  }
  expect(seen).toEqual(events.map(({ uid }) => uid).reverse());
});

test('facets, histogram and aggregate keep to the contract', async () => {
  const { get } = await startApi({ events: awkward });
  const counted = facets.parse((await get('/api/v1/events/facets?field=kind&field=reason')).json);
  expect(counted.facets.map(({ field }) => field)).toEqual(['kind', 'reason']);
  expect(facets.parse((await get('/api/v1/events/facets')).json).facets).toHaveLength(8);
  expect(histogram.parse((await get('/api/v1/events/histogram?buckets=3')).json).buckets).toHaveLength(3);
  expect(aggregate.parse((await get('/api/v1/events/aggregate?by=namespace&by=reason')).json).rows[0]?.key).toEqual({
    namespace: '',
    reason: 'BackOff',
  });
});

test.each([
  ['/api/v1/events?namespce=shop', 'Did you mean namespace?'],
  ['/api/v1/events?severity=High', 'Did you mean high?'],
  ['/api/v1/events?severity=!urgent', 'critical, high, medium, low, info'],
  ['/api/v1/events?q=category:crash', 'Did you mean Crash?'],
  ['/api/v1/events?limit=1001', 'from 1 to 1000'],
  ['/api/v1/events?limit=0', 'from 1 to 1000'],
  ['/api/v1/events?limit=1&limit=2', 'Give limit once'],
  ['/api/v1/events?from=yesterday', 'RFC 3339'],
  ['/api/v1/events?from=2026-02-30T00:00:00Z', 'RFC 3339'],
  ['/api/v1/events?from=now&to=now-1h', 'half-open'],
  ['/api/v1/events?cursor=%F0%9F%92%A9', 'nextCursor'],
  ['/api/v1/events?label=app', 'label=app=shop'],
  ['/api/v1/events?label=a=1&label=a=2', 'each label once'],
  ['/api/v1/events/facets?field=name', 'It takes cluster, namespace'],
  ['/api/v1/events/aggregate', 'by=namespace'],
  ['/api/v1/events/aggregate?by=uid&by=name&by=kind&by=reason&by=type', 'by=namespace'],
  ['/api/v1/events/histogram?buckets=1e9', 'from 1 to 500'],
  ['/api/v1/incidents?state=opn', 'Did you mean open?'],
])('%s is refused with its mend', async (url, mend) => {
  const { get } = await startApi();
  const { status, headers, json } = await get(url);
  expect(status).toBe(400);
  expect(headers['content-type']).toContain('application/problem+json');
  expect(json.hint).toContain(mend);
  expect(json.requestId).toBe(headers['x-request-id']);
});

test('a misspelt field in q is told, and quotes make it words', async () => {
  const { get } = await startApi({ events: [clusterEvent({ message: 'exit code:137 sverity:high' })] });
  const slip = await get('/api/v1/events?q=sverity:high');
  expect(slip.status).toBe(400);
  expect(slip.json.hint).toContain('Did you mean severity:?');
  for (const q of ['code:137', '"sverity:high"', 'http://x']) {
    expect((await get(`/api/v1/events?q=${encodeURIComponent(q)}`)).status).toBe(200);
  }
});

test('trends and what was before are told on request', async () => {
  const { get } = await startApi({ events: awkward.slice(0, 2) });
  const told = async (query: string) =>
    aggregate.parse((await get(`/api/v1/events/aggregate?by=reason&from=now-1h${query}`)).json).rows;
  expect((await told(''))[0]).toMatchObject({ trend: [], before: null });
  expect((await told('&trend=6&compare=yes'))[0]).toMatchObject({ trend: [1, 1, 1, 1, 1, 1], before: 0 });
});

const many = (reason: string, node: string, ends: number, count = 12) =>
  Array.from({ length: count }, (_, i) =>
    clusterEvent({ uid: `${reason}-${node}-${i}`, reason, node, firstSeen: ends - i - 1, lastSeen: ends - i - 1 }),
  );

test('what differs is told against the stretch before, and against the rest', async () => {
  const events = [
    ...many('BackOff', 'node-3', NOON),
    ...many('BackOff', 'node-1', NOON - 3_600_000),
    ...many('Pulled', 'node-1', NOON, 40),
  ];
  const { get } = await startApi({ events });
  const ask = async (query: string) =>
    eventDifferences.parse((await get(`/api/v1/events/differs?reason=BackOff${query}`)).json);
  const before = await ask('');
  expect(before).toMatchObject({ selection: { occurrences: 12 }, baseline: { occurrences: 12 }, tooLittle: false });
  expect(before.items.map(({ value, score }) => [value, score > 0]).sort()).toEqual([
    ['node-1', false],
    ['node-3', true],
  ]);
  const rest = await ask('&baseline=rest');
  expect(rest.baseline).toEqual({ occurrences: 40 });
  // That they have the reason that they were chosen by is no news.
  expect(rest.items.map(({ field }) => field)).toEqual(['node', 'node']);
  expect((await ask('&baseline=rest&limit=1')).items).toHaveLength(1);
});

test('of a few events nothing is said to differ', async () => {
  const { get } = await startApi({
    events: [...many('BackOff', 'node-3', NOON, 9), ...many('Pulled', 'node-1', NOON)],
  });
  const { json } = await get('/api/v1/events/differs?reason=BackOff&baseline=rest');
  expect(eventDifferences.parse(json)).toMatchObject({ items: [], tooLittle: true, selection: { occurrences: 9 } });
});
