/** Incidents and causes in the words of a real API server, controller manager and scheduler: nothing here is written by the test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WireEventPage, WireIncident, WireIncidentPage, WireIncidentView, WireReadiness } from '@tattle/contract';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { ControlPlane } from '../kube/testing/control-plane.ts';
import { type RealCluster, realCluster } from './testing/real-cluster.ts';
import { eventually, type ServerProcess, startServer } from './testing/server-process.ts';

let plane: ControlPlane;
let cluster: RealCluster;

const LABELS = { app: 'web' };

beforeAll(async () => {
  plane = await ControlPlane.start({ controllerManager: true, scheduler: true, trustsNodes: true });
  cluster = await realCluster(plane);
  await cluster.post('/api/v1/nodes', { metadata: { name: 'node-1', labels: { zone: 'a' } } });
  await cluster.merge('/api/v1/nodes/node-1/status', {
    status: {
      capacity: { cpu: '4', memory: '8Gi', pods: '110' },
      allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
      conditions: [
        { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
      ],
    },
  });
  // Each node begins with the taint of one that is not ready, which its controller would take away.
  await cluster.merge('/api/v1/nodes/node-1', { spec: { taints: null } });
}, 180_000);

afterAll(async () => {
  await plane?.stop();
});

/** Several tests run at once, so each has to name itself. */
type Test = Pick<TestContext, 'onTestFinished'>;

async function scratch({ onTestFinished }: Test): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'tattle-real-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  return home;
}

/** Watches one namespace of the cluster. */
async function watching(of: string, { onTestFinished }: Test, home: string): Promise<ServerProcess> {
  const variables = { TATTLE_KUBECONFIG: plane.kubeconfig, TATTLE_NAMESPACES: of };
  const server = await startServer(home, variables, onTestFinished);
  await server.awaits<WireReadiness>('/readyz', (_, status) => status === 200);
  return server;
}

async function namespace(name: string): Promise<string> {
  await cluster.post('/api/v1/namespaces', { metadata: { name } });
  return name;
}

function podSpec(more: object = {}, container: object = {}): object {
  return { containers: [{ name: 'web', image: 'registry.example/web:1', ...container }], ...more };
}

async function deployment(of: string, spec: object, replicas = 1): Promise<void> {
  await cluster.post(`/apis/apps/v1/namespaces/${of}/deployments`, {
    metadata: { name: 'web' },
    spec: { replicas, selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec } },
  });
}

/** The incident of the namespace once it has the cause. */
async function incidentOf(server: ServerProcess, of: string, cause: string): Promise<WireIncidentView> {
  const has = (incident: WireIncident) => incident.diagnosis?.cause === cause;
  const path = `/api/v1/incidents?view=full&namespace=${of}`;
  const { items } = await server.awaits<WireIncidentPage>(path, (page) => page.items.some(has));
  return items.find(has) as WireIncidentView;
}

function cited({ diagnosis }: WireIncident): string {
  return diagnosis?.citations.map(({ text }) => text).join('\n') ?? '';
}

// Most of each is the wait until what pends is taken for a problem.
describe.concurrent('on a real control plane', { timeout: 120_000 }, () => {
  it('says which quota refuses the pods, and how much is asked for', async (test) => {
    const of = await namespace('quota');
    const server = await watching(of, test, await scratch(test));
    await cluster.post(`/api/v1/namespaces/${of}/resourcequotas`, {
      metadata: { name: 'team-quota' },
      spec: { hard: { pods: '1' } },
    });
    // Until its controller has counted, a quota refuses nothing.
    await eventually('the quota to be counted', async () => {
      const { status } = await cluster.merge(`/api/v1/namespaces/${of}/resourcequotas/team-quota`, {});
      return (status as { hard?: object } | undefined)?.hard;
    });
    await deployment(of, podSpec(), 3);
    const incident = await incidentOf(server, of, 'quota-exceeded');
    expect(incident).toMatchObject({ condition: 'FailedCreate', root: { kind: 'Deployment', name: 'web' } });
    expect(cited(incident)).toContain('team-quota');
  });

  it('roots an unbound claim and the pods that wait for it at the claim', async (test) => {
    const of = await namespace('claim');
    const server = await watching(of, test, await scratch(test));
    await cluster.post(`/api/v1/namespaces/${of}/persistentvolumeclaims`, {
      metadata: { name: 'data' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'fast-ssd',
        resources: { requests: { storage: '1Gi' } },
      },
    });
    await deployment(of, podSpec({ volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] }));
    const incident = await incidentOf(server, of, 'volume-unbound');
    expect(incident.root).toMatchObject({ kind: 'PersistentVolumeClaim', name: 'data' });
    expect(cited(incident)).toContain('fast-ssd');
    const { body } = await server.get<WireIncidentPage>(`/api/v1/incidents?namespace=${of}`);
    expect(body.items.map(({ id }) => id)).toEqual([incident.id]);
  });

  it('does the arithmetic of a pod that no node has room for', async (test) => {
    const of = await namespace('room');
    const server = await watching(of, test, await scratch(test));
    await deployment(of, podSpec({}, { resources: { requests: { memory: '64Gi' } } }));
    const incident = await incidentOf(server, of, 'insufficient-resources');
    expect(incident).toMatchObject({ condition: 'FailedScheduling', root: { kind: 'Deployment', name: 'web' } });
    expect(cited(incident)).toContain('Insufficient memory');
    expect(incident.diagnosis?.explanation).toContain('64Gi');
  });

  it('names the labels that no node has', async (test) => {
    const of = await namespace('labels');
    const server = await watching(of, test, await scratch(test));
    await deployment(of, podSpec({ nodeSelector: { zone: 'b' } }));
    const incident = await incidentOf(server, of, 'node-affinity');
    expect(incident.diagnosis?.explanation).toContain('zone');
  });

  it('keeps what was changed before, and what people do, over a restart', async (test) => {
    const of = await namespace('changed');
    const home = await scratch(test);
    let server = await watching(of, test, home);
    await deployment(of, podSpec());
    await server.awaits<WireEventPage>('/api/v1/events', (page) => page.items.length > 0);
    await cluster.merge(`/apis/apps/v1/namespaces/${of}/deployments/web`, {
      spec: { template: { spec: podSpec({ nodeSelector: { zone: 'nowhere' } }) } },
    });
    const incident = await incidentOf(server, of, 'rollout-regression');
    expect(incident.changes[0]?.summary).toContain('node selector');
    await server.stop();
    server = await watching(of, test, home);
    const again = await incidentOf(server, of, 'rollout-regression');
    expect(again.id).toBe(incident.id);
    expect(again.changes).toEqual(incident.changes);
  });
});

// By itself: two seconds are over before a busy machine has got to it.
describe('on a real control plane, with nothing beside it', { timeout: 120_000 }, () => {
  it('tells a deadline of a job', async (test) => {
    const of = await namespace('deadline');
    const server = await watching(of, test, await scratch(test));
    await cluster.post(`/apis/batch/v1/namespaces/${of}/jobs`, {
      metadata: { name: 'report' },
      spec: { activeDeadlineSeconds: 2, template: { spec: { ...podSpec(), restartPolicy: 'Never' } } },
    });
    const incident = await incidentOf(server, of, 'deadline-exceeded');
    expect(incident).toMatchObject({ condition: 'DeadlineExceeded', severity: 'medium', root: { kind: 'Job' } });
  });
});
