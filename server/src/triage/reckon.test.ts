import { describe, expect, it } from 'vitest';
import type { KnownEvent } from '../model/change-set.ts';
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { EventObservation } from '../model/observation.ts';
import { reckon } from './reckon.ts';
import { event, recorded, seeded, state } from './testing/observations.ts';

function triaged(observation: TriagedEvent['observation']): TriagedEvent {
  return {
    observation,
    category: 'Other',
    severity: 'low',
    condition: null,
    rootOwner: observation.object,
    fingerprint: `v1:${observation.uid}`,
    correlationId: 'v1:c',
    node: '',
  };
}
const at = (uid: string, count: number, lastSeen: number, message = `at ${lastSeen}`) =>
  triaged(event({ uid, count, lastSeen, firstSeen: lastSeen - 10, message }));
const known = (count: number, lastSeen: number): KnownEvent => ({ eventId: 1, count, lastSeen, incidentId: 'i' });

/** What a store would hold, batch by batch. */
function storeAll(arrivals: readonly EventObservation[], batchOf: () => number) {
  const rows = new Map<string, KnownEvent>();
  const sums = { stored: 0, repeats: 0, occurrences: 0 };
  for (let from = 0; from < arrivals.length; ) {
    const batch = arrivals.slice(from, from + batchOf()).map(triaged);
    from += batch.length;
    const { created, repeated, tallies } = reckon(
      batch,
      batch.map(({ observation }) => rows.get(observation.uid) ?? null),
    );
    for (const { event: row } of [...created, ...repeated]) {
      rows.set(row.observation.uid, known(row.observation.count, row.observation.lastSeen));
    }
    for (const { event: tally } of tallies) {
      sums.stored += tally.stored;
      sums.repeats += tally.repeats;
      sums.occurrences += tally.occurrences;
    }
  }
  return { rows, sums };
}

describe('reckoning', () => {
  it('counts a first sight by its count and a repeat by what was added', () => {
    const { created, repeated, tallies } = reckon([at('a', 7, 100), at('b', 9, 100)], [null, known(4, 50)]);
    expect(created).toMatchObject([{ delta: 7, incidentId: null }]);
    expect(repeated).toMatchObject([{ delta: 5, known: { count: 4 } }]);
    expect(tallies[0]?.event).toEqual({ stored: 1, repeats: 1, occurrences: 12 });
  });

  it('folds one uid into one row with the newest words, the widest time and the highest count', () => {
    const { created, tallies } = reckon(
      [at('a', 1, 100), at('a', 5, 300, 'newest'), at('a', 3, 200)],
      [null, null, null],
    );
    expect(created).toHaveLength(1);
    expect(created[0]).toMatchObject({
      delta: 5,
      event: { observation: { count: 5, firstSeen: 90, lastSeen: 300, message: 'newest' } },
    });
    expect(tallies[0]?.event).toEqual({ stored: 1, repeats: 2, occurrences: 5 });
  });

  it('never counts backwards, and yields nothing where nothing moved on', () => {
    const { created, repeated, tallies } = reckon([at('a', 3, 100), at('b', 3, 200)], [known(7, 100), known(7, 100)]);
    expect(created).toEqual([]);
    expect(repeated).toMatchObject([{ delta: 0, event: { observation: { uid: 'b', count: 7, lastSeen: 200 } } }]);
    expect(tallies[0]?.event).toEqual({ stored: 0, repeats: 2, occurrences: 0 });
  });

  it('counts object state apart', () => {
    const { tallies } = reckon([triaged(state('OOMKilled', 'raised')), at('a', 2, 1)], [null, null]);
    expect(tallies[0]).toMatchObject({
      state: { stored: 1, repeats: 0, occurrences: 1 },
      event: { stored: 1, repeats: 0, occurrences: 2 },
    });
  });

  it('keeps two clusters apart that share a uid', () => {
    const other = triaged(event({ uid: 'a', cluster: { uid: 'other', name: 'x' } }));
    const { created, tallies } = reckon([at('a', 1, 1), other, at('b', 5, 1)], [null, null, null]);
    expect(created).toHaveLength(3);
    expect(tallies.map(({ cluster, event: tally }) => [cluster, tally.stored, tally.occurrences])).toEqual([
      [at('a', 1, 1).observation.cluster.name, 2, 6],
      ['x', 1, 1],
    ]);
  });

  it.each(['states', 'story'] as const)(
    'of %s adds up to the last counts, however it is cut into batches',
    (recording) => {
      const arrivals = recorded(recording);
      const lastCounts = new Map(arrivals.map(({ uid, count }) => [uid, count]));
      const total = [...lastCounts.values()].reduce((sum, count) => sum + count, 0);
      const random = seeded(11);
      for (const batchOf of [() => 1, () => 10_000, () => 1 + random(40)]) {
        const { rows, sums } = storeAll(arrivals, batchOf);
        expect(sums).toEqual({
          stored: lastCounts.size,
          repeats: arrivals.length - lastCounts.size,
          occurrences: total,
        });
        for (const [uid, count] of lastCounts) expect(rows.get(uid)?.count).toBe(count);
      }
    },
  );

  it('changes nothing when all is replayed', () => {
    const arrivals = recorded('states');
    const { rows } = storeAll(arrivals, () => 100);
    const again = reckon(
      arrivals.map(triaged),
      arrivals.map(({ uid }) => rows.get(uid) ?? null),
    );
    expect([again.created.length, again.repeated.length, again.tallies[0]?.event.occurrences]).toEqual([0, 0, 0]);
  });

  it('holds for any order of arrivals and any batches', () => {
    const random = seeded(5);
    for (let round = 0; round < 200; round++) {
      const arrivals = Array.from({ length: 1 + random(40) }, () =>
        event({ uid: `u${random(5)}`, count: 1 + random(9), lastSeen: random(1000) }),
      );
      const highest = new Map<string, number>();
      for (const { uid, count } of arrivals) highest.set(uid, Math.max(count, highest.get(uid) ?? 0));
      const { rows, sums } = storeAll(arrivals, () => 1 + random(7));
      expect(sums.stored + sums.repeats).toBe(arrivals.length);
      expect(sums.occurrences).toBe([...highest.values()].reduce((sum, count) => sum + count, 0));
      expect(new Map([...rows].map(([uid, row]) => [uid, row.count]))).toEqual(highest);
    }
  });
});
