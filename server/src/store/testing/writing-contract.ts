/** What every store must do when it is written to, whichever server runs it. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { ConflictError, DataError } from '../../model/ports/store.ts';
import type { KnownEvent } from '../../model/change-set.ts';
import type { OpenTestStore } from './open-test-store.ts';
import { change, CLUSTER, created, incident, job, repeated } from './events.ts';

const NOW = Date.UTC(2026, 2, 10, 12);

export function writingContract(open: OpenTestStore): void {
  const key = (uid: string) => ({ clusterUid: CLUSTER.uid, uid });

  it('gives back an event exactly as it came', async () => {
    const { store, history } = await open({ now: NOW });
    const odd = 'tab\t, newline\n, back\\slash, "quotes", {braces}, \\N, null, é, 漢字, 😀';
    const uids = [randomUUID(), 'UPPER-CASE-5F6C2F5E', randomUUID().toUpperCase(), '', 'x'.repeat(5_000), odd];
    const set = change(NOW, {
      created: uids.map((uid, i) => created({ uid, at: NOW - i * 1_000 - 1, message: odd, labels: { [odd]: odd } })),
    });
    await store.commit(set);
    const { items } = await history.events({ fields: {} }, { limit: 10 });
    expect(items.map((item) => item.uid)).toEqual(uids);
    const { event } = set.created[1] ?? {};
    expect(items[1]).toEqual({
      uid: event?.observation.uid,
      cluster: CLUSTER.uid,
      clusterName: CLUSTER.name,
      origin: 'event',
      type: 'Warning',
      reason: 'BackOff',
      message: odd,
      count: 1,
      firstSeen: NOW - 1_001,
      lastSeen: NOW - 1_001,
      ingestedAt: NOW,
      category: 'Crash',
      severity: 'high',
      condition: 'CrashLoopBackOff',
      fingerprint: event?.fingerprint,
      correlationId: event?.correlationId,
      incidentId: null,
      object: event?.observation.object,
      rootOwner: event?.rootOwner,
      node: 'node-1',
      labels: { [odd]: odd },
      source: 'kubelet',
    });
    for (const item of items) expect(await history.event(item.uid, CLUSTER.uid)).toEqual(item);
    expect(await history.event(randomUUID())).toBeNull();
  });

  it('changes nothing when the same commit comes twice', async () => {
    const { store, history } = await open({ now: NOW });
    const uid = randomUUID();
    const first = change(NOW, {
      created: [created({ uid, at: NOW - 5, count: 2 }, 'i')],
      incidents: [incident('i', NOW)],
      jobs: [job('j', 'i', NOW)],
      gaps: [{ clusterUid: CLUSTER.uid, stream: 's', reason: 'expired', from: 1, to: null, detail: '' }],
    });
    await store.commit(first);
    await expect(store.commit(first)).rejects.toThrow(ConflictError);
    const [known] = await store.identify([key(uid)]);
    expect(known).toMatchObject({ count: 2, lastSeen: NOW - 5, incidentId: 'i' });
    const again = change(NOW + 10, { repeated: [repeated({ uid, at: NOW - 5, count: 2 }, known as KnownEvent)] });
    await store.commit(again);
    await store.commit(again);
    const more = change(NOW + 20, { repeated: [repeated({ uid, at: NOW + 1, count: 9 }, known as KnownEvent)] });
    await store.commit(more);
    await expect(store.commit(more)).rejects.toThrow(ConflictError);
    expect(await history.totals()).toEqual({ stored: 1, occurrences: 9, incidents: 1 });
    expect((await history.event(uid))?.count).toBe(9);
    expect(await history.gaps({ limit: 10 })).toHaveLength(1);
  });

  it('tells two writers of one event apart: the slower decides again', async () => {
    const shared = await open({ now: NOW });
    const other = await shared.reopen();
    const uid = randomUUID();
    await shared.store.commit(change(NOW, { created: [created({ uid, at: NOW - 5 })] }));
    await expect(other.store.commit(change(NOW, { created: [created({ uid, at: NOW - 5 })] }))).rejects.toThrow(
      ConflictError,
    );
    const [known] = await other.store.identify([key(uid)]);
    await other.store.commit(
      change(NOW, { repeated: [repeated({ uid, at: NOW - 4, count: 3 }, known as KnownEvent)] }),
    );
    const [stale] = await shared.store.identify([key(uid)]);
    await expect(
      shared.store.commit(change(NOW, { repeated: [repeated({ uid, at: NOW - 3, count: 4 }, stale as KnownEvent)] })),
    ).rejects.toThrow(ConflictError);
    const [fresh] = await shared.store.identify([key(uid)]);
    expect(fresh?.count).toBe(3);
    await shared.store.commit(
      change(NOW, { repeated: [repeated({ uid, at: NOW - 3, count: 4 }, fresh as KnownEvent)] }),
    );
    expect(await shared.history.totals()).toMatchObject({ stored: 1, occurrences: 4 });
  });

  it('counts one event that repeats several times in a batch once for each delta', async () => {
    const { store, history } = await open({ now: NOW });
    const uid = randomUUID();
    await store.commit(change(NOW, { created: [created({ uid, at: NOW - 50 })] }));
    const [known] = (await store.identify([key(uid)])) as [KnownEvent];
    const two = { ...repeated({ uid, at: NOW - 20, count: 2 }, known), delta: 1 };
    const five = { ...repeated({ uid, at: NOW - 10, count: 5 }, known), delta: 3 };
    await store.commit(change(NOW, { repeated: [five, two] }));
    expect(await history.event(uid)).toMatchObject({ count: 5, lastSeen: NOW - 10 });
    expect(await history.totals()).toMatchObject({ stored: 1, occurrences: 5 });
  });

  it('takes what a late arrival counts, but not what it says', async () => {
    const { store, history } = await open({ now: NOW });
    const uid = randomUUID();
    await store.commit(change(NOW, { created: [created({ uid, at: NOW - 10, count: 5, message: 'new' })] }));
    const [known] = (await store.identify([key(uid)])) as [KnownEvent];
    await store.commit(
      change(NOW, { repeated: [repeated({ uid, at: NOW - 900_000, count: 3, message: 'old' }, known)] }),
    );
    expect(await history.event(uid)).toMatchObject({ count: 5, lastSeen: NOW - 10, message: 'new' });
    const { items } = await history.events({ fields: {}, to: NOW - 600_000 }, { limit: 5 });
    expect(items).toHaveLength(0);
  });

  it('moves an event between values when its severity changes', async () => {
    const { store, history } = await open({ now: NOW, exactLimit: 0 });
    const uid = randomUUID();
    await store.commit(change(NOW, { created: [created({ uid, at: NOW - 10, severity: 'low' })] }));
    const [known] = (await store.identify([key(uid)])) as [KnownEvent];
    await store.commit(
      change(NOW, { repeated: [repeated({ uid, at: NOW - 5, count: 2, severity: 'critical' }, known)] }),
    );
    const [facet] = await history.facets({ fields: {} }, ['severity'], 10);
    expect(facet?.values.map(({ value, events }) => [value, events])).toEqual([
      ['critical', 1],
      ['low', 0],
    ]);
    expect((await history.events({ fields: { severity: ['low'] } }, { limit: 5 })).items).toHaveLength(0);
    expect((await history.events({ fields: { severity: ['critical'] } }, { limit: 5 })).items).toHaveLength(1);
  });

  it('sets poison apart from an outage, and keeps nothing of its batch', async () => {
    const { store, history } = await open({ now: NOW });
    const good = created({ uid: randomUUID(), at: NOW - 10 });
    const bad = created({ uid: randomUUID(), at: Number.NaN });
    await expect(store.commit(change(NOW, { created: [good, bad] }))).rejects.toThrow(DataError);
    const long = incident('i', NOW, { openedAt: 2 ** 62 * 4 });
    await expect(store.commit(change(NOW, { created: [good], incidents: [long] }))).rejects.toThrow(DataError);
    expect(await history.totals()).toEqual({ stored: 0, occurrences: 0, incidents: 0 });
    await store.commit(change(NOW, { created: [good] }));
    expect(await history.totals()).toMatchObject({ stored: 1 });
  });

  it('repairs NUL and lone surrogates wherever text is stored', async () => {
    const { store, history, settings } = await open({ now: NOW });
    const evil = 'a\0b\ud800c';
    const shape = {
      uid: evil,
      at: NOW - 1,
      message: evil,
      name: evil,
      namespace: evil,
      reason: evil,
      labels: { [evil]: evil },
      node: evil,
    };
    await store.commit(
      change(NOW, {
        created: [created(shape, evil)],
        incidents: [incident('x', NOW, { title: evil, root: { kind: evil, namespace: evil, name: evil, uid: evil } })],
        jobs: [{ ...job(evil, 'x', NOW), payload: { evil } }],
        deadLetters: [{ cluster: CLUSTER, excerpt: evil, error: evil, at: NOW }],
        gaps: [{ clusterUid: evil, stream: evil, reason: 'expired', from: 1, to: 2, detail: evil }],
        positions: [{ clusterUid: evil, stream: evil, resourceVersion: evil, epoch: 0, at: NOW }],
      }),
    );
    await settings.saveSettings({ [evil]: { evil } }, evil, NOW);
    const { items } = await history.events({ fields: {} }, { limit: 5 });
    expect(items[0]).toMatchObject({ message: 'ab\ufffdc', object: { name: 'ab\ufffdc', namespace: 'ab\ufffdc' } });
    expect(
      await history.events(
        { fields: { name: [evil], reason: [evil] }, text: evil, labels: { [evil]: evil } },
        { limit: 5 },
      ),
    ).toMatchObject({ items: [{}] });
    expect(await history.incident(evil)).toBeNull();
    expect(await history.event(evil)).not.toBeNull();
  });

  it('keeps hostile sizes: long reasons, huge messages and ids', async () => {
    const { store, history } = await open({ now: NOW });
    const long = Array.from({ length: 12_000 }, (_, i) => String.fromCharCode(33 + ((i * i) % 90))).join('');
    await store.commit(
      change(NOW, {
        created: [created({ uid: long, at: NOW - 1, reason: long, message: long.repeat(20), name: long }, long)],
      }),
    );
    const { items } = await history.events({ fields: { reason: [long], incident: [long] } }, { limit: 5 });
    expect(items[0]).toMatchObject({ uid: long, reason: long, incidentId: long });
  });

  it('saves the position with what it covers, and no gap twice', async () => {
    const { store, history } = await open({ now: NOW });
    const position = { clusterUid: CLUSTER.uid, stream: 'events', resourceVersion: '5', epoch: 1, at: NOW };
    const gap = {
      clusterUid: CLUSTER.uid,
      stream: 'events',
      reason: 'unreachable',
      from: NOW,
      to: null,
      detail: 'down',
    } as const;
    expect(await store.position(CLUSTER.uid, 'events')).toBeNull();
    await store.commit(change(NOW, { positions: [position], gaps: [gap] }));
    await store.commit(
      change(NOW, { positions: [{ ...position, resourceVersion: '9' }], gaps: [{ ...gap, to: NOW + 5 }] }),
    );
    expect(await store.position(CLUSTER.uid, 'events')).toEqual({ ...position, resourceVersion: '9' });
    expect(await history.gaps({ limit: 5 })).toMatchObject([{ ...gap, to: NOW + 5 }]);
  });

  it('recovers what memory needs: open incidents, those resolved lately, and recent fingerprints', async () => {
    const { store } = await open({ now: NOW });
    const recent = created({ uid: randomUUID(), at: NOW - 100, name: 'recent' });
    const old = created({ uid: randomUUID(), at: NOW - 900_000, name: 'old' });
    await store.commit(
      change(NOW, {
        created: [recent, old],
        incidents: [
          incident('open', NOW - 5_000_000),
          incident('lately', NOW - 5_000_000, { state: 'resolved', resolvedAt: NOW - 100 }),
          incident('long-ago', NOW - 5_000_000, { state: 'resolved', resolvedAt: NOW - 4_000_000 }),
          incident('elsewhere', NOW, { cluster: { uid: 'other', name: 'other' } }),
        ],
      }),
    );
    const state = await store.recover([CLUSTER.uid], NOW - 300_000);
    expect(state.incidents.map(({ id }) => id).sort()).toEqual(['lately', 'open']);
    expect(state.recentFingerprints).toEqual([[recent.event.fingerprint, NOW - 100]]);
  });
}
