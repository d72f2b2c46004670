/** What every store must answer about changes, gaps and deliveries: in pages, and within a scope. */
import { expect, it } from 'vitest';
import { covers, touchesCluster } from '../../kit/scope.ts';
import type { Scope } from '../../model/access.ts';
import type { ObjectChange } from '../../model/change.ts';
import type { Gap } from '../../model/position.ts';
import type { ChangeFilter } from '../../model/query.ts';
import { change, CLUSTER, created, incident, notice, seeded, strand } from './events.ts';
import type { OpenTestStore } from './open-test-store.ts';
import { randomScope } from './random-scope.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const EAST = { uid: 'c-east', name: 'east' };
const SHOP: Scope = [{ cluster: null, namespaces: ['shop'] }];

function moved(i: number, parts: { cluster?: typeof EAST; namespace?: string; at?: number } = {}): ObjectChange {
  const { cluster = CLUSTER, namespace = 'shop', at = NOW } = parts;
  const object = { kind: i % 2 === 0 ? 'Deployment' : 'ConfigMap', namespace, name: `web-${String(i % 3)}`, uid: '' };
  return { id: `o:${String(i)}`, cluster, object, at, summary: 'scaled', diff: [], revision: null };
}

function gap(clusterUid: string, from: number, to: number | null): Gap {
  return { clusterUid, stream: 'v1/events', reason: 'unreachable', from, to, detail: 'it did not answer' };
}

export function smallListsContract(open: OpenTestStore): void {
  it('pages through changes, several of one moment, for any filter and scope', async () => {
    const { store, history } = await open({ now: NOW });
    const random = seeded(31);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const clusters = [CLUSTER, EAST];
    const all = Array.from({ length: 90 }, (_, i) =>
      moved(i, {
        cluster: pick(clusters),
        namespace: pick(['shop', 'team_a', '']),
        at: NOW - Math.floor(i / 7) * 1_000,
      }),
    );
    await store.commit(change(NOW, { objectChanges: all }));
    const key = ({ cluster, id }: ObjectChange) => `${cluster.uid} ${id}`;
    for (let i = 0; i < 60; i++) {
      const filter: Omit<ChangeFilter, 'limit'> = {
        ...(random() < 0.5 ? { scope: randomScope(random, clusters) } : {}),
        ...(random() < 0.3 ? { cluster: pick(['east', CLUSTER.uid, 'none']) } : {}),
        ...(random() < 0.3 ? { namespaces: [pick(['shop', 'team_a', '']), 'team%'] } : {}),
        ...(random() < 0.2 ? { kinds: ['ConfigMap'], names: ['web-1', 'web-2'] } : {}),
        ...(random() < 0.3 ? { from: NOW - 6_000 } : {}),
        ...(random() < 0.3 ? { to: NOW - 1_000 } : {}),
      };
      const items: ObjectChange[] = [];
      let cursor: string | undefined;
      do {
        const page = await history.changes({ ...filter, limit: 4, ...(cursor === undefined ? {} : { cursor }) });
        items.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      const wanted = all.filter((each) => isMeant(filter, each));
      expect(items.map(key).sort(), JSON.stringify(filter)).toEqual(wanted.map(key).sort());
      expect(items.map(({ at }) => at)).toEqual(wanted.map(({ at }) => at).sort((a, b) => b - a));
    }
  });

  it('tells of gaps that lie in a time, of the clusters that a scope touches', async () => {
    const { store, history } = await open({ now: NOW });
    const closed = gap(CLUSTER.uid, 1_000, 2_000);
    const point = gap(CLUSTER.uid, 3_000, 3_000);
    const open_ = gap(EAST.uid, 4_000, null);
    await store.commit(
      change(NOW, {
        created: [created({ uid: 'u', cluster: EAST, at: NOW - 1 })],
        gaps: [closed, point, open_, gap('unseen', 500, 600)],
      }),
    );
    const from = async (filter: Parameters<typeof history.gaps>[0]) =>
      (await history.gaps(filter)).map((each) => each.from);
    expect(await from({ limit: 9 })).toEqual([4_000, 3_000, 1_000, 500]);
    expect(await from({ limit: 2 })).toEqual([4_000, 3_000]);
    expect(await from({ from: 2_000, to: 4_000, limit: 9 })).toEqual([3_000]);
    expect(await from({ from: 1_999, to: 3_000, limit: 9 })).toEqual([1_000]);
    expect(await from({ from: 9_000, limit: 9 })).toEqual([4_000]);
    expect(await from({ from: 9_000, to: 9_000, limit: 9 })).toEqual([]);
    expect(await from({ scope: [{ cluster: 'east', namespaces: ['shop'] }], limit: 9 })).toEqual([4_000]);
    expect(await from({ scope: [{ cluster: CLUSTER.uid, namespaces: null }], limit: 9 })).toEqual([3_000, 1_000]);
    expect(await from({ scope: [{ cluster: 'unseen', namespaces: null }], limit: 9 })).toEqual([500]);
    expect(await from({ scope: SHOP, limit: 9 })).toHaveLength(4);
    expect(await from({ clusters: ['east'], limit: 1 })).toEqual([4_000]);
    expect(await from({ clusters: ['unseen', 'no\0ne'], limit: 9 })).toEqual([500]);
    expect(await from({ clusters: [CLUSTER.name], scope: [{ cluster: 'east', namespaces: null }], limit: 9 })).toEqual(
      [],
    );
    expect((await history.gaps({ limit: 9 })).map(({ clusterName }) => clusterName)).toEqual(['east', '', '', '']);
  });

  it('tells of gaps in a stream of one namespace to whoever may see that namespace, before it cuts', async () => {
    const { store, history } = await open({ now: NOW });
    const names = ['shop', 'team_a', 'teamxa', 'orders', ''];
    const all = names.flatMap((name, i) =>
      [CLUSTER, EAST].map(({ uid }, j) => ({
        ...gap(uid, 1_000 + i * 10 + j, null),
        stream: name === '' ? 'v1/events' : `v1/events@${name}`,
      })),
    );
    const seen = [CLUSTER, EAST].map((cluster) => created({ uid: cluster.uid, cluster, at: NOW - 1 }));
    await store.commit(change(NOW, { created: seen, gaps: all }));
    const random = seeded(32);
    for (let i = 0; i < 80; i++) {
      const scope = randomScope(random, [CLUSTER, EAST]);
      const wanted = all
        .filter(({ clusterUid, stream }) => {
          const cluster = clusterUid === EAST.uid ? EAST : CLUSTER;
          const [, namespace] = stream.split('@');
          return namespace === undefined ? touchesCluster(scope, cluster) : covers(scope, { cluster, namespace });
        })
        .map((each) => each.from)
        .sort((a, b) => b - a);
      const found = await history.gaps({ scope, limit: 3 });
      expect(
        found.map((each) => each.from),
        JSON.stringify(scope),
      ).toEqual(wanted.slice(0, 3));
    }
  });

  it('pages through deliveries, the newest first', async () => {
    const { outbox } = await open({ now: NOW });
    for (let i = 0; i < 7; i++)
      await outbox.addDeliveries(notice(`n${String(i)}`, `i${String(i)}`, NOW), ['hook'], 'dead', NOW);
    const first = await outbox.deliveries({ limit: 4 });
    // What comes meanwhile moves nothing.
    await outbox.addDeliveries(notice('late', 'late', NOW), ['hook'], 'dead', NOW);
    const second = await outbox.deliveries({ limit: 4, cursor: first.nextCursor ?? '' });
    const ids = [...first.items, ...second.items].map(({ incidentId }) => incidentId);
    expect(ids).toEqual(['i6', 'i5', 'i4', 'i3', 'i2', 'i1', 'i0']);
    expect(second.nextCursor).toBeNull();
  });

  it('shows and replays deliveries only of incidents that lie whole in the scope', async () => {
    const { store, outbox } = await open({ now: NOW });
    const elsewhere = { kind: 'Pod', namespace: 'orders', name: 'api', uid: '' };
    await store.commit(
      change(NOW, {
        incidents: [incident('shop', NOW), incident('orders', NOW), incident('merged', NOW, { mergedInto: 'orders' })],
        strands: [
          strand('shop', NOW),
          strand('orders', NOW, { root: elsewhere, subject: elsewhere }),
          // Born in the incident that was merged away: what it told may be about what it became part of.
          strand('orders', NOW, { key: 'v1:taken', bornIn: 'merged' }),
        ],
      }),
    );
    for (const id of ['shop', 'orders', 'merged', 'of-no-incident']) {
      await outbox.addDeliveries(notice(`n-${id}`, id, NOW), ['hook'], 'dead', NOW);
    }
    const seen = async (scope?: Scope) =>
      (await outbox.deliveries({ limit: 9, ...(scope === undefined ? {} : { scope }) })).items.map(
        ({ incidentId }) => incidentId,
      );
    expect(await seen()).toEqual(['of-no-incident', 'merged', 'orders', 'shop']);
    expect(await seen('everything')).toHaveLength(4);
    expect(await seen(SHOP)).toEqual(['shop']);
    expect(await seen([{ cluster: null, namespaces: ['ord*'] }])).toEqual([]);
    expect(await seen([{ cluster: null, namespaces: ['ord*', 'shop'] }])).toEqual(['merged', 'orders', 'shop']);
    expect(await seen([{ cluster: 'elsewhere', namespaces: null }])).toEqual([]);
    const orders: Scope = [{ cluster: 'test', namespaces: ['orders'] }];
    expect(await outbox.replayDeliveries({ scope: orders, limit: 9 }, NOW + 1)).toBe(0);
    expect(await outbox.replayDeliveries({ scope: SHOP, limit: 9 }, NOW + 1)).toBe(1);
    const pending = await outbox.deliveries({ statuses: ['pending'], limit: 9 });
    expect(pending.items.map(({ incidentId }) => incidentId)).toEqual(['shop']);
  });
}

function isMeant(filter: Omit<ChangeFilter, 'limit'>, { cluster, object, at }: ObjectChange): boolean {
  return (
    [undefined, cluster.uid, cluster.name].includes(filter.cluster) &&
    (filter.namespaces?.includes(object.namespace) ?? true) &&
    (filter.kinds?.includes(object.kind) ?? true) &&
    (filter.names?.includes(object.name) ?? true) &&
    at >= (filter.from ?? 0) &&
    at < (filter.to ?? Infinity) &&
    covers(filter.scope ?? 'everything', { cluster, namespace: object.namespace })
  );
}
