import { describe, expect, it } from 'vitest';
import { ManualClock, systemClock } from '../../kit/clock.ts';
import { contextAccess } from '../../kube/context-access.ts';
import { loadKubeconfig } from '../../kube/kubeconfig.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { Fault } from '../../simulate/faults.ts';
import { simulatedKubeconfig } from '../look/testing/simulated-kubeconfig.ts';
import type { Check } from './check.ts';
import { clusterChecks } from './cluster-check.ts';

async function checked(
  faults: readonly Fault[],
  { namespaces = 'all', clock = systemClock }: { namespaces?: 'all' | readonly string[]; clock?: Clock } = {},
): Promise<ReadonlyMap<string, Check>> {
  const { kubeconfig } = await simulatedKubeconfig({ faults, gitVersion: 'v1.33.1' });
  const access = contextAccess(await loadKubeconfig([kubeconfig]), null, { clock: systemClock, environment: {} });
  const checks = await clusterChecks({ access, namespaces, clock, signal: new AbortController().signal });
  return new Map(checks.map((check) => [check.name, check]));
}

const denied = (resource: string, more: Partial<Fault> = {}): Fault => ({
  effect: { kind: 'denied' },
  resource,
  ...more,
});

describe('a cluster', () => {
  it('is fine: version, identity, clock, permissions', async () => {
    const checks = await checked([]);
    expect([...checks.values()].map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(checks.get('cluster simulated')?.detail).toMatch(/v1\.33\.1, lists in pages/);
  });

  it('lacks a Role: it is printed, for exactly what is missing', async () => {
    const permissions = (await checked([denied('nodes'), denied('pods', { verb: 'log' })])).get(
      'cluster simulated permissions',
    );
    expect(permissions?.state).toBe('warn');
    expect(permissions?.detail).toBe('missing in the whole cluster: nodes (list, watch), pods/log (get)');
    const roles = permissions?.mend ?? '';
    expect(roles).toContain(
      'name: tattle-read-pods-log\nrules:\n- apiGroups: [""]\n  resources: ["pods/log"]\n  verbs: ["get"]',
    );
    expect(roles).toContain('resources: ["nodes"]\n  verbs: ["get", "list", "watch"]');
    expect(roles.match(/kind: ClusterRole\n/g)).toHaveLength(4);
    expect(roles).not.toContain('deployments');
  });

  it('fails without pods or without events of either group', async () => {
    const core = denied('events');
    const grouped = denied('events.events.k8s.io');
    const state = async (...faults: Fault[]) => (await checked(faults)).get('cluster simulated permissions')?.state;
    expect(await state(denied('pods', { verb: 'list' }))).toBe('fail');
    expect(await state(grouped)).toBe('ok');
    expect(await state(core, grouped)).toBe('fail');
  });

  it('is asked for the namespaces that are watched, and for Roles in those', async () => {
    const faults = [denied('services', { namespace: 'shop' }), denied('services', { namespace: '' })];
    const permissions = (await checked(faults, { namespaces: ['shop', 'web'] })).get('cluster simulated permissions');
    expect(permissions?.detail).toBe('missing in shop, web: services in shop (list, watch)');
    expect(permissions?.mend).toContain('kind: Role\nmetadata:\n  name: tattle-read-services\n  namespace: shop');
  });

  it('has a clock that is an hour off', async () => {
    const clock: Clock = { ...systemClock, now: () => Date.now() - 3_600_000 };
    expect((await checked([], { clock })).get('cluster simulated clock')).toMatchObject({ state: 'fail' });
  });

  it('hides its kube-system: the name stands in, and that is told', async () => {
    const check = (await checked([denied('namespaces', { verb: 'get' })])).get('cluster simulated identity');
    expect(check).toMatchObject({ state: 'warn', detail: expect.stringContaining('the name simulated') });
  });

  it('is not there', async () => {
    const { kubeconfig, cluster } = await simulatedKubeconfig();
    const access = contextAccess(await loadKubeconfig([kubeconfig]), null, { clock: systemClock, environment: {} });
    await cluster.close();
    const checks = await clusterChecks({
      access,
      namespaces: 'all',
      clock: new ManualClock(0),
      signal: new AbortController().signal,
    });
    expect(checks).toEqual([
      expect.objectContaining({
        name: 'cluster simulated',
        state: 'fail',
        mend: expect.stringContaining('Nothing listens'),
      }),
    ]);
  });

  it('answers no access reviews: that is told, and nothing guessed', async () => {
    const refuse: Fault = { effect: { kind: 'status', code: 404 }, path: '/apis/authorization.k8s.io' };
    expect((await checked([refuse])).get('cluster simulated permissions')?.state).toBe('skipped');
  });
});
