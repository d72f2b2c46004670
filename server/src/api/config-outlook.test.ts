import { configPreview, retentionEstimate as estimateShape } from '@tattle/contract';
import { expect, test } from 'vitest';
import type { EventSizes } from '../model/ports/history.ts';
import { retentionEstimate } from './retention-estimate.ts';
import { storedToken } from './testing/callers.ts';
import { NOON, startApi } from './testing/start-api.ts';

const PREVIEW = '/api/v1/config/preview';
const HOUR = 3_600_000;

test('a preview tells what other rules keep, and changes nothing: neither settings nor the audit trail', async () => {
  const { send, settings, audit } = await startApi();
  const before = JSON.stringify(settings.view());
  const { status, json } = await send('POST', PREVIEW, { filter: { namespaces: ['loud'] }, hours: 2 });
  expect(status).toBe(200);
  expect(configPreview.parse(json)).toMatchObject({
    from: new Date(NOON - 2 * HOUR).toISOString(),
    now: { kept: 0, dropped: 3 },
    then: { kept: 3, dropped: 0 },
    byNamespace: [{ cluster: 'c1', clusterName: 'lab', namespace: 'loud', seen: 3, keptNow: 0, keptThen: 3 }],
  });
  expect(JSON.stringify(settings.view())).toBe(before);
  expect((await audit.entries({ limit: 10 })).items).toEqual([]);
});

test('a preview looks a day back unless told otherwise', async () => {
  const { send } = await startApi();
  const { json } = await send('POST', PREVIEW, { filter: {} });
  expect(json.from).toBe(new Date(NOON - 24 * HOUR).toISOString());
});

test('rules that cannot be saved cannot be tried, and are refused in the same words', async () => {
  const { send } = await startApi();
  const words = ({ json }: { json: { status: number; detail: string; errors: unknown } }) => [json.status, json.errors];
  for (const filter of [
    { labelSelector: '((' },
    { namespcaes: [] },
    { minimumCount: 0 },
    { namespaces: ['No_Name'] },
  ]) {
    const tried = await send('POST', PREVIEW, { filter });
    expect(tried.status).toBe(400);
    expect(tried.json.hint).toContain('"filter"');
    expect(words(tried)).toEqual(words(await send('PUT', '/api/v1/config', { filter })));
  }
  for (const hours of [0, 169, 1.5, '24', null])
    expect((await send('POST', PREVIEW, { filter: {}, hours })).status).toBe(400);
  expect((await send('POST', PREVIEW, {})).status).toBe(400);
});

test('a viewer of every watched cluster may try rules, and one who sees a part may not', async () => {
  const { send, accessStore } = await startApi();
  const as = async (scope: Parameters<typeof storedToken>[1][number]['scope']) => {
    const { secret } = await storedToken(accessStore, [{ role: 'viewer', scope }], { now: NOON });
    return send('POST', PREVIEW, { filter: {} }, { authorization: `Bearer ${secret}` });
  };
  expect((await as([{ cluster: 'c1', namespaces: null }])).status).toBe(200);
  expect((await as([{ cluster: null, namespaces: ['loud'] }])).status).toBe(403);
});

const DAYS = { short: 7, normal: 30, long: 365 };
const SIZES: EventSizes = {
  bytes: 2_000_000,
  events: 2000,
  oldest: NOON - 48 * HOUR,
  latelySince: NOON - 24 * HOUR,
  lately: { short: 100, normal: 900, long: 0 },
};

test('the disk that events will take is their rate times their days times their size, of each class', () => {
  expect(retentionEstimate(SIZES, DAYS, NOON)).toEqual({
    bytes: 2_000_000,
    events: 2000,
    oldest: new Date(NOON - 48 * HOUR).toISOString(),
    bytesPerEvent: 1000,
    eventsPerDay: 1000,
    byRetention: [
      { class: 'short', days: 7, eventsPerDay: 100, expectedBytes: 700_000 },
      { class: 'normal', days: 30, eventsPerDay: 900, expectedBytes: 27_000_000 },
      { class: 'long', days: 365, eventsPerDay: 0, expectedBytes: 0 },
    ],
    expectedBytes: 27_700_000,
  });
});

test.each([
  ['few events', { events: 999 }, { bytesPerEvent: null, eventsPerDay: 1000 }],
  ['a few hours', { latelySince: NOON - 5 * HOUR }, { bytesPerEvent: 1000, eventsPerDay: null }],
  [
    'nothing',
    { events: 0, oldest: null, latelySince: null },
    { bytesPerEvent: null, eventsPerDay: null, oldest: null },
  ],
  ['a clock that was set back', { latelySince: NOON + HOUR }, { eventsPerDay: null }],
])('of %s nothing is foretold', (_, known, expected) => {
  const estimate = retentionEstimate({ ...SIZES, ...known }, DAYS, NOON);
  expect(estimate).toMatchObject({ ...expected, expectedBytes: null });
  expect(estimate.byRetention.map(({ expectedBytes }) => expectedBytes)).toEqual([null, null, null]);
});

test('the estimate has the days that the settings say', async () => {
  const { get, send } = await startApi();
  await send('PUT', '/api/v1/config', { retention: { normal: 3 } });
  const { json } = await get('/api/v1/config/retention-estimate');
  expect(estimateShape.parse(json).byRetention.map(({ days }) => days)).toEqual([7, 3, 365]);
});
