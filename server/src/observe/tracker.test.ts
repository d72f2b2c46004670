import { describe, expect, it } from 'vitest';
import type { ObjectRef } from '../model/object-ref.ts';
import type { StateObservation } from '../model/observation.ts';
import { TrackedConditions } from './conditions.ts';
import { CLUSTER, type Run, runRecording } from './testing/recorded-cluster.ts';

const raised = (run: Run) => run.observations.filter(({ transition }) => transition === 'raised');
const cleared = (run: Run) => run.observations.filter(({ transition }) => transition === 'cleared');
const keys = (observations: readonly StateObservation[]) => [...new Set(observations.map(({ uid }) => uid))].sort();

/** Condition → the kinds it was raised on, of one namespace. */
function conditionsIn(run: Run, namespace: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { condition, object } of raised(run)) {
    if (object.namespace === namespace) found[condition] = [...new Set([...(found[condition] ?? []), object.kind])];
  }
  return found;
}

function activeAtEnd(run: Run): string[] {
  const open = new Map<string, string>();
  for (const { object, container, condition, transition } of run.observations) {
    const slot = `${object.namespace}/${object.name}/${container}/${condition}`;
    if (transition === 'raised') open.set(slot, condition);
    else open.delete(slot);
  }
  return [...open.keys()];
}

function rootOf(run: Run, kind: string, namespace: string, name: string): ObjectRef {
  const found = run.cache.of(CLUSTER.uid).named(kind, namespace, name);
  if (found === undefined) throw new Error(`${kind} ${namespace}/${name} is not in the cache`);
  return found.ref;
}

describe('a cluster with ten things broken and its node lost for a while', async () => {
  const run = await runRecording('states');

  it('raises nothing on what is healthy', () => {
    expect(conditionsIn(run, 'healthy')).toEqual({});
    expect(run.faults).toEqual([]);
  });

  it.each([
    ['analytics', { FailedScheduling: ['Pod'] }],
    ['blog', { ImagePullBackOff: ['Pod'] }],
    ['checkout', { CrashLoopBackOff: ['Pod'] }],
    ['media', { OOMKilled: ['Pod'], MinimumReplicasUnavailable: ['Deployment'] }],
    ['orders', { RestartingOften: ['Pod'], CrashLoopBackOff: ['Pod'] }],
    ['reports', { BackoffLimitExceeded: ['Job'] }],
    ['search', { Unhealthy: ['Pod'], NoEndpoints: ['Service'] }],
    ['sessions', { FailedScheduling: ['Pod'], PersistentVolumeClaimPending: ['PersistentVolumeClaim'] }],
    ['staging', { FailedCreate: ['Deployment'], ProgressDeadlineExceeded: ['Deployment'] }],
    ['billing', { ProgressDeadlineExceeded: ['Deployment'], MinimumReplicasUnavailable: ['Deployment'] }],
  ])('names what is broken in %s', (namespace, expected) => {
    expect(conditionsIn(run, namespace)).toMatchObject(expected);
  });

  it('calls a container that is killed for memory OOMKilled, in back-off too, and not a crash loop', () => {
    expect(Object.keys(conditionsIn(run, 'media')).sort()).toEqual(['MinimumReplicasUnavailable', 'OOMKilled']);
    const kills = raised(run).filter(({ condition }) => condition === 'OOMKilled');
    expect(kills).toHaveLength(8);
    expect(kills[0]?.message).toContain('24Mi');
  });

  it('raises the lost node once, at the end of its grace, and clears it', () => {
    const node = run.observations.filter(({ object }) => object.kind === 'Node');
    expect(node.map(({ condition, transition }) => `${condition} ${transition}`)).toEqual([
      'NodeNotReady raised',
      'NodeNotReady cleared',
    ]);
    expect(node[0]).toMatchObject({
      firstSeen: Date.parse('2026-11-20T23:47:26Z'),
      lastSeen: Date.parse('2026-11-20T23:47:46Z'),
    });
    expect(node[1]).toMatchObject({ lastSeen: Date.parse('2026-11-20T23:48:05Z') });
  });

  it('raises nothing on pods and workloads because their node was lost', () => {
    const outage = [Date.parse('2026-11-20T23:47:26Z'), Date.parse('2026-11-20T23:48:05Z')] as const;
    const during = raised(run).filter(
      ({ firstSeen, object }) => firstSeen >= outage[0] && firstSeen < outage[1] && object.kind !== 'Node',
    );
    expect(new Set(during.map(({ object, condition }) => `${object.namespace} ${condition}`))).toEqual(
      new Set(['checkout CrashLoopBackOff', 'checkout MinimumReplicasUnavailable']),
    );
  });

  it('quotes what a person needs', () => {
    const said = (namespace: string) =>
      raised(run)
        .filter(({ object }) => object.namespace === namespace)
        .map(({ message }) => message)
        .join('\n');
    expect(said('analytics')).toContain('Insufficient memory');
    expect(said('blog')).toContain('registry.example.invalid/team/frontend:v1.2.33');
    expect(said('sessions')).toContain('fast-ssd');
    expect(said('staging')).toContain('team-quota');
    expect(said('checkout')).toContain('exit code 1');
  });

  it('knows what holds, and what works', () => {
    const now = new TrackedConditions(run.cache, run.tracker);
    const checkout = rootOf(run, 'Deployment', 'checkout', 'cart-api');
    expect(now.holds(CLUSTER.uid, checkout, 'CrashLoopBackOff')).toBe(true);
    expect(now.holds(CLUSTER.uid, checkout, 'ImagePullBackOff')).toBe(false);
    expect(now.holds(CLUSTER.uid, checkout, 'FailedMount')).toBeUndefined();
    expect(now.healthy(CLUSTER.uid, checkout)).toBe(false);
    // A kill for memory is what the kubelet's back-off is about.
    expect(now.holds(CLUSTER.uid, rootOf(run, 'Deployment', 'media', 'thumbnailer'), 'CrashLoopBackOff')).toBe(true);
    expect(now.healthy(CLUSTER.uid, rootOf(run, 'Deployment', 'healthy', 'steady'))).toBe(true);
    expect(now.healthy(CLUSTER.uid, rootOf(run, 'Job', 'healthy', 'tidy'))).toBe(true);
    expect(now.healthy(CLUSTER.uid, rootOf(run, 'Job', 'reports', 'nightly-export'))).toBe(false);
    expect(now.healthy(CLUSTER.uid, rootOf(run, 'Node', '', 'node-1'))).toBe(true);
    expect(now.holds(CLUSTER.uid, rootOf(run, 'Node', '', 'node-1'), 'NodeNotReady')).toBe(false);
    expect(now.healthy(CLUSTER.uid, { kind: 'Deployment', namespace: 'checkout', name: 'gone', uid: 'gone' })).toBe(
      true,
    );
  });
});

describe('a cluster over six minutes of changes', async () => {
  const run = await runRecording('story');

  it('names what went wrong in each namespace', () => {
    expect(conditionsIn(run, 'accounts')).toEqual({
      CrashLoopBackOff: ['Pod'],
      MinimumReplicasUnavailable: ['Deployment'],
    });
    expect(conditionsIn(run, 'bulk')).toEqual({ OOMKilled: ['Pod'] });
    expect(Object.keys(conditionsIn(run, 'feed')).sort()).toEqual([
      'CrashLoopBackOff',
      'MinimumReplicasUnavailable',
      'Unhealthy',
    ]);
    expect(conditionsIn(run, 'blink')).toEqual({});
    expect(run.faults).toEqual([]);
  });

  it('clears all that recovered, and nothing else', () => {
    const open = activeAtEnd(run);
    expect(open.filter((slot) => !slot.startsWith('pair/'))).toEqual([]);
    expect(open.map((slot) => slot.split('/')[1]?.split('-')[0])).toEqual(expect.arrayContaining(['north', 'south']));
  });

  it('raises nothing about a deployment that was scaled to nothing', () => {
    expect(raised(run).filter(({ object }) => object.namespace === 'feed' && object.name.startsWith('cache'))).toEqual(
      [],
    );
  });

  it('clears what a new rollout deleted', () => {
    const over = cleared(run).filter(({ object }) => object.namespace === 'accounts' && object.kind === 'Pod');
    expect(over).toHaveLength(3);
    expect(over[0]?.message).toBe('CrashLoopBackOff is over: the Pod is being deleted');
  });
});

describe.each(['states', 'story'])('the recording of %s', async (folder) => {
  const usual = await runRecording(folder);

  it.each([100, 7777, 60_000])('reads the same with a tick every %i ms', async (tickMs) => {
    const other = await runRecording(folder, { tickMs });
    const sorted = (run: Run) => [...run.observations].sort((a, b) => (a.uid < b.uid ? -1 : 1));
    expect(sorted(other)).toEqual(sorted(usual));
  });

  it.each([15, 60, 130, 240, 262, 300])('raises the same after a restart at %i s', async (restartAt) => {
    const other = await runRecording(folder, { restartAt });
    expect(keys(raised(other))).toEqual(keys(raised(usual)));
    // What ended while nobody looked is not told; what did not, is told the same.
    expect(keys(cleared(usual))).toEqual(expect.arrayContaining(keys(cleared(other))));
  });

  it('reads nothing as missing that it may not see', async () => {
    const blind = await runRecording(folder, { denied: ['Pod', 'ReplicaSet', 'Node'] });
    const kinds = new Set(raised(blind).map(({ object }) => object.kind));
    expect(kinds.has('Service')).toBe(false);
    expect(kinds.has('PersistentVolumeClaim')).toBe(false);
    expect(conditionsIn(blind, 'blink')).toEqual({});
    const now = new TrackedConditions(blind.cache, blind.tracker);
    const gone = { kind: 'Pod', namespace: 'x', name: 'y', uid: 'z' };
    expect(now.healthy(CLUSTER.uid, gone)).toBeUndefined();
    expect(now.holds(CLUSTER.uid, gone, 'CrashLoopBackOff')).toBeUndefined();
  });
});
