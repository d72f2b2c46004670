import { expect, it } from 'vitest';
import { ManualClock } from '../kit/clock.ts';
import { quiet } from '../kit/testing/quiet.ts';
import type { Progress } from '../model/ports/source.ts';
import { EventsStream } from './events-stream.ts';

it('offers a gap to be stored, and counts it and its length', async () => {
  const { metrics, counts } = quiet();
  const offered: Progress[] = [];
  const cluster = { uid: 'c', name: 'prod' };
  const stream = new EventsStream({
    cluster,
    stream: 'v1/events',
    clock: new ManualClock(90_000),
    intake: { offer: async (_, progress) => void offered.push(progress ?? {}) },
    normalise: () => ({ kind: 'dropped', cluster, reason: 'ttl-expired' }),
    metrics,
    epoch: 0,
  });
  await stream.gap({ reason: 'expired', from: 1000, to: 31_000, detail: 'away' });
  await stream.gap({ reason: 'silent', from: 60_000, to: null, detail: 'still away' });
  expect(offered.map(({ gap }) => gap?.from)).toEqual([1000, 60_000]);
  expect(counts.get('tattle_watch_gaps_total{"cluster":"prod","stream":"v1/events","reason":"expired"}')).toBe(1);
  expect(counts.get('tattle_watch_gap_seconds_total{"cluster":"prod","stream":"v1/events"}')).toBe(60);
});
