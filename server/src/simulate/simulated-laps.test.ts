import { describe, expect, it } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import { ask } from './testing/ask.ts';
import { exampleCluster, openExample } from './testing/example-cluster.ts';
import { readWatch, type WatchLine } from './testing/watch-lines.ts';

const pods = '/api/v1/pods';

/** A lap of the states takes a third of a second. */
const quick = { speed: 1200, loop: true, pauseMs: 1 } as const;

async function watchLaps(
  path: string,
  laps: number,
  options: object = {},
): Promise<{ url: string; lines: WatchLine[] }> {
  const cluster = await exampleCluster({ ...quick, ...options, paused: true });
  const version = (await ask(cluster.url + path)).body.metadata.resourceVersion;
  const watch = await readWatch(`${cluster.url}${path}?watch=1&resourceVersion=${version}`);
  cluster.resume();
  const lines = await watch.until(() => cluster.progress().lap >= laps);
  watch.close();
  return { url: cluster.url, lines };
}

describe('playing in laps', () => {
  it('removes what existed, then tells the story again under new uids and names, in rising versions', async () => {
    const { lines } = await watchLaps(pods, 2);
    const versions = lines.map((line) => Number(line.object.metadata.resourceVersion));
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    const added = lines.filter((line) => line.type === 'ADDED').slice(0, 40);
    expect(new Set(added.map((line) => line.object.metadata.uid)).size).toBe(40);
    expect(new Set(added.map((line) => line.object.metadata.name)).size).toBe(40);
    const second = lines.indexOf(added[20] as WatchLine);
    const first = lines.slice(0, second);
    expect(first.filter((line) => line.type === 'DELETED')).toHaveLength(20);
    const stems = (some: WatchLine[]) =>
      some.map((line) => line.object.metadata.name.replace(/(-[a-z0-9]+){1,2}$/, ''));
    expect(stems(added.slice(20)).toSorted()).toEqual(stems(added.slice(0, 20)).toSorted());
  });

  it('renames consistently: owners, labels, events, their messages, and logs', async () => {
    const { url } = await exampleCluster({ ...quick, speed: 30 });
    const find = async (path: string) => (await ask(url + path)).body.items;
    let worker;
    // The story's pods come within the first half second.
    while (worker === undefined) [worker] = await find('/api/v1/namespaces/checkout/pods');
    expect(worker.metadata.name).not.toMatch(/8576fc8d5c/);
    const [set] = await find('/apis/apps/v1/namespaces/checkout/replicasets');
    expect(worker.metadata.ownerReferences?.[0]).toMatchObject({ name: set?.metadata.name, uid: set?.metadata.uid });
    expect(worker.metadata.name.startsWith(`${set?.metadata.name}-`)).toBe(true);
    expect(worker.metadata.labels?.['pod-template-hash']).toBe(set?.metadata.labels?.['pod-template-hash']);
    const [deployment] = await find('/apis/apps/v1/namespaces/checkout/deployments');
    expect(deployment?.metadata.name).toBe('cart-api');
    expect(set?.metadata.ownerReferences?.[0]?.uid).toBe(deployment?.metadata.uid);
    const field = `fieldSelector=regarding.uid=${worker.metadata.uid},reason=Scheduled`;
    let scheduled;
    while (scheduled === undefined) [scheduled] = await find(`/apis/events.k8s.io/v1/events?${field}`);
    expect(scheduled.metadata.name.startsWith(`${worker.metadata.name}.`)).toBe(true);
    expect(scheduled).toMatchObject({ note: expect.stringContaining(worker.metadata.name) });
    const log = await fetch(`${url}/api/v1/namespaces/checkout/pods/${worker.metadata.name}/log?timestamps=true`);
    expect(await log.text()).toMatch(/DATABASE_URL is not set/);
  });

  it('keeps its identity over laps and over different recordings', async () => {
    const recordings = [await openExample('states'), await openExample('story')];
    const { url, lines } = await watchLaps('/api/v1/namespaces', 1, { recordings });
    expect(lines.some((line) => line.object.metadata.name === 'kube-system')).toBe(false);
    const gone = lines.filter((line) => line.type === 'DELETED').map((line) => line.object.metadata.name);
    expect(gone).toEqual(expect.arrayContaining(['checkout', 'accounts']));
    const system = await ask(`${url}/api/v1/namespaces/kube-system`);
    expect(system.body.metadata.uid).toBe('a775fabc-2225-45a1-8095-a1eb8625fadf');
  });

  it('moves times to now, and never ahead of it', async () => {
    const before = systemClock.now();
    const { lines } = await watchLaps('/apis/events.k8s.io/v1/events', 1);
    const told = lines.filter(({ type, object }) => type === 'ADDED' && object.metadata.namespace === 'checkout');
    const times = told.map(({ object }) => Date.parse(object.metadata.creationTimestamp));
    expect(Math.max(...times)).toBeLessThanOrEqual(systemClock.now());
    expect(Math.min(...times)).toBeGreaterThan(before - 2000);
  });
});
