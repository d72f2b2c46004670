import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import type { KubeClient } from '../kube/client.ts';
import { ControlPlane } from '../kube/testing/control-plane.ts';
import type { Arrival } from '../model/observation.ts';
import type { Progress } from '../model/ports/source.ts';
import type { Gap, Position } from '../model/position.ts';
import { ClusterSource, type ClusterSourceOptions, DEFAULT_SOURCE_SETTINGS } from './cluster-source.ts';
import { createEventNormaliser } from './normalise.ts';
import type { ObjectTracker } from './ports.ts';

const quietLogger = { debug() {}, info() {}, warn() {}, error() {} };
const STREAM = 'events.k8s.io/v1/events';
let plane: ControlPlane;
let admin: KubeClient;

beforeAll(async () => {
  plane = await ControlPlane.start();
  admin = await plane.client('admin');
});
afterAll(async () => {
  admin?.close();
  await plane?.stop();
});

/** What a source handed to the intake, and the newest position by stream as a store would keep it. */
class MemoryIntake {
  readonly messages: string[] = [];
  readonly gaps: Gap[] = [];
  readonly positions = new Map<string, Position>();
  readonly counts = new Map<string, number>();
  readonly missed: string[] = [];

  async offer(arrivals: readonly Arrival[], progress: Progress = {}): Promise<void> {
    for (const arrival of arrivals) {
      if (arrival.kind !== 'observation') continue;
      this.messages.push(arrival.observation.message);
      this.counts.set(arrival.observation.uid, arrival.observation.count);
    }
    if (progress.gap !== undefined) this.gaps.push(progress.gap);
    if (progress.position !== undefined) this.positions.set(progress.position.stream, progress.position);
  }
}

class MemoryTracker implements ObjectTracker {
  readonly knowledge = new Map<string, string>();
  readonly seen: string[] = [];
  replace(_cluster: unknown, resource: { kind: string }, items: readonly unknown[]) {
    for (const item of items)
      this.seen.push(`${resource.kind} ${(item as { metadata: { name: string } }).metadata.name}`);
    return [];
  }
  change(_cluster: unknown, resource: { kind: string }, type: string, object: unknown) {
    this.seen.push(`${type} ${resource.kind} ${(object as { metadata: { name: string } }).metadata.name}`);
    return [];
  }
  markKnowledge(_cluster: unknown, kind: string, knowledge: string) {
    this.knowledge.set(kind, knowledge);
  }
  takeChanges() {
    return [];
  }

  tick() {
    return [];
  }
}

async function start(
  more: {
    user?: 'admin' | 'reader' | 'other';
    intake?: MemoryIntake;
    settings?: Partial<ClusterSourceOptions['settings']>;
    timings?: ClusterSourceOptions['timings'];
  } = {},
) {
  const client = await plane.client(more.user ?? 'admin');
  const intake = more.intake ?? new MemoryIntake();
  const tracker = new MemoryTracker();
  const source = new ClusterSource({
    name: 'plane',
    client,
    clock: systemClock,
    random: Math.random,
    logger: quietLogger,
    metrics: {
      count: (name, _labels, by = 1) => {
        if (name === 'tattle_watch_missed_total') intake.missed.push(String(by));
      },
      gauge() {},
      observe() {},
    },
    intake,
    normalise: createEventNormaliser(systemClock),
    tracker,
    position: async (_cluster, stream) => intake.positions.get(stream) ?? null,
    identify: async (keys) =>
      keys.map(({ uid }) => {
        const count = intake.counts.get(uid);
        return count === undefined ? null : { eventId: 1, count, lastSeen: 0, incidentId: null };
      }),
    wanted: () => true,
    onIdentified: () => undefined,
    settings: { ...DEFAULT_SOURCE_SETTINGS, syncWaitMs: 10_000, ...more.settings },
    timings: { backoff: { baseMs: 100, capMs: 1000 }, ...more.timings },
  });
  const stop = new AbortController();
  const running = source.run(stop.signal);
  const end = async () => {
    stop.abort(new Error('test over'));
    await running;
    client.close();
  };
  onTestFinished(end);
  return { source, intake, tracker, end };
}

let made = 0;
async function makeEvent(note: string, namespace = 'default'): Promise<void> {
  made += 1;
  const event = {
    metadata: { name: `made-${made}-${Date.now()}`, namespace },
    involvedObject: { kind: 'Pod', namespace, name: 'web', uid: 'u' },
    reason: 'BackOff',
    message: note,
    type: 'Warning',
    source: { component: 'kubelet' },
    firstTimestamp: new Date().toISOString(),
    lastTimestamp: new Date().toISOString(),
    count: 1,
  };
  const answer = await admin.post(`/api/v1/namespaces/${namespace}/events`, event, AbortSignal.timeout(10_000));
  expect(answer.ok, JSON.stringify(answer)).toBe(true);
}

async function grant(user: string, rules: object[], namespace = ''): Promise<void> {
  const scope = namespace === '' ? '' : `namespaces/${namespace}/`;
  const kind = namespace === '' ? 'ClusterRole' : 'Role';
  const name = `grant-${user}-${Date.now()}`;
  const path = `/apis/rbac.authorization.k8s.io/v1/${scope}${kind.toLowerCase()}`;
  const signal = AbortSignal.timeout(10_000);
  const role = await admin.post(`${path}s`, { metadata: { name }, rules }, signal);
  const binding = await admin.post(
    `${path}bindings`,
    {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: user }],
    },
    signal,
  );
  expect([role.ok, binding.ok]).toEqual([true, true]);
}

const soon = { timeout: 30_000, interval: 50 };

async function untilWatching(source: ClusterSource, stream = STREAM): Promise<void> {
  await expect.poll(() => source.status().find((one) => one.stream === stream)?.health, soon).toBe('watching');
}

describe('a real API server', () => {
  it('gives its state and its events, each event once', async () => {
    await makeEvent('before the start');
    const { source, intake, tracker } = await start();
    await untilWatching(source);
    await makeEvent('while watching');
    await expect.poll(() => intake.messages, soon).toContain('while watching');
    expect(intake.messages.filter((text) => text === 'before the start')).toHaveLength(1);
    expect(intake.messages.filter((text) => text === 'while watching')).toHaveLength(1);
    expect(tracker.seen).toContain('Namespace kube-system');
    await expect.poll(() => tracker.knowledge.get('CronJob'), soon).toBe('synced');
    expect(tracker.knowledge.get('HorizontalPodAutoscaler')).toBe('synced');
    expect(source.cluster?.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(intake.gaps).toEqual([]);
  });

  it('resumes where it stopped: what happened meanwhile comes, nothing comes twice, and there is no gap', async () => {
    const first = await start();
    await untilWatching(first.source);
    await makeEvent('seen by the first');
    await expect.poll(() => first.intake.messages, soon).toContain('seen by the first');
    await first.end();
    await makeEvent('while nobody watched');
    const before = first.intake.messages.length;
    const second = await start({ intake: first.intake });
    await expect.poll(() => first.intake.messages.slice(before), soon).toEqual(['while nobody watched']);
    await untilWatching(second.source);
    expect(first.intake.gaps).toEqual([]);
  });

  it('lists anew after a compaction, and says which stretch was not watched', async () => {
    const first = await start();
    await untilWatching(first.source);
    await makeEvent('seen before the compaction');
    await expect.poll(() => first.intake.messages, soon).toContain('seen before the compaction');
    await first.end();
    const stoppedAt = first.intake.positions.get(STREAM)?.at ?? 0;
    await makeEvent('lost to compaction');
    await makeEvent('one more, so that the compacted version is past');
    await plane.compact();
    await start({ intake: first.intake });
    await expect.poll(() => first.intake.messages, soon).toContain('lost to compaction');
    await expect.poll(() => first.intake.gaps, soon).toHaveLength(1);
    expect(first.intake.gaps[0]).toMatchObject({ reason: 'expired', from: stoppedAt, stream: STREAM });
  });

  it('outlives the API server, killed without a word and started again', async () => {
    const { source, intake, tracker } = await start();
    await untilWatching(source);
    await plane.kill('kube-apiserver', 'SIGKILL');
    await expect.poll(() => source.status().find((one) => one.stream === STREAM)?.health, soon).toBe('unreachable');
    await plane.startApiServer();
    await makeEvent('after the crash');
    await expect.poll(() => intake.messages, soon).toContain('after the crash');
    expect(intake.messages.filter((text) => text === 'after the crash')).toHaveLength(1);
    await expect.poll(() => source.status().every((one) => one.health === 'watching'), soon).toBe(true);
    expect(tracker.knowledge.get('Pod')).toBe('synced');
    expect(intake.gaps).toEqual([]);
  });

  it('outlives an orderly restart of the API server', async () => {
    // On SIGTERM it stops listening and waits for its watches, which stay open: only the silence tells.
    const { source, intake } = await start({ timings: { idleMs: 2000 } });
    await untilWatching(source);
    await plane.kill('kube-apiserver', 'SIGTERM');
    await plane.startApiServer();
    await makeEvent('after the restart');
    await expect.poll(() => intake.messages, soon).toContain('after the restart');
    expect(intake.gaps).toEqual([]);
  });

  it('notices that etcd was restored from a backup', async () => {
    await plane.snapshotTo('backup');
    const { source, intake } = await start();
    await untilWatching(source);
    for (let index = 0; index < 60; index += 1) await makeEvent(`undone ${index}`);
    await expect.poll(() => intake.messages, soon).toContain('undone 59');
    await plane.restoreFrom('backup');
    await expect.poll(() => intake.gaps.map((gap) => gap.reason), soon).toEqual(['restored']);
    expect(intake.positions.get(STREAM)?.epoch).toBe(1);
    await makeEvent('in the new history');
    await expect.poll(() => intake.messages, soon).toContain('in the new history');
  });

  it('repairs and counts what the store lacks', async () => {
    const { source, intake } = await start({ settings: { auditMs: 500 } });
    await untilWatching(source);
    await makeEvent('forgotten by the store');
    await expect.poll(() => intake.messages, soon).toContain('forgotten by the store');
    for (const uid of [...intake.counts.keys()].slice(-1)) intake.counts.delete(uid);
    await expect.poll(() => intake.missed, soon).toEqual(['1']);
    expect(intake.messages.filter((text) => text === 'forgotten by the store')).toHaveLength(2);
  });

  it('polls where watches break: what is new comes once', async () => {
    const { intake, source, tracker } = await start({ settings: { mode: 'poll', pollMs: 300 } });
    await untilWatching(source);
    await makeEvent('between two polls');
    await expect.poll(() => intake.messages, soon).toContain('between two polls');
    const pods = () => tracker.seen.filter((text) => text === 'Namespace kube-system').length;
    const polls = pods();
    await expect.poll(pods, soon).toBeGreaterThan(polls + 2);
    expect(intake.messages.filter((text) => text === 'between two polls')).toHaveLength(1);
  });
});

describe('RBAC', () => {
  const rule = (group: string, ...resources: string[]) => ({
    apiGroups: [group],
    resources,
    verbs: ['list', 'watch', 'get'],
  });

  it('degrades what is denied alone, with the Role that mends it, and falls back to core events', async () => {
    await grant('reader', [rule('', 'pods', 'events', 'namespaces')]);
    const { source, intake, tracker } = await start({ user: 'reader' });
    await untilWatching(source, 'v1/events');
    await makeEvent('through the core group');
    await expect.poll(() => intake.messages, soon).toContain('through the core group');
    expect(tracker.knowledge.get('Pod')).toBe('synced');
    expect(tracker.knowledge.get('Deployment')).toBe('denied');
    const denied = source.status().find((one) => one.stream === 'apps/v1/deployments');
    expect(denied?.health).toBe('denied');
    expect(denied?.detail).toContain('apiGroups: ["apps"]');
    expect(denied?.detail).toContain('name: "reader"');
  });

  it('watches one namespace at a time where only those are allowed', async () => {
    const signal = AbortSignal.timeout(10_000);
    for (const name of ['team-a', 'team-b']) await admin.post('/api/v1/namespaces', { metadata: { name } }, signal);
    for (const name of ['team-a', 'team-b'])
      await grant('other', [rule('events.k8s.io', 'events'), rule('', 'pods')], name);
    const { source, intake, tracker } = await start({ user: 'other', settings: { namespaces: ['team-a', 'team-b'] } });
    await untilWatching(source, `${STREAM}@team-a`);
    await untilWatching(source, `${STREAM}@team-b`);
    await makeEvent('of team a', 'team-a');
    await makeEvent('of nobody here', 'default');
    await makeEvent('of team b', 'team-b');
    await expect.poll(() => intake.messages, soon).toEqual(expect.arrayContaining(['of team a', 'of team b']));
    expect(intake.messages).not.toContain('of nobody here');
    expect(tracker.knowledge.get('Pod')).toBe('synced');
    expect(tracker.knowledge.get('Node')).toBe('denied');
    expect(source.cluster?.uid).toBe('plane');
  });

  it('falls back to the namespace of its own where the whole cluster is denied', async () => {
    const { source, intake } = await start({ user: 'other', settings: { fallbackNamespace: 'team-a' } });
    await untilWatching(source, `${STREAM}@team-a`);
    await makeEvent('of team a again', 'team-a');
    await expect.poll(() => intake.messages, soon).toContain('of team a again');
  });
});
