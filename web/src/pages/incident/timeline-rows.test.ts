import type { WireTimelineEntry } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { type TimelineRow, timelineRows } from './timeline-rows.ts';

const dayOf = (at: string) => at.slice(0, 10);

function entry(at: string, kind: WireTimelineEntry['kind'], text: string, name = ''): WireTimelineEntry {
  const object = name === '' ? null : { kind: 'Pod', namespace: 'shop', name, uid: name };
  return { at: `2026-01-31T${at}.000Z`, kind, by: 'kubelet', text, object };
}

function told(rows: readonly TimelineRow[]): readonly string[] {
  return rows.map((row) => (row.kind === 'day' ? 'day' : `${row.moment.text} +${row.more.length}`));
}

describe('the timeline', () => {
  it('folds events that say the same of their objects', () => {
    const evictions = ['a1', 'b2', 'c3'].map((pod) => entry('10:00:00', 'event', `Evicted: pod ${pod} of 3 s`, pod));
    expect(told(timelineRows(evictions, dayOf))).toEqual(['day', 'pod a1 of 3 s +2']);
  });

  it('leaves two alike as they are', () => {
    const two = [entry('10:00:00', 'event', 'Killing: x'), entry('10:00:05', 'event', 'Killing: x')];
    expect(told(timelineRows(two, dayOf))).toEqual(['day', 'x +0', 'x +0']);
  });

  it('folds nothing over a turn of the incident: before and after are different stories', () => {
    const kill = (at: string) => entry(at, 'event', 'Killing: x');
    const rows = timelineRows(
      [kill('10:00:00'), kill('10:00:01'), entry('10:00:02', 'opened', 'it began'), kill('10:00:03'), kill('10:00:04')],
      dayOf,
    );
    expect(told(rows)).toEqual(['day', 'x +0', 'x +0', 'It began +0', 'x +0', 'x +0']);
  });

  it('folds across other events, and keeps the order of those', () => {
    const rows = timelineRows(
      [
        entry('10:00:00', 'event', 'A: a'),
        entry('10:00:01', 'event', 'B: b'),
        entry('10:00:02', 'event', 'A: a'),
        entry('10:00:03', 'event', 'B: b'),
        entry('10:00:04', 'event', 'A: a'),
      ],
      dayOf,
    );
    expect(told(rows)).toEqual(['day', 'a +2', 'b +0', 'b +0']);
  });

  it('never folds what people wrote', () => {
    const notes = [1, 2, 3].map((second) => entry(`10:00:0${second}`, 'note', 'looking'));
    expect(told(timelineRows(notes, dayOf))).toHaveLength(4);
  });

  it('reads reason and count off an event, and takes a text without them as it is', () => {
    const [, row, other] = timelineRows(
      [entry('10:00:00', 'event', 'BackOff (x4): Back-off: again'), entry('10:00:01', 'event', '<b>odd</b>')],
      dayOf,
    );
    expect(row).toMatchObject({ moment: { subject: 'BackOff', count: 4, text: 'Back-off: again' } });
    expect(other).toMatchObject({ moment: { subject: '', count: 1, text: '<b>odd</b>' } });
  });

  it('reads of what an event says that it is over', () => {
    const [, row] = timelineRows([entry('10:00:00', 'event', 'OOMKilled is over: the Pod is gone')], dayOf);
    expect(row).toMatchObject({ moment: { subject: 'OOMKilled', text: 'Is over: the Pod is gone' } });
  });

  it('begins each day with a row of its own, and folds nothing over midnight', () => {
    const at = (day: string) => ({ ...entry('23:59:59', 'event', 'A: a'), at: `${day}T23:59:59.000Z` });
    const rows = timelineRows([at('2026-01-30'), at('2026-01-30'), at('2026-01-31'), at('2026-01-31')], dayOf);
    expect(told(rows)).toEqual(['day', 'a +0', 'a +0', 'day', 'a +0', 'a +0']);
  });

  it('gives every row a key of its own', () => {
    const same = Array.from({ length: 5 }, () => entry('10:00:00', 'note', 'same'));
    const keys = timelineRows(same, dayOf).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
