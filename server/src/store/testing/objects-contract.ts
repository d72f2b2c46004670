/** What every store must answer about one object: its incidents, what it owns, and what was captured of it. */
import { expect, it } from 'vitest';
import type { Scope } from '../../model/access.ts';
import type { Evidence } from '../../model/incident.ts';
import type { IncidentFilter } from '../../model/query.ts';
import { change, CLUSTER, created, incident, strand } from './events.ts';
import type { OpenTestStore } from './open-test-store.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const POD = { kind: 'Pod', namespace: 'shop', name: 'cart-1' };
const CART = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
const SHOP: Scope = [{ cluster: null, namespaces: ['shop'] }];
const OTHER = { uid: 'c-other', name: 'other' };

function piece(id: string, incidentId: string, capturedAt: number, parts: Partial<Evidence> = {}): Evidence {
  const about = { object: { ...POD, uid: 'p' }, container: 'app' };
  return { id, incidentId, kind: 'log', ...about, capturedAt, body: 'x', truncated: false, error: null, ...parts };
}

export function objectsContract(open: OpenTestStore): void {
  it('finds the incidents that an object is root or subject of, or has events in, also after a merge', async () => {
    const { store, history } = await open({ now: NOW });
    const far = { root: { ...CART, uid: '' }, subject: { kind: 'Node', namespace: '', name: 'node-1', uid: '' } };
    const pod = { ...POD, uid: 'p' };
    await store.commit(
      change(NOW, {
        created: [
          created({ uid: 'a', ...POD, at: NOW - 5 }, 'by-event'),
          created({ uid: 'b', ...POD, at: NOW - 4 }, 'merged'),
          created({ uid: 'c', ...POD, name: 'cart-2', at: NOW - 3 }, 'others'),
          created({ uid: 'd', ...POD, cluster: OTHER, at: NOW - 2 }, 'elsewhere'),
        ],
        incidents: [
          incident('by-event', NOW - 50, far),
          incident('by-subject', NOW - 40, { ...far, subject: pod }),
          incident('by-root', NOW - 30, { root: pod, subject: pod, state: 'resolved', resolvedAt: NOW }),
          incident('merged', NOW - 25, { ...far, mergedInto: 'kept' }),
          incident('kept', NOW - 20, far),
          incident('others', NOW - 10, far),
          incident('elsewhere', NOW - 5, { ...far, cluster: OTHER }),
        ],
        strands: [
          strand('by-event', NOW - 50, far),
          strand('by-subject', NOW - 40, { ...far, subject: pod }),
          strand('by-root', NOW - 30, { root: pod, subject: pod }),
          strand('kept', NOW - 20, far),
          strand('others', NOW - 10, far),
          strand('elsewhere', NOW - 5, { ...far, cluster: OTHER }),
        ],
      }),
    );
    const found = async (filter: Partial<IncidentFilter>) =>
      (await history.incidents({ fields: {}, about: POD, ...filter }, { limit: 50 })).items.map(({ id }) => id);
    const own = ['kept', 'by-root', 'by-subject', 'by-event'];
    for (const scope of ['everything', SHOP] as const) {
      expect(await found({ scope })).toEqual(['elsewhere', ...own]);
      expect(await found({ scope, fields: { cluster: [CLUSTER.uid] } })).toEqual(own);
      expect(await found({ scope, fields: { cluster: [CLUSTER.uid], state: ['resolved'] } })).toEqual(['by-root']);
      expect(await found({ scope, about: { ...POD, kind: 'Job' } })).toEqual([]);
      expect(await found({ scope, about: { ...POD, name: "' OR true --" } })).toEqual([]);
    }
    expect(await found({ about: CART })).toHaveLength(5);
    expect(await found({ scope: [{ cluster: null, namespaces: ['other'] }] })).toEqual([]);
  });

  it('finds events by the owner of what they are about, but not those about the owner', async () => {
    const { store, history } = await open({ now: NOW });
    const events = [
      created({ uid: 'a', ...POD, at: NOW - 3 }),
      created({ uid: 'b', ...CART, at: NOW - 2 }),
      created({ uid: 'c', ...POD, namespace: 'pay', at: NOW - 1 }),
    ];
    await store.commit(change(NOW, { created: events }));
    const found = async (ownedBy: typeof CART) =>
      (await history.events({ fields: {}, ownedBy }, { limit: 5 })).items.map(({ uid }) => uid);
    expect(await found(CART)).toEqual(['a']);
    expect(await found({ ...CART, namespace: 'pay' })).toEqual(['c']);
    for (const name of ['car', 'cart"', 'ca%t', '']) expect(await found({ ...CART, name })).toEqual([]);
    const { rows } = await history.aggregate({ fields: {}, ownedBy: CART }, ['kind', 'name'], 5);
    expect(rows.map(({ key }) => key)).toEqual([{ kind: 'Pod', name: 'cart-1' }]);
  });

  it('lists what was captured of an object, of some incidents, the newest first', async () => {
    const { store, history, evidence } = await open({ now: NOW });
    await store.commit(change(NOW, { incidents: ['i', 'j'].map((id) => incident(id, NOW)) }));
    await evidence.saveEvidence([
      piece('1', 'i', NOW),
      piece('2', 'i', NOW + 1, { kind: 'status', container: '' }),
      piece('3', 'j', NOW + 2),
      piece('4', 'i', NOW + 3, { object: { ...POD, name: 'cart-2', uid: '' } }),
    ]);
    const ids = async (...args: Parameters<typeof history.evidenceAbout>) =>
      (await history.evidenceAbout(...args)).map(({ id }) => id);
    expect(await ids(POD, ['i'], 5)).toEqual(['2', '1']);
    expect(await ids(POD, ['i', 'j', 'none'], 2)).toEqual(['3', '2']);
    expect(await ids(POD, [], 5)).toEqual([]);
    expect(await ids({ ...POD, name: 'no\0thing' }, ['i', '\ud800'], 5)).toEqual([]);
    expect(await history.evidenceAbout(POD, ['j'], 5)).toEqual([
      { id: '3', incidentId: 'j', kind: 'log', container: 'app', capturedAt: NOW + 2 },
    ]);
  });
}
