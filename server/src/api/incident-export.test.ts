/** One incident as a file: who gets what of it, how large it may become, and what it is called. */
import { incidentExport, type WireIncidentExport } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../model/access.ts';
import type { Evidence, Incident, Strand } from '../model/incident.ts';
import { incidentJsonOf } from '../kube/recording/incident/incident-json.ts';
import { EXPORT_BOUNDS } from './incident-export.ts';
import { storedToken } from './testing/callers.ts';
import { clusterEvent, type MemoryContents } from './testing/memory-history.ts';
import { NOON, startApi } from './testing/start-api.ts';

const ID = '3f2a000000000001';
const cluster = { uid: 'c1', name: 'lab' };
const web = { kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'd1' };
const cache = { kind: 'Deployment', namespace: 'data', name: 'cache', uid: 'd2' };

const incident: Incident = {
  ...{ id: ID, cluster, state: 'open', severity: 'high', category: 'Crash', condition: 'CrashLoopBackOff' },
  ...{ root: web, subject: web, title: 'CrashLoopBackOff: Deployment shop/web', openedAt: NOON - 60_000 },
  ...{ lastSeen: NOON, clearedAt: null, resolvedAt: null, resolvedBy: null, openedBy: 'e1', eventCount: 4 },
  ...{ regressions: 0, mergedInto: null, resolution: null },
};

const strandOf = (root: typeof web): Strand => ({
  ...{ key: `v1:${root.name}`, incidentId: ID, bornIn: ID, cluster, root, subject: root, aspect: '' },
  ...{ condition: 'CrashLoopBackOff', category: 'Crash', severity: 'high', clearedAt: null, eventCount: 2 },
  ...{ firstSeen: NOON - 60_000, lastSeen: NOON, rule: 'opened', because: `of ${root.name}` },
});

const pieceOf = (object: typeof web, body: string, capturedAt = NOON): Evidence => ({
  ...{ id: `v-${object.name}-${capturedAt}`, incidentId: ID, kind: 'log', object, container: 'main' },
  ...{ capturedAt, body, truncated: false, error: null },
});

const eventsOf = (count: number, about = web, message = 'Back-off') =>
  Array.from({ length: count }, (_, index) =>
    clusterEvent({
      ...{ uid: `${about.name}-${index}`, incidentId: ID, cluster: 'c1', object: { ...about, kind: 'Pod' } },
      ...{ rootOwner: about, message, lastSeen: NOON - index, firstSeen: NOON - index },
    }),
  );

const contents: MemoryContents = {
  incidents: [incident],
  strands: [strandOf(web), strandOf(cache)],
  events: [...eventsOf(2), ...eventsOf(2, cache)],
  evidence: [pieceOf(web, 'of the shop'), pieceOf(cache, 'of the data')],
};

async function exported(given: MemoryContents, scope: Scope = 'everything'): Promise<WireIncidentExport> {
  const api = await startApi(given);
  const { secret } = await storedToken(api.accessStore, [{ role: 'viewer', scope }], { now: NOON });
  const answer = await api.get(`/api/v1/incidents/${ID}/export?format=json`, { authorization: `Bearer ${secret}` });
  expect(answer.status).toBe(200);
  return incidentExport.parse(answer.json);
}

describe('an exported incident', () => {
  it('holds all of it, and says that nothing is missing', async () => {
    const { incident: view, events, evidence, leftOut, exportedAt } = await exported(contents);
    expect(view).toMatchObject({ id: ID, restricted: false, together: [{ root: web }, { root: cache }] });
    expect(events).toHaveLength(4);
    expect(evidence).toHaveLength(2);
    expect(leftOut).toEqual([]);
    expect(exportedAt).toBe(new Date(NOON).toISOString());
  });

  it('holds no more than whoever exports it may see', async () => {
    const part = await exported(contents, [{ cluster: null, namespaces: ['shop'] }]);
    expect(part.incident).toMatchObject({ restricted: true, together: [{ root: web }] });
    expect(part.events.map(({ object }) => object.namespace)).toEqual(['shop', 'shop']);
    expect(part.evidence.map(({ body }) => body)).toEqual(['of the shop']);
    expect(part.told).toEqual([]);
    expect(JSON.stringify(part)).not.toContain('cache');
  });

  it.each([
    ['by number', eventsOf(EXPORT_BOUNDS.events + 1), EXPORT_BOUNDS.events],
    ['by size', eventsOf(1100, web, 'W'.repeat(8000)), 500],
  ])('is bounded in its events %s, and keeps the newest', async (_, events, about) => {
    const { events: kept, leftOut } = await exported({ ...contents, events });
    expect(kept[0]?.uid).toBe('web-0');
    expect(kept.length).toBeLessThanOrEqual(about);
    expect(kept.length).toBeGreaterThan(about * 0.9);
    expect(leftOut).toMatchObject([{ what: 'events' }]);
  });

  it('is bounded in its evidence, and keeps the newest', async () => {
    const half = 'x'.repeat(EXPORT_BOUNDS.evidenceBytes / 2);
    const evidence = [NOON - 3, NOON - 2, NOON - 1].map((at) => pieceOf(web, half, at));
    const { evidence: kept, leftOut } = await exported({ ...contents, evidence });
    expect(kept.map(({ capturedAt }) => Date.parse(capturedAt))).toEqual([NOON - 2, NOON - 1]);
    expect(leftOut).toMatchObject([{ what: 'evidence', count: 1 }]);
  });

  it('comes as a file, as a page unless asked for otherwise, with the JSON in it', async () => {
    const root = { ...web, name: 'we"b\r\nx: y/../../\u202Eа' };
    const { inject } = await apiOver({ ...contents, incidents: [{ ...incident, root }] });
    const page = await inject('');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-disposition')).toMatch(/^attachment; filename="tattle-incident-[\w.-]+\.html"$/);
    expect(incidentExport.parse(incidentJsonOf(page.text)).incident.root.name).toBe(root.name);
    const json = await inject('?format=json');
    expect(json.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(json.headers.get('content-disposition')).toMatch(/\.json"$/);
  });

  it('is refused for no incident, and in no form that there is', async () => {
    const { get } = await startApi(contents);
    expect((await get('/api/v1/incidents/ffff/export')).status).toBe(404);
    const { status, json } = await get(`/api/v1/incidents/${ID}/export?format=pdf`);
    expect(status).toBe(400);
    expect(json.hint).toContain('html, json');
  });
});

async function apiOver(given: MemoryContents) {
  const api = await startApi(given);
  return {
    inject: async (query: string) => {
      const { headers, text } = await api.get(`/api/v1/incidents/${ID}/export${query}`);
      return { headers: new Headers(headers as Record<string, string>), text };
    },
  };
}
