import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readNews } from './news.ts';
import { situationOf } from './situation.ts';

const FIXTURES = join(import.meta.dirname, '../../../server/src/notify/channels/webhook/fixtures');
const fixture = (name: string) => readFileSync(join(FIXTURES, name), 'utf8');
const incident = (id: string, more: object = {}) => ({
  id,
  title: `Trouble ${id}`,
  severity: 'high',
  notice: 'opened',
  root: {},
  ...more,
});
const news = (body: object, webhookId = 'msg_1') => readNews({ body: JSON.stringify(body), webhookId });
const answer = (id: string, more: object = {}) => ({
  id,
  severity: 'high',
  resolvedAt: null,
  regressions: 0,
  diagnosis: { cause: 'oom' },
  ...more,
});
const situation = (pieces: ReturnType<typeof news>, incidents: readonly unknown[]) =>
  situationOf({ news: pieces, incidents, similar: [], events: [] });

it.each(['event-body.json', 'tattle-body.json'])('reads %s', (name) => {
  const [piece, ...rest] = readNews({ body: fixture(name), webhookId: 'msg_1' });
  expect(rest).toEqual([]);
  expect(piece).toMatchObject({
    notice: 'opened',
    incidentId: 'inc_1',
    namespace: 'shop',
    condition: 'CrashLoopBackOff',
  });
  expect(piece?.told).toMatchObject({ cluster: 'homelab', severity: 'high' });
  expect(piece?.told.logs).toContain('REDIS_URL is not set');
});

it('makes one piece of news for each incident of a batch, each once, and names those beyond five', () => {
  const also = ['b', 'b', 'a', 'c', 'd', 'e', 'f', 'g'].map((id) => incident(id));
  const pieces = news({ cluster: 'prod', incident: incident('a'), also });
  expect(pieces.map(({ incidentId }) => incidentId)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(pieces[0]?.more).toEqual(['Trouble f (high)', 'Trouble g (high)']);
});

it('reads a digest, which is about no one incident', () => {
  const digest = {
    occasion: 'overnight',
    incidents: 3,
    still_open: 1,
    healed: 2,
    repeats_suppressed: 1204,
    lines: [incident('a')],
  };
  const [piece] = news({ notice: 'digest', digest });
  expect(piece?.incidentId).toBe('');
  expect(piece?.told.title).toBe(
    'Digest (overnight): 3 incidents, 1 still open, 2 healed by themselves, 1204 repeats suppressed',
  );
  expect(piece?.more).toEqual(['Trouble a (high)']);
});

it.each(['{}', '[]', 'null', '1', '{"incident":{}}', '{', ''])('does not take %j for a message', (body) => {
  expect(() => readNews({ body, webhookId: 'msg_1' })).toThrow();
});

it('knows a message that says nothing new, whatever its id', () => {
  const first = situation(news({ incident: incident('a') }), [answer('a')]);
  const diagnosed = situation(news({ incident: incident('a', { notice: 'diagnosed' }) }, 'msg_2'), [answer('a')]);
  expect(diagnosed.key).toBe(first.key);
});

it.each([
  ['a graver severity', { severity: 'critical' }],
  ['another cause', { diagnosis: { cause: 'missing-configuration' } }],
  ['its end', { resolvedAt: '2026-11-20T00:00:00Z' }],
  ['its return', { regressions: 1 }],
])('says %s', (_, more) => {
  const pieces = news({ incident: incident('a') });
  expect(situation(pieces, [answer('a', more)]).key).not.toBe(situation(pieces, [answer('a')]).key);
});

it.each(['reminder', 'escalated', 'test'])('says every %s, and asks no model', (notice) => {
  const tell = (id: string) => situation(news({ incident: incident('a', { notice }) }, id), [answer('a')]);
  expect(tell('msg_1').key).not.toBe(tell('msg_2').key);
  expect(tell('msg_1').wantsModel).toBe(false);
});

it.each([undefined, null, 'html', { status: 404 }, []])('goes by the message where the API answers %j', (nothing) => {
  const { incidents, whole, key } = situation(news({ incident: incident('a') }), [nothing]);
  expect({ whole, key, title: incidents[0]?.title }).toEqual({ whole: false, key: 'opened msg_1', title: 'Trouble a' });
});

it('leaves the incident itself out of what is similar', () => {
  const similar = [
    {
      items: [
        { id: 'a', title: 'Trouble a' },
        { id: 'z', title: 'Trouble z', state: 'resolved' },
      ],
    },
  ];
  const found = situationOf({ news: news({ incident: incident('a') }), incidents: [answer('a')], similar, events: [] });
  expect(found.similar).toHaveLength(1);
  expect(found.similar[0]).toContain('Trouble z');
});
