/** A whole Tattle on a real API server: a ServiceAccount's token opens the API as far as its RBAC goes, and no further. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WireEventPage, WireIncidentPage, WireReadiness, WireSession } from '@tattle/contract';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { ControlPlane } from '../kube/testing/control-plane.ts';
import { crashLoop, deploy, type RealCluster, realCluster } from './testing/real-cluster.ts';
import { eventually, type ServerProcess, startServer } from './testing/server-process.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

let plane: ControlPlane;
let cluster: RealCluster;
beforeAll(async () => {
  plane = await ControlPlane.start();
  cluster = await realCluster(plane);
});
afterAll(() => plane?.stop());

async function account(namespace: string, name: string, rules: readonly object[]): Promise<string> {
  await cluster.post(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name } });
  await cluster.post(`${RBAC}/namespaces/${namespace}/roles`, { metadata: { name }, rules });
  await cluster.post(`${RBAC}/namespaces/${namespace}/rolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
  const { status } = await cluster.post(`/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 3600 },
  });
  return (status as { token: string }).token;
}

function as(server: ServerProcess, token: string) {
  return async <Body>(path: string, method = 'GET') => {
    const response = await fetch(new URL(path, server.origin), {
      method,
      headers: { authorization: `Bearer ${token}` },
    });
    return { status: response.status, body: (await response.json()) as Body };
  };
}

it('shows a ServiceAccount its namespace, lets it act where RBAC says so, and ends with the binding', {
  timeout: 120_000,
}, async () => {
  for (const name of ['shop', 'pay']) await cluster.post('/api/v1/namespaces', { metadata: { name } });
  const looking = { apiGroups: [''], resources: ['events'], verbs: ['list'] };
  const acting = { apiGroups: ['tattle.dev'], resources: ['incidents'], verbs: ['update'] };
  const viewer = await account('shop', 'viewer', [looking]);
  const operator = await account('shop', 'operator', [looking, acting]);
  const home = await mkdtemp(join(tmpdir(), 'tattle-access-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  const server = await startServer(home, {
    TATTLE_KUBECONFIG: plane.kubeconfig,
    TATTLE_NAMESPACES: 'all',
    TATTLE_KUBERNETES_ACCESS: 'true',
  });
  await server.awaits<WireReadiness>('/readyz', (_, status) => status === 200);
  for (const namespace of ['shop', 'pay']) {
    await crashLoop(cluster, namespace, 'web-7d9f-x2x4k', await deploy(cluster, namespace, 'web'));
  }
  const all = await server.awaits<WireIncidentPage>('/api/v1/incidents', ({ items }) => items.length >= 2);
  const idIn = (namespace: string) => all.items.find(({ root }) => root.namespace === namespace)?.id ?? '';

  const asViewer = as(server, viewer);
  expect((await asViewer<WireSession>('/api/v1/session')).body).toMatchObject({
    id: 'kubernetes:system:serviceaccount:shop:viewer',
    grants: [{ role: 'viewer', scope: [{ namespaces: ['shop'] }] }],
  });
  const incidents = (await asViewer<WireIncidentPage>('/api/v1/incidents')).body.items;
  expect(incidents.map(({ root }) => root.namespace)).toEqual(['shop']);
  const events = (await asViewer<WireEventPage>('/api/v1/events?limit=1000')).body.items;
  expect([...new Set(events.map(({ object }) => object.namespace))]).toEqual(['shop']);
  expect((await asViewer(`/api/v1/incidents/${idIn('pay')}`)).status).toBe(404);
  expect((await asViewer(`/api/v1/incidents/${idIn('shop')}/acknowledge`, 'POST')).status).toBe(403);
  expect((await asViewer('/api/v1/config')).status).toBe(403);
  expect((await asViewer('/api/v1/tokens')).status).toBe(403);
  expect((await asViewer('/api/v1/session', 'POST')).status).toBe(409);

  const asOperator = as(server, operator);
  expect((await asOperator(`/api/v1/incidents/${idIn('shop')}/acknowledge`, 'POST')).status).toBe(200);
  expect((await asOperator(`/api/v1/incidents/${idIn('pay')}/acknowledge`, 'POST')).status).toBe(404);
  const { body: trail } = await server.get<{ items: { actor: string; action: string }[] }>('/api/v1/audit');
  expect(trail.items).toContainEqual(
    expect.objectContaining({
      actor: 'kubernetes:system:serviceaccount:shop:operator',
      action: 'incident.acknowledge',
    }),
  );

  await cluster.remove(`${RBAC}/namespaces/shop/rolebindings/viewer`);
  await eventually('the end of what the binding allowed', async () =>
    (await asViewer('/api/v1/events')).status === 403 ? true : undefined,
  );
  expect((await as(server, `${viewer}x`)('/api/v1/events')).status).toBe(401);
  expect(server.log()).not.toContain(viewer.slice(0, 40));
  expect(await server.stop()).toBe(0);
});
