import { describe, expect, it } from 'vitest';
import { ManualClock } from '../kit/clock.ts';
import { ask } from './testing/ask.ts';
import { exampleCluster, openExample } from './testing/example-cluster.ts';
import { readWatch } from './testing/watch-lines.ts';

const events = '/apis/events.k8s.io/v1/events';
const pods = '/api/v1/pods';

describe('listing', () => {
  it('gives every object once over pages, at one version, whatever happens meanwhile', async () => {
    const cluster = await exampleCluster();
    await cluster.played;
    const whole = await ask(`${cluster.url}${events}`);
    expect(whole.body.items).toHaveLength(175);
    const names: string[] = [];
    let token = '';
    do {
      const { code, body } = await ask(`${cluster.url}${events}?limit=50&continue=${token}`);
      expect(code).toBe(200);
      expect(body.metadata.resourceVersion).toBe(whole.body.metadata.resourceVersion);
      names.push(...body.items.map((item) => item.metadata.uid));
      if (body.metadata.continue !== undefined) expect(body.metadata.remainingItemCount).toBe(175 - names.length);
      token = body.metadata.continue ?? '';
    } while (token !== '');
    expect(names).toEqual(whole.body.items.map((item) => item.metadata.uid));
  });

  it('shows a page of the past while the cluster goes on', async () => {
    const cluster = await exampleCluster({ recordings: [await openExample('story')], paused: true });
    const { body } = await ask(`${cluster.url}${events}?limit=4`);
    cluster.resume();
    await cluster.played;
    const rest = await ask(`${cluster.url}${events}?limit=500&continue=${body.metadata.continue}`);
    expect(rest.body.items).toHaveLength(6);
    expect(rest.body.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
  });

  it('lets a continue token expire by compaction, and offers one that goes on inconsistently', async () => {
    const cluster = await exampleCluster({ recordings: [await openExample('story')], paused: true });
    const { body } = await ask(`${cluster.url}${events}?limit=4`);
    cluster.resume();
    await cluster.played;
    cluster.compact();
    const expired = await ask(`${cluster.url}${events}?limit=4&continue=${body.metadata.continue}`);
    expect(expired.code).toBe(410);
    expect(expired.body.reason).toBe('Expired');
    const rest = await ask(`${cluster.url}${events}?continue=${expired.body.metadata.continue}`);
    expect(rest.body.items.map((item) => item.metadata.namespace)).toContain('pair');
    expect(rest.body.items.map((item) => item.metadata.namespace)).not.toContain('accounts');
  });

  it('gives the list as it was at an exact version, deletions since then undone', async () => {
    const clock = new ManualClock(Date.parse('2026-12-01T00:00:00Z'));
    const recordings = [await openExample('story')];
    const cluster = await exampleCluster({ clock, speed: 1, recordings, shiftTimes: false });
    clock.advanceTo(clock.now() + 200_000);
    while (cluster.progress().lines < 1500) await ask(`${cluster.url}/healthz`).catch(() => undefined);
    const then = (await ask(`${cluster.url}${pods}`)).body;
    clock.advanceTo(clock.now() + 90_000);
    while ((await ask(`${cluster.url}${pods}`)).body.items.length === then.items.length) continue;
    const exact = `resourceVersion=${then.metadata.resourceVersion}&resourceVersionMatch=Exact`;
    expect((await ask(`${cluster.url}${pods}?${exact}`)).body).toEqual(then);
    cluster.compact();
    expect((await ask(`${cluster.url}${pods}?${exact}`)).code).toBe(410);
  });

  it('selects by namespace, labels and fields, and refuses fields that are not indexed', async () => {
    const { url, played } = await exampleCluster();
    await played;
    const names = async (path: string) => (await ask(url + path)).body.items.map((item) => item.metadata.name);
    expect(await names('/api/v1/namespaces/checkout/pods')).toHaveLength(2);
    expect(await names(`${pods}?labelSelector=app in (worker,steady),pod-template-hash`)).toHaveLength(4);
    expect(await names(`${pods}?labelSelector=app!=worker,app`)).not.toContain('worker-85f5c5d9bb-llddj');
    expect(await names(`${pods}?fieldSelector=spec.nodeName=`)).toHaveLength(4);
    expect(await names(`${pods}?fieldSelector=metadata.name=tidy-n8tmn`)).toEqual(['tidy-n8tmn']);
    const warnings = (await ask(`${url}${events}?fieldSelector=type=Warning,regarding.kind!=Pod`)).body.items;
    expect(warnings.length).toBeGreaterThan(0);
    expect(new Set(warnings.map((event) => event.type))).toEqual(new Set(['Warning']));
    const core = await ask(`${url}/api/v1/events?fieldSelector=involvedObject.kind=Node,reason=NodeNotReady`);
    expect(core.body.items).toHaveLength(1);
    expect((await ask(`${url}${pods}?fieldSelector=spec.image=x`)).code).toBe(400);
    expect((await ask(`${url}${pods}?labelSelector=a in b`)).code).toBe(400);
  });

  it('refuses versions that are in the future or unreadable', async () => {
    const { url } = await exampleCluster({ paused: true });
    const future = await ask(`${url}${pods}?resourceVersion=99999999&resourceVersionMatch=NotOlderThan`);
    expect(future.code).toBe(504);
    expect(future.body.message).toMatch(/^Too large resource version: 99999999, current: \d+$/);
    expect((await ask(`${url}${pods}?resourceVersion=abc`)).code).toBe(400);
  });
});

describe('watching', () => {
  it('brings everything that happened since the list, in rising versions, to whoever resumes', async () => {
    const cluster = await exampleCluster({ paused: true });
    const { body } = await ask(`${cluster.url}${events}`);
    const from = (version: string) => readWatch(`${cluster.url}${events}?watch=1&resourceVersion=${version}`);
    const watch = await from(body.metadata.resourceVersion);
    cluster.resume();
    const count = { lines: 0 };
    const lines = await watch.until(() => (count.lines += 1) === 557);
    expect(lines.filter((line) => line.type === 'ADDED')).toHaveLength(166);
    expect(lines.filter((line) => line.type === 'MODIFIED')).toHaveLength(391);
    const versions = lines.map((line) => Number(line.object.metadata.resourceVersion));
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    watch.close();
    const resumed = await from(String(versions[299]));
    let again = 0;
    const rest = await resumed.until(() => (again += 1) === 257);
    expect(rest).toEqual(lines.slice(300));
    resumed.close();
  });

  it('starts with what is there when no version is given', async () => {
    const { url } = await exampleCluster({ paused: true });
    const watch = await readWatch(`${url}/api/v1/namespaces?watch=1&timeoutSeconds=1`);
    const lines = await watch.until(() => false);
    expect(lines.map((line) => `${line.type} ${line.object.kind} ${line.object.metadata.name}`)).toEqual([
      'ADDED Namespace default',
      'ADDED Namespace kube-node-lease',
      'ADDED Namespace kube-public',
      'ADDED Namespace kube-system',
    ]);
  });

  it('gives a streaming list with its end marked, and none on older servers', async () => {
    const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const { url, played } = await exampleCluster();
    await played;
    const watch = await readWatch(`${url}${pods}?${query}`);
    const lines = await watch.until((line) => line.type === 'BOOKMARK');
    expect(lines.filter((line) => line.type === 'ADDED')).toHaveLength(20);
    expect(lines.at(-1)?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    expect(Number(lines.at(-1)?.object.metadata.resourceVersion)).toBeGreaterThan(0);
    watch.close();
    const older = await exampleCluster({ paused: true, streamingList: false });
    expect((await ask(`${older.url}${pods}?${query}`)).code).toBe(422);
    expect((await ask(`${url}${pods}?watch=1&sendInitialEvents=true`)).code).toBe(422);
  });

  it('sends bookmarks to those who allow them, never for Events, and ends at its timeout', async () => {
    const clock = new ManualClock(Date.parse('2026-12-01T00:00:00Z'));
    const cluster = await exampleCluster({ clock, speed: 1, paused: true, bookmarkMs: 1000 });
    const open = (path: string) =>
      readWatch(`${cluster.url}${path}?watch=1&resourceVersion=${version}&allowWatchBookmarks=true&timeoutSeconds=5`);
    const version = (await ask(`${cluster.url}${pods}`)).body.metadata.resourceVersion;
    const [podWatch, eventWatch] = [await open(pods), await open(events)];
    clock.advanceTo(clock.now() + 1000);
    expect((await podWatch.next())?.type).toBe('BOOKMARK');
    clock.advanceTo(clock.now() + 4000);
    expect(await eventWatch.until(() => false)).toEqual([]);
    const rest = await podWatch.until(() => false);
    expect(rest.every((line) => line.type === 'BOOKMARK')).toBe(true);
  });

  it('tells of objects that start or stop to match as added or deleted', async () => {
    const cluster = await exampleCluster({ paused: true });
    const version = (await ask(`${cluster.url}${pods}`)).body.metadata.resourceVersion;
    const watch = await readWatch(
      `${cluster.url}/api/v1/namespaces/healthy/pods?watch=1&resourceVersion=${version}&fieldSelector=status.phase=Pending,metadata.name=tidy-n8tmn`,
    );
    cluster.resume();
    const lines = await watch.until((line) => line.type === 'DELETED');
    expect(lines[0]?.type).toBe('ADDED');
    expect(lines.slice(1, -1).every((line) => line.type === 'MODIFIED')).toBe(true);
    watch.close();
  });

  it.each([
    ['stream', 200],
    ['status', 410],
    ['empty', 200],
  ] as const)('answers an expired version as %s', async (answer, code) => {
    const cluster = await exampleCluster({ expiredAnswer: answer });
    const { body } = await ask(`${cluster.url}${pods}`);
    await cluster.played;
    cluster.compact();
    const path = `${cluster.url}${pods}?watch=1&resourceVersion=${Number(body.metadata.resourceVersion) - 1}`;
    if (answer === 'status') return expect((await ask(path)).code).toBe(410);
    const watch = await readWatch(path);
    expect(watch.status).toBe(code);
    const lines = await watch.until(() => false);
    expect(lines.map((line) => [line.type, line.object.code])).toEqual(answer === 'empty' ? [] : [['ERROR', 410]]);
  });
});

describe('discovery and single objects', () => {
  it('serves what the recording holds and nothing else', async () => {
    const { url, kubeconfig } = await exampleCluster();
    const apps = (await (await fetch(`${url}/apis/apps/v1`)).json()) as { resources: { name: string }[] };
    expect(apps.resources.map((resource) => resource.name)).toContain('deployments');
    expect((await ask(`${url}/apis/discovery.k8s.io/v1`)).code).toBe(404);
    expect((await ask(`${url}/api/v1/secrets`)).code).toBe(404);
    expect((await ask(`${url}/apis/apps/v1beta1/deployments`)).code).toBe(404);
    expect((await ask(`${url}/api/v1/__proto__`)).code).toBe(404);
    expect((await ask(`${url}/api/v1/namespaces/%ff/pods`)).code).toBe(400);
    expect(kubeconfig).toMatchObject({ clusters: [{ cluster: { server: url } }] });
  });

  it('gives objects as they are at the moment, and the identity of the recorded cluster', async () => {
    const cluster = await exampleCluster({ paused: true });
    const pod = `${cluster.url}/api/v1/namespaces/healthy/pods/tidy-n8tmn`;
    const before = await ask(pod);
    expect([before.code, before.body.message]).toEqual([404, 'pods "tidy-n8tmn" not found']);
    cluster.resume();
    await cluster.played;
    expect((await ask(pod)).body).toMatchObject({ kind: 'Pod', apiVersion: 'v1', status: { phase: 'Succeeded' } });
    const system = await ask(`${cluster.url}/api/v1/namespaces/kube-system`);
    expect(system.body.metadata.uid).toBe('a775fabc-2225-45a1-8095-a1eb8625fadf');
    expect(cluster.clusterUid).toBe(system.body.metadata.uid);
  });
});

describe('logs', () => {
  const log = async (url: string, pod: string, query = '') => {
    const response = await fetch(`${url}/api/v1/namespaces/${pod}/log?${query}`);
    const text = await response.text();
    return [response.status, response.ok ? text : (JSON.parse(text) as { message: string }).message];
  };

  it('are those that were recorded, cut as asked', async () => {
    const { url, played } = await exampleCluster();
    await played;
    const pod = 'orders/pods/worker-85f5c5d9bb-llddj';
    expect(await log(url, pod)).toEqual([200, 'info: replaying 120000 messages, not listening yet\n']);
    expect(await log(url, pod, 'previous=true&timestamps=true&limitBytes=35')).toEqual([
      200,
      '2026-11-20T23:47:55.826641745Z info',
    ]);
    expect(await log(url, 'checkout/pods/cart-api-8576fc8d5c-lkxt6', 'tailLines=1')).toEqual([
      200,
      expect.stringMatching(/^\s+at .*\n$/),
    ]);
  });

  it('are refused in the words of the API server', async () => {
    const { url, played } = await exampleCluster();
    await played;
    expect(await log(url, 'orders/pods/nobody')).toEqual([404, 'pods "nobody" not found']);
    const worker = 'orders/pods/worker-85f5c5d9bb-llddj';
    expect(await log(url, worker, 'container=x')).toEqual([
      400,
      'container x is not valid for pod worker-85f5c5d9bb-llddj',
    ]);
    expect(await log(url, 'blog/pods/frontend-54745f9ff5-8j849')).toEqual([
      400,
      'container "frontend" in pod "frontend-54745f9ff5-8j849" is waiting to start: trying and failing to pull image',
    ]);
    expect(await log(url, 'search/pods/indexer-784d485d67-p5srh', 'previous=true')).toEqual([
      400,
      'previous terminated container "indexer" in pod "indexer-784d485d67-p5srh" not found',
    ]);
    expect((await log(url, worker, 'tailLines=-1'))[0]).toBe(400);
  });
});
