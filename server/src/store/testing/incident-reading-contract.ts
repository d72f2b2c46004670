/** What every store must answer about incidents, compared with a naive list of random ones. */
import { expect, it } from 'vitest';
import { seenIncident } from '../../kit/seen-incident.ts';
import type { Scope } from '../../model/access.ts';
import type { Incident } from '../../model/incident.ts';
import { INCIDENT_FIELDS, type IncidentFilter } from '../../model/query.ts';
import type { TattleStore } from '../open-store.ts';
import { change, created, incident, notice, strand } from './events.ts';
import type { OpenTestStore } from './open-test-store.ts';
import { fillIncidents } from './random-incidents.ts';

const END = Date.UTC(2026, 4, 3, 1, 30);

export function incidentReadingContract(open: OpenTestStore): void {
  it('lists and counts incidents as they are shown, for any filter and scope', async () => {
    const opened = await open({ now: END });
    const random = await fillIncidents(opened, { seed: 21, count: 150, end: END });
    let found = 0;
    let parts = 0;
    for (let i = 0; i < 150; i++) {
      const filter = random.randomFilter();
      const told = JSON.stringify(filter);
      const items = await wholeList(opened, filter);
      found += items.length;
      const shown = await seenOf(opened, items, filter.scope ?? 'everything');
      parts += shown.filter(({ whole }) => !whole).length;
      expect(
        shown.map((each) => each.incident),
        told,
      ).toEqual(random.naive.list(filter));
      for (const { field, values } of await opened.history.incidentFacets(filter, INCIDENT_FIELDS, 100)) {
        expect(new Map(values.map(({ value, incidents }) => [value, incidents])), `${field} of ${told}`).toEqual(
          random.naive.facet(filter, field),
        );
        expect(values.map(({ incidents }) => incidents)).toEqual(
          values.map(({ incidents }) => incidents).sort((a, b) => b - a),
        );
      }
    }
    expect(found).toBeGreaterThan(1_000);
    expect(parts).toBeGreaterThan(200);
  });

  it('finds ids by their beginning and earlier incidents in a scope only', async () => {
    const opened = await open({ now: END });
    const random = await fillIncidents(opened, { seed: 22, count: 120, end: END });
    const { history } = opened;
    let earlier = 0;
    for (let i = 0; i < 100; i++) {
      const scope = random.randomScope();
      for (const prefix of ['a', 'b1', '', 'none']) {
        const wanted = random.naive.idsLike(prefix, scope);
        const ids = await history.incidentIdsLike(prefix, scope);
        expect(ids).toHaveLength(Math.min(2, wanted.length));
        expect(wanted).toEqual(expect.arrayContaining([...ids]));
      }
      // Whoever looks at one sees a part of it, perhaps, and asks for what came before under that name.
      const { head, strands } = random.all[i] ?? { head: incident('x', END), strands: [] };
      const { incident: shown } = seenIncident(head, strands, scope) ?? { incident: head };
      const { cluster, condition, root } = shown;
      const about = { cluster: [cluster.uid], condition: [condition], kind: [root.kind], name: [root.name] };
      const same = random.naive
        .list({ fields: { ...about, state: ['resolved'] }, scope })
        .filter((each) => each.id !== head.id && each.root.namespace === root.namespace);
      earlier += same.length;
      const ids = (await history.earlierIncidents(shown, 100, scope)).map(({ id }) => id);
      expect(ids, JSON.stringify(scope)).toEqual(same.map(({ id }) => id));
    }
    expect(earlier).toBeGreaterThan(10);
  });

  it('shows and replays deliveries only of incidents that lie whole in the scope, merged ones too', async () => {
    const opened = await open({ now: END });
    const random = await fillIncidents(opened, { seed: 23, count: 80, end: END });
    for (const { head } of random.all) {
      await opened.outbox.addDeliveries(notice(`n-${head.id}`, head, END), ['hook'], 'dead', END);
    }
    const merged = new Set(random.all.filter(({ head }) => head.mergedInto !== null).map(({ head }) => head.id));
    let seen = 0;
    for (let i = 0; i < 60; i++) {
      const scope = random.randomScope();
      const ids = random.all.map(({ head }) => head.id);
      const wanted = scope === 'everything' ? ids : ids.filter((id) => random.naive.see(id, scope)?.whole === true);
      if (scope !== 'everything') seen += wanted.filter((id) => merged.has(id)).length;
      const { items } = await opened.outbox.deliveries({ scope, limit: 1_000 });
      expect(items.map(({ incidentId }) => incidentId).sort(), JSON.stringify(scope)).toEqual(wanted.toSorted());
      expect(await opened.outbox.replayDeliveries({ scope, limit: 1_000 }, END)).toBe(
        items.filter(({ status }) => status === 'dead').length,
      );
    }
    expect(seen).toBeGreaterThan(10);
  });

  it('gives the objects of an incident that a scope covers, as many as are asked for', async () => {
    const { store, history } = await open({ now: END });
    const namespaces = ['a', 'a', 'a', 'shop', 'shop', ''];
    await store.commit(
      change(END, {
        incidents: [incident('wide', END)],
        created: namespaces.map((namespace, i) =>
          created({ uid: `u${String(i)}`, namespace, name: `pod-${String(i)}`, at: END - 1_000 + i }, 'wide'),
        ),
      }),
    );
    const names = async (limit: number, scope?: Scope) =>
      (await history.incidentObjects('wide', limit, scope)).map(({ name }) => name);
    expect(await names(9)).toHaveLength(6);
    expect(await names(2, [{ cluster: 'test', namespaces: ['shop'] }])).toEqual(['pod-3', 'pod-4']);
    expect(await names(9, [{ cluster: null, namespaces: ['*'] }])).toHaveLength(5);
    expect(await names(9, [{ cluster: 'another', namespaces: null }])).toEqual([]);
    expect(await names(9, 'everything')).toHaveLength(6);
  });

  it('takes an incident for one of a time when it went on at least once in it', async () => {
    const { store, history } = await open({ now: END });
    const ended = { state: 'resolved', resolvedAt: 2_000, resolvedBy: 'tattle' } as const;
    await store.commit(
      change(END, {
        incidents: [
          incident('over', 1_000, ended),
          incident('on', 1_500),
          incident('gone', 1_000, { mergedInto: 'on' }),
        ],
        strands: [strand('over', 1_000, { clearedAt: 2_000 }), strand('on', 1_500)],
      }),
    );
    const ids = async (range: { from?: number; to?: number }) =>
      (await history.incidents({ fields: {}, ...range }, { limit: 9 })).items.map(({ id }) => id);
    expect(await ids({})).toEqual(['on', 'over']);
    expect(await ids({ to: 1_000 })).toEqual([]);
    expect(await ids({ to: 1_001 })).toEqual(['over']);
    expect(await ids({ from: 2_000 })).toEqual(['on', 'over']);
    expect(await ids({ from: 2_001 })).toEqual(['on']);
    expect(await ids({ from: 1_800, to: 1_800 })).toEqual([]);
    expect(await history.incidentFacets({ fields: {}, from: 2_001 }, ['state'], 9)).toEqual([
      { field: 'state', values: [{ value: 'open', incidents: 1 }] },
    ]);
  });

  it('shows an incident to whoever may see one of its strands, wherever its root lies', async () => {
    const { store, history } = await open({ now: END });
    const node = { kind: 'Node', namespace: '', name: 'node-1', uid: '' };
    const pod = { kind: 'Pod', namespace: 'orders', name: 'api', uid: '' };
    await store.commit(
      change(END, {
        incidents: [incident('lost', END, { root: node, subject: node }), incident('bare', END)],
        strands: [
          strand('lost', END, { root: node, subject: node }),
          strand('lost', END, { key: 'v1:other', root: node, subject: pod }),
        ],
      }),
    );
    const seen = async (namespaces: readonly string[] | null) =>
      (await history.incidents({ fields: {}, scope: [{ cluster: 'test', namespaces }] }, { limit: 9 })).items.map(
        ({ id }) => id,
      );
    expect(await seen(['orders'])).toEqual(['lost']);
    expect(await seen(['shop'])).toEqual([]);
    expect(await seen(null)).toEqual(['lost']);
  });
}

/** What the scope shows of each: decided as the API does, from its strands. */
async function seenOf({ history }: TattleStore, incidents: readonly Incident[], scope: Scope) {
  const strands = Map.groupBy(await history.strands(...incidents.map(({ id }) => id)), ({ incidentId }) => incidentId);
  return incidents.map((each) => {
    const seen = seenIncident(each, strands.get(each.id) ?? [], scope);
    if (seen === null) throw new Error(`${each.id} is listed, but nothing of it is seen`);
    return seen;
  });
}

/** All pages, of a size that makes several. */
async function wholeList({ history }: TattleStore, filter: IncidentFilter): Promise<readonly Incident[]> {
  const items: Incident[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 100; pages++) {
    const page = await history.incidents(filter, { limit: 11, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    cursor = page.nextCursor;
  }
  throw new Error('the list has no end');
}
