import { knownObject } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import type { Evidence, Incident, Strand } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { KnownObjects, ObjectSighting } from './ports.ts';
import { storedToken } from './testing/callers.ts';
import { clusterEvent, type MemoryContents } from './testing/memory-history.ts';
import { NOON, startApi } from './testing/start-api.ts';
import { unwatched } from './unwatched.ts';

const cluster = { uid: 'c1', name: 'lab' };
const POD: ObjectRef = { kind: 'Pod', namespace: 'shop', name: 'checkout-1', uid: 'p1' };
const DEPLOYMENT: ObjectRef = { kind: 'Deployment', namespace: 'shop', name: 'checkout', uid: 'd1' };
const NODE: ObjectRef = { kind: 'Node', namespace: '', name: 'node-1', uid: 'n1' };
const OF_POD = '/api/v1/object?kind=Pod&namespace=shop&name=checkout-1';

const events = [
  clusterEvent({ uid: 'a', object: POD, firstSeen: NOON - 9_000, lastSeen: NOON - 5_000, count: 4, incidentId: 'i1' }),
  clusterEvent({ uid: 'b', object: POD, firstSeen: NOON - 8_000, lastSeen: NOON - 1_000, reason: 'Failed' }),
];

function incident(id: string, changes: Partial<Incident> = {}): Incident {
  return {
    ...{ id, cluster, state: 'open', severity: 'high', category: 'Crash', condition: 'CrashLoopBackOff' },
    ...{ root: DEPLOYMENT, subject: POD, title: `Title ${id}`, openedAt: NOON - 60_000, lastSeen: NOON },
    ...{ clearedAt: null, resolvedAt: null, resolvedBy: null, openedBy: 'a', eventCount: 4, regressions: 0 },
    ...{ mergedInto: null, resolution: null },
    ...changes,
  };
}

function strand(incidentId: string, changes: Partial<Strand> = {}): Strand {
  const { root, subject, condition, category, severity } = incident(incidentId);
  return {
    ...{ key: incidentId, incidentId, bornIn: incidentId, cluster, root, subject, condition, category, severity },
    ...{ aspect: '', firstSeen: NOON - 60_000, lastSeen: NOON, clearedAt: null, eventCount: 4 },
    ...{ rule: 'opened', because: 'it opened it' },
    ...changes,
  };
}

function piece(id: string, object: ObjectRef): Evidence {
  const body = { body: 'a long log', truncated: false, error: null };
  return { id, incidentId: 'i1', kind: 'log', object, container: 'app', capturedAt: NOON, ...body };
}

const STORED: MemoryContents = {
  events,
  incidents: [
    incident('i1'),
    incident('i0', { state: 'resolved', openedAt: NOON - 90_000, resolvedAt: NOON - 80_000 }),
  ],
  strands: [strand('i1'), strand('i0')],
  evidence: [piece('e1', POD), piece('e2', DEPLOYMENT)],
  changes: [
    { id: 'x', cluster, object: POD, at: NOON - 500, summary: 'env A changed', diff: [], revision: null },
    { id: 'y', cluster, object: DEPLOYMENT, at: NOON - 400, summary: 'scaled', diff: [], revision: 3 },
  ],
};

const SIGHTED: ObjectSighting = {
  presence: 'there',
  object: {
    ...{ ref: POD, resourceVersion: '1', labels: { app: 'checkout' }, annotations: {}, owners: [], generation: 1 },
    ...{ createdAt: NOON - 3_600_000, deletingSince: null, status: { phase: 'Running' } },
    spec: { containers: [{ image: 'checkout:2' }] },
  },
  goneAt: null,
  owners: [{ ...DEPLOYMENT, kind: 'ReplicaSet', name: 'checkout-7d9f' }, DEPLOYMENT],
  owned: [],
  node: 'node-1',
};

const sighting = (changes: Partial<ObjectSighting> = {}): KnownObjects => ({
  ...unwatched,
  sight: () => ({ ...SIGHTED, ...changes }),
});

async function ask(url: string, contents: MemoryContents, objects: KnownObjects = unwatched) {
  const { get } = await startApi({ ...contents, ports: { objects } });
  const { status, json } = await get(url);
  return { status, json, told: status === 200 ? knownObject.parse(json) : undefined };
}

describe('an object', () => {
  it('is told as it is watched and as it is stored', async () => {
    const { told } = await ask(OF_POD, STORED, sighting());
    expect(told).toMatchObject({
      object: POD,
      cluster: 'c1',
      clusterName: 'lab',
      presence: 'there',
      since: '2026-11-21T11:00:00.000Z',
      lastSeen: '2026-11-21T11:59:59.500Z',
      goneAt: null,
      node: 'node-1',
      labels: { app: 'checkout' },
      facts: [
        { label: 'Phase', value: 'Running' },
        { label: 'Images', value: 'checkout:2' },
      ],
      evidence: [{ incidentId: 'i1', id: 'e1', kind: 'log', container: 'app', capturedAt: '2026-11-21T12:00:00.000Z' }],
    });
    expect(told?.owners.map(({ kind }) => kind)).toEqual(['ReplicaSet', 'Deployment']);
    expect(told?.openIncidents.map(({ id }) => id)).toEqual(['i1']);
    expect(told?.earlierIncidents.map(({ id }) => id)).toEqual(['i0']);
    expect(told?.changes.map(({ summary }) => summary)).toEqual(['env A changed']);
    expect(JSON.stringify(told)).not.toContain('a long log');
  });

  it('is told by what is stored when it is watched no more', async () => {
    const { told } = await ask(OF_POD, STORED);
    expect(told).toMatchObject({
      object: POD,
      presence: 'unknown',
      since: '2026-11-21T11:59:51.000Z',
      owners: [DEPLOYMENT],
      node: 'node-1',
      facts: [],
    });
  });

  it('says when it went, and how it was', async () => {
    const { told } = await ask(OF_POD, {}, sighting({ presence: 'gone', goneAt: NOON - 1_000 }));
    expect(told).toMatchObject({ presence: 'gone', goneAt: '2026-11-21T11:59:59.000Z', lastSeen: null });
    expect(told?.facts).not.toEqual([]);
    expect(told?.events).toEqual({ distinct: 0, occurrences: 0, lastSeen: null, partial: false });
  });

  it('that has no events of its own is known by those of what it owned', async () => {
    const { told } = await ask('/api/v1/object?kind=Deployment&namespace=shop&name=checkout', { events });
    expect(told).toMatchObject({ presence: 'unknown', since: null, owners: [], events: { distinct: 0 } });
    expect(told?.owned.map(({ name }) => name)).toContain('checkout-1');
  });

  it('names what it owns once, whoever tells of it, and 200 at the most', async () => {
    const owned = [POD, ...Array.from({ length: 300 }, (_, i) => ({ ...POD, name: `p-${i}`, uid: '' }))];
    const url = '/api/v1/object?kind=Deployment&namespace=shop&name=checkout';
    const { told } = await ask(url, { events }, sighting({ owned }));
    expect(told?.owned).toHaveLength(200);
    expect(told?.owned.filter(({ name }) => name === POD.name)).toEqual([POD]);
  });

  it.each(['', '&uid=p9', '&cluster=c1', '&cluster=lab', '&cluster=elsewhere'])(
    'of which nothing is known is not found (%s)',
    async (more) => {
      const { status, json } = await ask(`/api/v1/object?kind=Pod&namespace=shop&name=never-seen${more}`, STORED);
      expect(status).toBe(404);
      expect(json.hint).toContain('retention');
    },
  );

  it('of a cluster that is not watched any more is found by what is stored', async () => {
    const old = clusterEvent({ uid: 'o', object: POD, cluster: 'c9', clusterName: 'old' });
    for (const asked of ['old', 'c9']) {
      const { told } = await ask(`${OF_POD}&cluster=${asked}`, { events: [...events, old] });
      expect(told).toMatchObject({ cluster: 'c9', clusterName: 'old', presence: 'unknown', events: { distinct: 1 } });
    }
  });
});

describe('the cluster of an object', () => {
  const start = (clusters: readonly { uid: string; name: string }[]) =>
    startApi({ ...STORED, ports: { clusters: () => clusters } });

  it('must be said where several are watched, or have the name', async () => {
    const { get } = await start([cluster, { uid: 'c2', name: 'prod' }, { uid: 'c3', name: 'prod' }]);
    const { status, json } = await get(OF_POD);
    expect(status).toBe(400);
    expect(json.hint).toContain('lab (c1), prod (c2)');
    expect((await get(`${OF_POD}&cluster=prod`)).status).toBe(400);
    expect((await get(`${OF_POD}&cluster=c2`)).status).toBe(404);
    expect((await get(`${OF_POD}&cluster=lab`)).status).toBe(200);
  });

  it('must be said where none is watched', async () => {
    const { get } = await start([]);
    expect((await get(OF_POD)).status).toBe(400);
    expect((await get(`${OF_POD}&cluster=lab`)).status).toBe(200);
  });
});

describe('whoever sees a part', () => {
  const outside = { ...DEPLOYMENT, namespace: 'payroll', name: 'hidden' };

  async function startFor(namespaces: readonly string[]) {
    const objects = sighting({ owners: [DEPLOYMENT, outside, NODE], owned: [outside, POD] });
    const { get, accessStore } = await startApi({ ...STORED, ports: { objects } });
    const scope = [{ cluster: null, namespaces }];
    const { secret } = await storedToken(accessStore, [{ role: 'viewer', scope }], { now: NOON });
    return (url: string) => get(url, { authorization: `Bearer ${secret}` });
  }

  it('is told neither owners nor what is owned, nor a node, that lie outside', async () => {
    const get = await startFor(['shop']);
    const { status, text, json } = await get(OF_POD);
    expect(status).toBe(200);
    expect(knownObject.parse(json)).toMatchObject({ owners: [DEPLOYMENT], owned: [POD], node: null });
    expect(text).not.toContain('hidden');
    expect(json.openIncidents).toHaveLength(1);
  });

  it('finds nothing of an object outside, as of one that is not there', async () => {
    const get = await startFor(['payroll']);
    const [hidden, none] = [await get(OF_POD), await get('/api/v1/object?kind=Pod&namespace=shop&name=none')];
    expect(hidden.status).toBe(404);
    expect({ ...hidden.json, requestId: '' }).toEqual({ ...none.json, requestId: '' });
    expect((await get('/api/v1/object?kind=Node&name=node-1')).status).toBe(404);
  });
});
