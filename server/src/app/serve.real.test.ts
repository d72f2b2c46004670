/** A whole Tattle on a real API server and on a PostgreSQL of the user's (TATTLE_TEST_PG_BIN names its programs). */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WireEventPage, WireIncidentDetail, WireIncidentPage, WireReadiness, WireStatus } from '@tattle/contract';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { ControlPlane } from '../kube/testing/control-plane.ts';
import { faultyEndpoint } from '../notify/testing/faulty-endpoint.ts';
import { startTestServer, type TestServer } from '../store/testing/servers.ts';
import { crashLoop, deploy, noteEvent, type RealCluster, realCluster } from './testing/real-cluster.ts';
import { eventually, runToEnd, startServer } from './testing/server-process.ts';

let plane: ControlPlane;
let cluster: RealCluster;
let postgres: TestServer;
beforeAll(async () => {
  const bin = process.env['TATTLE_TEST_PG_BIN'];
  if (bin === undefined) throw new Error('TATTLE_TEST_PG_BIN must name the bin/ folder of a PostgreSQL of 14 or later');
  postgres = await startTestServer(bin);
  plane = await ControlPlane.start();
  cluster = await realCluster(plane);
});
afterAll(async () => {
  await plane?.stop();
  await postgres?.close();
});

async function scratch(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'tattle-real-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  return home;
}

it('makes a crash loop an incident with evidence, and tells the webhook', async () => {
  await cluster.post('/api/v1/namespaces', { metadata: { name: 'shop' } });
  await cluster.post('/api/v1/namespaces', { metadata: { name: 'other' } });
  const webhook = await faultyEndpoint();
  onTestFinished(() => webhook.close());
  const home = await scratch();
  const variables = {
    TATTLE_KUBECONFIG: plane.kubeconfig,
    TATTLE_NAMESPACES: 'shop',
    TATTLE_STORE_URL: await postgres.freshDatabase(),
    TATTLE_WEBHOOK_URL: webhook.url,
  };
  const server = await startServer(home, variables);
  await server.awaits<WireReadiness>('/readyz', (_, status) => status === 200);
  for (const namespace of ['shop', 'other']) {
    const uid = await deploy(cluster, namespace, 'web');
    await crashLoop(cluster, namespace, 'web-7d9f-x2x4k', uid);
  }
  const title = 'CrashLoopBackOff: Deployment shop/web';
  const { items } = await server.awaits<WireIncidentPage>('/api/v1/incidents', (page) =>
    page.items.some((incident) => incident.title === title),
  );
  expect(items.map((incident) => incident.root.namespace)).not.toContain('other');
  const id = items.find((incident) => incident.title === title)?.id ?? '';
  const events = await server.awaits<WireEventPage>('/api/v1/events?namespace=shop&reason=BackOff', (page) =>
    page.items.some(({ origin }) => origin === 'event'),
  );
  expect(events.items.find(({ origin }) => origin === 'event')).toMatchObject({ count: 4, incidentId: id });
  const { evidence } = await server.awaits<WireIncidentDetail>(
    `/api/v1/incidents/${id}`,
    (detail) => detail.evidence.length > 0,
  );
  expect(evidence.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['spec', 'status', 'owners', 'events']));
  // No kubelet answers here: that a log cannot be had is evidence, too.
  expect(evidence.find(({ kind }) => kind === 'log')?.error).not.toBeNull();
  const body = await eventually('the webhook', async () =>
    webhook.received
      .map((received) => JSON.parse(received.body) as { incident: { id: string }; context: { pod_spec: unknown } })
      .find((told) => told.incident.id === id),
  );
  expect(body.context.pod_spec).toMatchObject({ nodeName: 'node-1' });
  expect((await server.get<WireStatus>('/api/v1/status')).body.streams.map(({ health }) => health)).not.toContain(
    'denied',
  );
  expect(await server.stop()).toBe(0);

  // What happens while nobody watches is asked for after the start, from where the watch stood: no gap, no second notice.
  await noteEvent(cluster, 'shop', 'meanwhile');
  const again = await startServer(home, variables);
  await again.awaits<WireEventPage>('/api/v1/events?reason=Noted', (page) => page.items.length === 1);
  expect((await again.get<WireStatus>('/api/v1/status')).body.gaps).toEqual([]);
  const openings = webhook.received.map(
    ({ body: told }) => JSON.parse(told) as { incident: { notice: string; id: string } },
  );
  expect(openings.filter(({ incident }) => incident.id === id && incident.notice === 'opened')).toHaveLength(1);
  expect(await again.stop()).toBe(0);
});

it('keeps its data directory to itself, also where the store is elsewhere', async () => {
  const home = await scratch();
  const variables = { TATTLE_KUBECONFIG: plane.kubeconfig, TATTLE_STORE_URL: await postgres.freshDatabase() };
  const server = await startServer(home, variables);
  const second = await runToEnd(home, variables);
  expect(second.code).toBe(1);
  expect(second.log).toContain(`belongs to another Tattle (pid ${server.child.pid}`);
  expect(await server.stop()).toBe(0);
  const next = await startServer(home, variables);
  expect(await next.stop()).toBe(0);
});

it('goes on with what a ServiceAccount may see, and shows the Role for what it may not', async () => {
  const kubeconfig = await serviceAccountKubeconfig();
  const server = await startServer(await scratch(), { TATTLE_KUBECONFIG: kubeconfig, TATTLE_NAMESPACES: 'all' });
  const status = await server.awaits<WireStatus>(
    '/api/v1/status',
    ({ streams, ready }) => ready && streams.some(({ health }) => health === 'denied'),
  );
  const denied = status.streams.find(({ stream }) => stream === 'apps/v1/deployments');
  expect(denied).toMatchObject({ health: 'denied' });
  expect(denied?.detail).toContain('kind: ClusterRole');
  expect(denied?.detail).toContain('resources: ["deployments"]');
  expect(denied?.detail).toContain('kind: ServiceAccount');
  expect(denied?.detail).toContain('name: watcher');
  expect(status.streams.find(({ stream }) => stream === 'v1/pods')).toMatchObject({ health: 'watching' });
  const pods = await server.awaits<WireEventPage>('/api/v1/events', (page) => page.items.length > 0);
  expect(pods.items.length).toBeGreaterThan(0);
  expect(await server.stop()).toBe(0);
});

/** May see pods, nodes, namespaces and events, and nothing else. */
async function serviceAccountKubeconfig(): Promise<string> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  await cluster.post('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'watcher' } });
  await cluster.post(`${rbac}/clusterroles`, {
    metadata: { name: 'watcher' },
    rules: [
      {
        apiGroups: ['', 'events.k8s.io'],
        resources: ['pods', 'nodes', 'namespaces', 'events'],
        verbs: ['get', 'list', 'watch'],
      },
    ],
  });
  await cluster.post(`${rbac}/clusterrolebindings`, {
    metadata: { name: 'watcher' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'watcher' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: 'watcher' }],
  });
  const { status } = await cluster.post('/api/v1/namespaces/default/serviceaccounts/watcher/token', {
    spec: { expirationSeconds: 3600 },
  });
  const config = JSON.parse(await readFile(plane.kubeconfig, 'utf8')) as { users: unknown; contexts: unknown };
  const { token } = status as { token: string };
  const own = {
    ...config,
    users: [{ name: 'watcher', user: { token } }],
    contexts: [{ name: 'watcher', context: { cluster: 'plane', user: 'watcher' } }],
    'current-context': 'watcher',
  };
  const path = join(plane.directory, 'watcher.kubeconfig');
  await writeFile(path, JSON.stringify(own), { mode: 0o600 });
  return path;
}
