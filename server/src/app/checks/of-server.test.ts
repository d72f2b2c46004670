import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { healthyStatus } from '../../api/testing/start-api.ts';
import { systemClock } from '../../kit/clock.ts';
import { contextAccess } from '../../kube/context-access.ts';
import { loadKubeconfig } from '../../kube/kubeconfig.ts';
import { DEFAULT_FILTER, DEFAULT_RETENTION_DAYS } from '../../model/settings.ts';
import type { Fault } from '../../simulate/faults.ts';
import { simulatedKubeconfig } from '../look/testing/simulated-kubeconfig.ts';
import { configurationSchema } from '../config-schema.ts';
import { checksOfServer } from './of-server.ts';

/** Takes connections, and counts what it is sent. */
async function listening() {
  let bytes = 0;
  const server = createServer((socket) => {
    socket.on('data', (chunk: Buffer) => (bytes += chunk.length)).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, sent: () => bytes };
}

async function checked(faults: readonly Fault[], simulated = false) {
  const { kubeconfig } = await simulatedKubeconfig({ faults });
  const access = contextAccess(await loadKubeconfig([kubeconfig]), null, { clock: systemClock, environment: {} });
  const hook = await listening();
  const channels = [{ name: 'ops', type: 'webhook', url: `http://127.0.0.1:${hook.port}/secret-path` }];
  const look = checksOfServer({
    configuration: configurationSchema.parse({ channels }),
    accesses: [access],
    simulated,
    status: () => healthyStatus(),
    clusters: () => [],
    knownNamespaces: () => [],
    settings: {
      view: () => ({ filter: DEFAULT_FILTER, retention: DEFAULT_RETENTION_DAYS, locked: [], notices: [] }),
      monitors: () => false,
    },
    brokenChannel: () => null,
    channels: () => [{ name: 'ops', type: 'webhook', state: 'ready' }],
    history: {
      events: async () => ({ items: [], nextCursor: null, partial: false }),
      histogram: async () => ({ from: 0, to: 1, bucketMs: 1, buckets: [], partial: false }),
    },
    outbox: { deliveries: async () => ({ items: [], nextCursor: null }) },
    clock: systemClock,
  });
  const { items } = await look();
  return { items, named: (name: string) => items.find((check) => check.name === name), hook };
}

it('asks a real API server what may be read, and hands out the missing Roles', async () => {
  const { named, items, hook } = await checked([{ effect: { kind: 'denied' }, resource: 'nodes' }]);
  expect(named('cluster simulated')).toMatchObject({ state: 'ok', cluster: { name: 'simulated' } });
  expect(named('cluster simulated clock')).toMatchObject({ state: 'ok' });
  const permissions = named('cluster simulated permissions');
  expect(permissions).toMatchObject({
    state: 'warn',
    detail: expect.stringContaining('nodes (list, watch)') as string,
  });
  expect(permissions?.manifest).toMatch(
    /^apiVersion: rbac[^]*kind: ClusterRole\n[^]*\n---\n[^]*kind: ClusterRoleBinding\n/,
  );
  expect(permissions?.mend).not.toContain('apiVersion');
  expect(named('channel ops')).toMatchObject({
    state: 'ok',
    detail: expect.stringContaining('takes connections') as string,
  });
  expect(hook.sent()).toBe(0);
  expect(JSON.stringify(items)).not.toContain('secret-path');
});

it('asks a recording nothing, and says what it is', async () => {
  const { items, named } = await checked([], true);
  expect(named('recording')).toBeDefined();
  expect(items.filter(({ cluster }) => cluster !== null)).toEqual([]);
});
