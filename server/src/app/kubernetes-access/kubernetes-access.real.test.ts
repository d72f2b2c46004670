/** A real API server's words about its own tokens and RBAC: who they are, where they may look, and when that ends. */
import { createSign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { ManualClock, systemClock } from '../../kit/clock.ts';
import { quiet } from '../../kit/testing/quiet.ts';
import type { KubeClient } from '../../kube/client.ts';
import { contextAccess } from '../../kube/context-access.ts';
import { loadKubeconfig } from '../../kube/kubeconfig.ts';
import { reviewToken } from '../../kube/reviews.ts';
import { ControlPlane } from '../../kube/testing/control-plane.ts';
import { type RealCluster, realCluster } from '../testing/real-cluster.ts';
import { firstCluster } from './first-cluster.ts';
import { createKubernetesAccess, type KubernetesAccess, KubernetesUnavailable } from './kubernetes-access.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const RBAC_GROUP = 'rbac.authorization.k8s.io';
const CLUSTER = { uid: 'uid-plane', name: 'plane' };

let plane: ControlPlane;
let cluster: RealCluster;
let admin: KubeClient;

beforeAll(async () => {
  plane = await ControlPlane.start();
  cluster = await realCluster(plane);
  admin = await plane.client('admin');
  for (const name of ['shop', 'pay', 'empty']) await cluster.post('/api/v1/namespaces', { metadata: { name } });
  await clusterRole('tattle-viewer', [rule('', 'events', 'list')]);
  await clusterRole('tattle-approver', [
    rule('', 'events', 'list'),
    rule('tattle.dev', 'incidents', 'update'),
    rule('tattle.dev', 'remediations', 'update'),
  ]);
  // `reader` is Tattle itself: a user with nothing but Kubernetes' own role for reviews. `other` has not even that.
  await bindEverywhere('tattle-auth-delegator', 'system:auth-delegator', user('reader'));
});
afterAll(async () => {
  admin?.close();
  await plane?.stop();
});

interface Bench extends KubernetesAccess {
  readonly told: readonly string[];
  readonly later: (ms: number) => void;
}

async function access(audiences: readonly string[] = [], as: 'reader' | 'other' = 'reader'): Promise<Bench> {
  const tattle = contextAccess(await loadKubeconfig([plane.kubeconfig]), as, { clock: systemClock, environment: {} });
  const known = [{ uid: 'uid-another', name: 'another' }, CLUSTER];
  const trusted = firstCluster({
    access: { ...tattle, name: CLUSTER.name },
    known: () => known,
    clock: systemClock,
    version: 'test',
  });
  onTestFinished(() => trusted.close());
  const clock = new ManualClock(Date.now());
  const { logger, lines } = quiet();
  const { identify } = createKubernetesAccess({
    clusters: [trusted],
    namespaces: () => ['shop', 'pay', 'empty'],
    audiences,
    clock,
    logger,
  });
  return { identify, told: lines, later: (ms) => clock.advanceTo(clock.now() + ms) };
}

it('lets a ServiceAccount see and approve where RoleBindings say so', async () => {
  const account = await serviceAccount('shop', 'bot');
  await bindIn('shop', 'bot-approves', 'tattle-approver', account);
  await bindIn('pay', 'bot-looks', 'tattle-viewer', account);
  const { identify } = await access();
  const principal = await identify(await tokenOf(account));
  expect(principal).toMatchObject({ id: 'kubernetes:system:serviceaccount:shop:bot', grants: { length: 2 } });
  expect(principal?.grants).toContainEqual(inNamespaces('approver', 'shop'));
  expect(principal?.grants).toContainEqual(inNamespaces('viewer', 'pay'));
});

it('sees the whole cluster by a ClusterRoleBinding, also by one to the group of its namespace’s ServiceAccounts', async () => {
  const account = await serviceAccount('pay', 'auditor');
  const group = { kind: 'Group', apiGroup: RBAC_GROUP, name: 'system:serviceaccounts:pay' };
  await bindEverywhere('pay-looks', 'tattle-viewer', group);
  const { identify } = await access();
  const everywhere = { role: 'viewer', scope: [{ cluster: CLUSTER.uid, namespaces: null }] };
  expect((await identify(await tokenOf(account)))?.grants).toEqual([everywhere]);
  await cluster.remove(`${RBAC}/clusterrolebindings/pay-looks`);
});

it('gives an administrator of the cluster every role in it', async () => {
  const { identify } = await access();
  const everywhere = { role: 'admin', scope: [{ cluster: CLUSTER.uid, namespaces: null }] };
  expect(await identify('admin-token')).toEqual({ id: 'kubernetes:admin', name: 'admin', grants: [everywhere] });
});

it('follows a RoleBinding that comes and goes', async () => {
  const account = await serviceAccount('shop', 'guest');
  const token = await tokenOf(account);
  const { identify, later } = await access();
  expect((await identify(token))?.grants).toEqual([]);
  await bindIn('shop', 'guest-looks', 'tattle-viewer', account);
  await expect
    .poll(async () => {
      later(30_000);
      return (await identify(token))?.grants;
    })
    .toEqual([inNamespaces('viewer', 'shop')]);
  await cluster.remove(`${RBAC}/namespaces/shop/rolebindings/guest-looks`);
  expect((await identify(token))?.grants).toEqual([inNamespaces('viewer', 'shop')]);
  await expect
    .poll(async () => {
      later(30_000);
      return (await identify(token))?.grants;
    })
    .toEqual([]);
});

it('knows a ServiceAccount no longer that was deleted', async () => {
  const account = await serviceAccount('shop', 'leaver');
  const token = await tokenOf(account);
  const { identify, later } = await access();
  expect(await identify(token)).not.toBeNull();
  await cluster.remove('/api/v1/namespaces/shop/serviceaccounts/leaver');
  // The API server itself goes on for up to 10 s by what it remembers of a token.
  await expect
    .poll(
      async () => {
        later(30_000);
        return identify(token);
      },
      { timeout: 30_000, interval: 1000 },
    )
    .toBeNull();
});

it('takes a token for the audience that it is meant for, and no other', async () => {
  const account = await serviceAccount('shop', 'client');
  const forUs = await tokenOf(account, ['tattle']);
  const forTheServer = await tokenOf(account);
  const withAudience = await access(['tattle']);
  expect(await withAudience.identify(forUs)).toMatchObject({ name: 'system:serviceaccount:shop:client' });
  expect(await withAudience.identify(forTheServer)).toBeNull();
  const without = await access();
  expect(await without.identify(forTheServer)).not.toBeNull();
  expect(await without.identify(forUs)).toBeNull();
});

it('knows nobody by a token that is forged, cut, unsigned or made up', async () => {
  const token = await tokenOf(await serviceAccount('shop', 'victim'));
  const [header = '', claims = '', signature = ''] = token.split('.');
  const others = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
  const forged = encode({ ...others, sub: 'system:serviceaccount:kube-system:admin' });
  const { identify } = await access();
  expect(await identify(token)).not.toBeNull();
  for (const bad of [
    `${header}.${forged}.${signature}`,
    `${header}.${claims}.${signature.slice(0, -8)}`,
    `${encode({ alg: 'none' })}.${claims}.${signature}`,
    `${encode({ alg: 'none' })}.${claims}.`,
    'reader-tokens',
    'Zm9vYmFyZm9vYmFyZm9vYmFy',
  ])
    expect(await identify(bad)).toBeNull();
});

it('knows nobody by a token that has expired, although the right key signed it', async () => {
  const [header = '', payload = ''] = (await tokenOf(await serviceAccount('shop', 'late'))).split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, number>;
  const now = Math.floor(Date.now() / 1000);
  const key = await readFile(join(plane.directory, 'sa.key'), 'utf8');
  const until = (exp: number) => {
    const signed = `${header}.${encode({ ...claims, iat: now - 7200, nbf: now - 7200, exp })}`;
    return `${signed}.${createSign('sha256').update(signed).sign(key, 'base64url')}`;
  };
  const { identify } = await access();
  expect(await identify(until(now + 600))).toMatchObject({ name: 'system:serviceaccount:shop:late' });
  expect(await identify(until(now - 600))).toBeNull();
});

it('is told by the API server, too, that an unsigned token is nobody’s', async () => {
  const claims = encode({ iss: 'https://kubernetes.default.svc', sub: 'system:serviceaccount:shop:bot' });
  const bounds = { signal: AbortSignal.timeout(10_000), timeoutMs: 5000 };
  const unsigned = { token: `${encode({ alg: 'none' })}.${claims}.`, audiences: [] };
  expect(await reviewToken(admin, unsigned, bounds)).toEqual({ ok: true, value: null });
});

it('shows the ClusterRole that is missing, for the very subject that lacks it', async () => {
  const { identify, told } = await access([], 'other');
  expect(await identify('admin-token')).toBeNull();
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('name: system:auth-delegator');
  expect(told[0]).toContain('name: \\"other\\"');
  expect(told[0]).not.toContain('admin-token');
});

it('says so when the API server is away, and lets who was known go on looking for a while', async () => {
  const account = await serviceAccount('shop', 'night');
  await bindIn('shop', 'night-approves', 'tattle-approver', account);
  const token = await tokenOf(account);
  const { identify, later } = await access();
  expect((await identify(token))?.grants).toEqual([inNamespaces('approver', 'shop')]);
  await plane.kill('kube-apiserver', 'SIGKILL');
  later(30_000);
  expect((await identify(token))?.grants).toEqual([inNamespaces('viewer', 'shop')]);
  await expect(identify('admin-token')).rejects.toBeInstanceOf(KubernetesUnavailable);
  later(90_000);
  await expect(identify(token)).rejects.toBeInstanceOf(KubernetesUnavailable);
  await plane.startApiServer();
  await expect
    .poll(async () => (await identify(token).catch(() => null))?.grants, { timeout: 30_000, interval: 500 })
    .toEqual([inNamespaces('approver', 'shop')]);
});

interface Account {
  readonly kind: 'ServiceAccount';
  readonly namespace: string;
  readonly name: string;
}

async function serviceAccount(namespace: string, name: string): Promise<Account> {
  await cluster.post(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name } });
  return { kind: 'ServiceAccount', namespace, name };
}

async function tokenOf({ namespace, name }: Account, audiences?: readonly string[]): Promise<string> {
  const { status } = await cluster.post(`/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
    spec: { expirationSeconds: 600, ...(audiences === undefined ? {} : { audiences }) },
  });
  return (status as { token: string }).token;
}

function user(name: string): object {
  return { kind: 'User', apiGroup: RBAC_GROUP, name };
}

function rule(group: string, resource: string, verb: string): object {
  return { apiGroups: [group], resources: [resource], verbs: [verb] };
}

async function clusterRole(name: string, rules: readonly object[]): Promise<void> {
  await cluster.post(`${RBAC}/clusterroles`, { metadata: { name }, rules });
}

async function bindIn(namespace: string, name: string, role: string, subject: object): Promise<void> {
  await cluster.post(`${RBAC}/namespaces/${namespace}/rolebindings`, binding(name, role, subject));
}

async function bindEverywhere(name: string, role: string, subject: object): Promise<void> {
  await cluster.post(`${RBAC}/clusterrolebindings`, binding(name, role, subject));
}

function binding(name: string, role: string, subject: object): Readonly<Record<string, unknown>> {
  const roleRef = { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: role };
  return { metadata: { name }, roleRef, subjects: [subject] };
}

function inNamespaces(role: string, ...namespaces: string[]): object {
  return { role, scope: [{ cluster: CLUSTER.uid, namespaces }] };
}

function encode(fields: object): string {
  return Buffer.from(JSON.stringify(fields)).toString('base64url');
}
