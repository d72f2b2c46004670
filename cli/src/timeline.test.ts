import type { WirePlaceTimeline } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { placeTimelineText } from './place-timeline-text.ts';
import { historyOf, run, UNWATCHED } from './testing/run.ts';

type Item = WirePlaceTimeline['items'][number];

const here = ['--data-dir', '.'];
const HOSTILE = '\u001b[2J\u009b1m\u202eevil\u200b\n11:20:00  GAP  fake\r\u0007';
const OBEYED = /[^\n\P{Cc}]|\p{Bidi_Control}|[\u200b-\u200d\u2060\ufeff]/u;
const object = { kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'p1' };

function item(changes: Partial<Item> = {}): Item {
  return {
    at: '2026-11-21T11:20:00.000Z',
    kind: 'event',
    severity: 'high',
    object,
    rootOwner: { kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'd1' },
    cluster: 'c1',
    clusterName: 'lab',
    since: null,
    until: null,
    count: null,
    type: null,
    reason: null,
    revision: null,
    uid: null,
    text: 'BackOff (x12): Back-off restarting failed container',
    incidentId: '3f2a5b6c7d8e9f00',
    ...changes,
  };
}

const ITEMS: readonly Item[] = [
  item({ at: '2026-11-20T23:59:59.000Z', kind: 'change', severity: null, text: 'env A removed', incidentId: null }),
  item(),
  item({ kind: 'incident', text: 'CrashLoopBackOff: Pod shop/web-1' }),
  item({ at: '2026-11-21T11:25:00.000Z', kind: 'resolved', text: 'CrashLoopBackOff: Pod shop/web-1' }),
  item({
    at: '2026-11-21T11:30:00.000Z',
    kind: 'gap',
    severity: null,
    object: null,
    clusterName: '',
    text: 'events was not watched until now: unreachable',
    incidentId: null,
  }),
];

const timeline = (items: readonly Item[], partial = false): WirePlaceTimeline => ({ items: [...items], partial });
const served = (answer: WirePlaceTimeline) => historyOf([], { '/api/v1/timeline': answer });

describe('timeline', () => {
  it('reads like a log, with a word for what each line is', async () => {
    const { opened } = served(timeline(ITEMS));
    expect((await run(['timeline', ...here], { opened })).out.split('\n')).toEqual([
      '2026-11-20 (UTC)',
      '23:59:59  CHANGE    shop/pod/web-1: env A removed',
      '2026-11-21 (UTC)',
      '11:20:00  event     high shop/pod/web-1: BackOff (x12): Back-off restarting failed container [3f2a5b6c]',
      '11:20:00  INCIDENT  high CrashLoopBackOff: Pod shop/web-1 [3f2a5b6c]',
      '11:25:00  RESOLVED  high CrashLoopBackOff: Pod shop/web-1 [3f2a5b6c]',
      '11:30:00  GAP       events was not watched until now: unreachable',
      '',
    ]);
  });

  it('says since when an incident goes on that opened before what is told', () => {
    const title = 'CrashLoopBackOff: Pod shop/web-1';
    const old = item({ kind: 'incident', text: title, since: '2026-11-19T08:00:01.000Z' });
    expect(placeTimelineText(timeline([old]), 200)).toContain(
      'INCIDENT  high CrashLoopBackOff: Pod shop/web-1, since 2026-11-19 08:00:01 [3f2a5b6c]',
    );
    expect(placeTimelineText(timeline([{ ...old, since: old.at }]), 200)).not.toContain('since');
  });

  it('names clusters where there are several, also of a gap that does not say its name', () => {
    const other = item({
      cluster: 'c2',
      clusterName: 'prod',
      kind: 'gap',
      object: null,
      severity: null,
      text: 'blind',
    });
    const lines = placeTimelineText(timeline([...ITEMS, other, { ...other, cluster: 'c3', clusterName: '' }]), 200);
    expect(lines).toContain('GAP       lab: events was not watched');
    expect(lines).toContain('GAP       prod: blind');
    expect(lines).toContain('GAP       c3: blind');
    expect(placeTimelineText(timeline(ITEMS), 200)).not.toContain('lab');
  });

  it('keeps to the width of a narrow terminal, what is wrapped under what it belongs to', () => {
    const lines = placeTimelineText(timeline(ITEMS, true), 40).split('\n');
    expect(lines.filter((line) => line.length > 40)).toEqual([]);
    expect(lines).toContain('11:20:00  event     high shop/pod/web-1:');
    expect(lines).toContain('                    BackOff (x12):');
  });

  it('says that there was more above where it is missing, or beside what programs read', async () => {
    const { opened } = served(timeline(ITEMS, true));
    expect((await run(['timeline', ...here], { opened })).out).toMatch(/^There is more: the newest 5 are shown\./);
    const { out, err } = await run(['timeline', '-o', 'jsonl', ...here], { opened, terminal: true });
    expect(out.trim().split('\n')).toHaveLength(5);
    expect(err).toBe(`There is more: the newest 5 are shown.\n${UNWATCHED}`);
    const { out: json } = await run(['timeline', '-o', 'json', ...here], { opened });
    expect(JSON.parse(json)).toEqual(timeline(ITEMS, true));
    expect((await run(['timeline', '-o', 'yaml', ...here], { opened })).out).toContain('partial: true');
  });

  it('of nothing says so on a terminal', async () => {
    const { opened } = served(timeline([]));
    expect(await run(['timeline', ...here], { opened })).toEqual({ code: 0, out: '', err: '' });
    expect((await run(['timeline', ...here], { opened, terminal: true })).err).toContain('Nothing is known');
  });

  it('asks the API for what its flags say', async () => {
    const { opened, asked } = served(timeline([]));
    const flags = [
      '-n',
      'shop,pay',
      '--cluster',
      'lab',
      '--since',
      '6h',
      '--until',
      '2026-11-21 12:00Z',
      '--limit',
      '9',
    ];
    await run(['timeline', 'deploy/web', ...flags, ...here], { opened });
    await run(['timeline', ...here], { opened });
    expect(asked.map(({ query }) => query.toString())).toEqual([
      'kind=Deployment&name=web&namespace=shop&namespace=pay&cluster=lab&from=now-6h&to=2026-11-21T12%3A00Z&limit=9',
      'limit=200',
    ]);
  });

  it.each([
    [['web'], 'KIND/NAME'],
    [['a/b', 'c/d'], 'too many arguments'],
    [['--since', 'yesterday'], 'is no time'],
    [['--limit', '1001'], 'from 1 to 1000'],
  ])('%j is a usage error, and nothing is asked', async (args, mend) => {
    const { opened, asked } = served(timeline([]));
    const { code, out, err } = await run(['timeline', ...args, ...here], { opened });
    expect({ code, out, asked }).toEqual({ code: 2, out: '', asked: [] });
    expect(err).toContain(mend);
  });

  it('shows nothing that a terminal would obey', async () => {
    const uid = { kind: HOSTILE, namespace: HOSTILE, name: HOSTILE, uid: HOSTILE };
    const hostile = item({ object: uid, cluster: HOSTILE, clusterName: HOSTILE, text: HOSTILE, incidentId: HOSTILE });
    const { opened } = served(timeline([hostile, item()]));
    for (const form of ['text', 'json', 'jsonl', 'yaml']) {
      const { code, out } = await run(['timeline', '-o', form, ...here], { opened, terminal: true });
      expect(code).toBe(0);
      expect(out).not.toMatch(OBEYED);
      expect(out).not.toMatch(/^11:20:00 {2}GAP {2}fake/m);
    }
  });
});
