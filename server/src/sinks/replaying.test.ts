import { describe, expect, it } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import { quiet } from '../kit/testing/quiet.ts';
import type { KeptRefusal, SinkOutcome, SinkRecord } from '../model/sink.ts';
import { attempt } from './dividing.ts';
import { Replaying } from './replaying.ts';
import { MemorySinkStore } from './testing/memory-store.ts';
import { eventOf, incidentOf } from './testing/records.ts';

const never = new AbortController().signal;

function refusal(id: string, document: string): KeptRefusal {
  return { id, record: `of ${id}`, at: 1, reason: 'as before', document, cut: false, replaying: true };
}

/** What is answered to each batch that is sent. */
function aReplaying(
  kept: readonly KeptRefusal[],
  answer: (batch: readonly SinkRecord[]) => SinkOutcome,
  incidents: readonly SinkRecord[] = [],
) {
  const store = new MemorySinkStore();
  store.kept = [...kept];
  const sent: string[][] = [];
  const replaying = new Replaying({
    store,
    incidents: async (ids) => incidents.filter(({ key }) => ids.includes(key)),
    delivering: {
      once: (batch) =>
        attempt(batch, async (part) => {
          sent.push(part.map(({ document }) => document.id));
          return answer(part);
        }),
    },
    name: 'out',
    limits: { records: 100, bytes: 1_000_000 },
    clock: systemClock,
    logger: quiet().logger,
    replayMs: 0,
  });
  return { store, sent, turn: (cut: AbortSignal = never) => replaying.turn(cut) };
}

const taken: SinkOutcome = { kind: 'taken' };
const left = ({ store }: { store: MemorySinkStore }) =>
  store.kept.map(({ id, reason, replaying }) => `${id} ${reason}${replaying ? ' (waits)' : ''}`);

describe('what was refused, sent again', () => {
  it('is sent in its order under its ids, and leaves the list when it is taken', async () => {
    const [a, b] = [eventOf(1), eventOf(2)];
    const world = aReplaying([refusal('1', a.json), refusal('2', b.json)], () => taken);
    await world.turn();
    expect(world.sent).toEqual([[a.document.id, b.document.id]]);
    expect(left(world)).toEqual([]);
  });

  it('stays, with the new reason, where it is refused again', async () => {
    const records = [eventOf(1), eventOf(2), eventOf(3)];
    const bad = records[1]?.document.id;
    const world = aReplaying(
      records.map(({ json }, i) => refusal(String(i), json)),
      (batch) =>
        batch.some(({ document }) => document.id === bad) ? { kind: 'refused', error: 'still no number' } : taken,
    );
    await world.turn();
    expect(left(world)).toEqual(['1 still no number']);
    await world.turn();
    expect(world.sent.flat().filter((id) => id === records[0]?.document.id)).toHaveLength(2);
  });

  it('goes on waiting while the other side is away, and is not asked for again at once', async () => {
    const world = aReplaying([refusal('1', eventOf(1).json)], () => ({ kind: 'retry', error: 'HTTP 503' }));
    await world.turn();
    await world.turn();
    expect(world.sent).toHaveLength(1);
    expect(left(world)).toEqual(['1 as before (waits)']);
  });

  it('is not tried one by one where the other side still refuses everything', async () => {
    const kept = Array.from({ length: 40 }, (_, i) => refusal(String(i), eventOf(i + 1).json));
    const world = aReplaying(kept, () => ({ kind: 'refused', error: 'no' }));
    await world.turn();
    expect(world.sent.length).toBeLessThan(20);
    expect(left(world).filter((text) => text.endsWith('no'))).toHaveLength(4);
    expect(left(world).filter((text) => text.endsWith('(waits)'))).toEqual([]);
    expect(world.store.kept).toHaveLength(40);
  });

  it('is the incident as it is now, once for all of its states; what is gone stays, and says so', async () => {
    const old = incidentOf();
    const now = incidentOf({ state: 'resolved', resolvedAt: 1e12 });
    const gone = incidentOf({ id: 'inc_9' });
    const kept = [refusal('1', old.json), refusal('2', now.json), refusal('3', gone.json)];
    const world = aReplaying(kept, () => taken, [now]);
    await world.turn();
    expect(world.sent).toEqual([[now.document.id]]);
    expect(left(world)).toEqual(['3 The incident is no longer stored: it cannot be sent again.']);
  });

  it('stays where some were refused and nobody says which', async () => {
    const world = aReplaying([refusal('1', eventOf(1).json), refusal('2', eventOf(2).json)], () => ({
      kind: 'taken',
      uncounted: { count: 1, reason: 'one is too old' },
    }));
    await world.turn();
    expect(left(world)).toEqual(['1 one is too old', '2 one is too old']);
  });

  it.each(['', '{"schema":"tattle.event/v1","id":"x', '[]', '{"schema":"other"}', 'null'])(
    'stays where it cannot be read: %s',
    async (document) => {
      const world = aReplaying([refusal('1', document)], () => taken);
      await world.turn();
      expect(world.sent).toEqual([]);
      expect(left(world)).toEqual(['1 The record cannot be read any more: it cannot be sent again.']);
    },
  );

  it('is not forgotten where the sink ends in the middle, or the store is away', async () => {
    const world = aReplaying([refusal('1', eventOf(1).json)], () => taken);
    await world.turn(AbortSignal.abort());
    expect(left(world)).toEqual(['1 as before (waits)']);
    world.store.failing = new Error('away');
    await world.turn();
    world.store.failing = null;
    expect(left(world)).toEqual(['1 as before (waits)']);
  });
});
