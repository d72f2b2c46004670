import { describe, expect, it } from 'vitest';
import type { KnownEvent } from '../../model/change-set.ts';
import type { TriagedEvent } from '../../model/cluster-event.ts';
import type { EventKey } from '../../model/ports/store.ts';
import { LookingUp } from './looking-up.ts';

const event = (uid: string) => ({ observation: { uid, cluster: { uid: 'c', name: 'c' } } }) as TriagedEvent;
const row = (uid: string) => ({ event: event(uid), delta: 1, incidentId: null });

/** A store that can be held up, and that counts what it is asked. */
class Stored {
  readonly counts = new Map<string, number>();
  readonly asked: string[][] = [];
  failing = false;

  identify = async (keys: readonly EventKey[]): Promise<readonly (KnownEvent | null)[]> => {
    this.asked.push(keys.map(({ uid }) => uid));
    if (this.failing) throw new Error('down');
    return keys.map(({ uid }) => {
      const count = this.counts.get(uid);
      return count === undefined ? null : { eventId: 1, count, lastSeen: 0, incidentId: null };
    });
  };
}

const countsOf = (known: readonly (KnownEvent | null)[]) => known.map((each) => each?.count ?? null);

describe('looking a batch up early', () => {
  it('uses the early answer when nothing was committed since', async () => {
    const stored = new Stored();
    stored.counts.set('b', 2);
    const looking = new LookingUp(stored);
    const batch = [event('a'), event('b')];
    const known = await looking.finish(batch, looking.begin(batch));
    expect(countsOf(known)).toEqual([null, 2]);
    expect(stored.asked).toHaveLength(1);
  });

  it('asks again about what the commit in between touched, and about nothing else', async () => {
    const stored = new Stored();
    stored.counts.set('b', 2);
    const looking = new LookingUp(stored);
    const batch = [event('a'), event('b'), event('a'), event('c')];
    const early = looking.begin(batch);
    stored.counts.set('a', 1);
    looking.changed({ created: [row('a')], repeated: [] });
    expect(countsOf(await looking.finish(batch, early))).toEqual([1, 2, 1, null]);
    expect(stored.asked[1]).toEqual(['a', 'a']);
  });

  it('asks again about what several commits touched', async () => {
    const stored = new Stored();
    const looking = new LookingUp(stored);
    const batch = [event('a')];
    const early = looking.begin(batch);
    stored.counts.set('a', 3);
    looking.changed({ created: [row('a')], repeated: [] });
    looking.changed({ created: [row('z')], repeated: [] });
    expect(countsOf(await looking.finish(batch, early))).toEqual([3]);
  });

  it('asks about all again when too many commits lie in between', async () => {
    const stored = new Stored();
    const looking = new LookingUp(stored);
    const batch = [event('a'), event('b')];
    const early = looking.begin(batch);
    for (const uid of ['b', 'v', 'w', 'x', 'y']) looking.changed({ created: [row(uid)], repeated: [] });
    stored.counts.set('b', 1);
    expect(countsOf(await looking.finish(batch, early))).toEqual([null, 1]);
    expect(stored.asked[1]).toEqual(['a', 'b']);
  });

  it('asks in its turn when the store could not answer early', async () => {
    const stored = new Stored();
    const looking = new LookingUp(stored);
    stored.failing = true;
    const early = looking.begin([event('a')]);
    await early.answer;
    stored.failing = false;
    stored.counts.set('a', 4);
    expect(countsOf(await looking.finish([event('a')], early))).toEqual([4]);
  });
});
