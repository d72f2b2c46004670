import { describe, expect, it } from 'vitest';
import { ManualClock } from '../kit/clock.ts';
import { ask } from './testing/ask.ts';
import { exampleCluster } from './testing/example-cluster.ts';
import { readWatch } from './testing/watch-lines.ts';

const pods = '/api/v1/pods';

describe('scripted faults', () => {
  it('strike the requests they are meant for, as often as told', async () => {
    const { url } = await exampleCluster({
      paused: true,
      faults: [
        {
          effect: { kind: 'status', code: 429, retryAfterSeconds: 3 },
          resource: 'pods',
          verb: 'list',
          skip: 1,
          times: 2,
        },
        { effect: { kind: 'status', code: 500 }, path: '/apis/apps/' },
      ],
    });
    const answers = [];
    for (let n = 0; n < 4; n++) answers.push(await ask(url + pods));
    expect(answers.map(({ code, retryAfter }) => [code, retryAfter])).toEqual([
      [200, null],
      [429, '3'],
      [429, '3'],
      [200, null],
    ]);
    expect((await ask(`${url}/apis/apps/v1/deployments`)).code).toBe(500);
    expect((await ask(`${url}/api/v1/nodes`)).code).toBe(200);
  });

  it('make answers slow by the clock, and strike only in their time', async () => {
    const clock = new ManualClock(0);
    const cluster = await exampleCluster({
      clock,
      speed: 1,
      paused: true,
      faults: [
        { effect: { kind: 'slow', delayMs: 5000 }, resource: 'pods', untilMs: 1000 },
        { effect: { kind: 'status', code: 503 }, fromMs: 10_000, untilMs: 20_000 },
      ],
    });
    const slow = ask(cluster.url + pods);
    const answered = slow.then(() => clock.now());
    await new Promise((resolve) => setImmediate(resolve));
    while (!(await Promise.race([answered.then(() => true), ask(`${cluster.url}/version`).then(() => false)]))) {
      clock.advanceTo(clock.now() + 1000);
      if (clock.now() > 9000) break;
    }
    expect((await slow).code).toBe(200);
    expect(await answered).toBeGreaterThanOrEqual(5000);
    clock.advanceTo(15_000);
    expect((await ask(cluster.url + pods)).code).toBe(503);
    clock.advanceTo(20_000);
    expect((await ask(cluster.url + pods)).code).toBe(200);
  });

  it('deny in the words of the API server, in access reviews as well', async () => {
    const { url, faults } = await exampleCluster({ paused: true });
    const lift = faults.add({ effect: { kind: 'denied' }, resource: 'events.events.k8s.io', verb: 'list' });
    const denied = await ask(`${url}/apis/events.k8s.io/v1/namespaces/shop/events`);
    expect([denied.code, denied.body.message]).toEqual([
      403,
      'events.events.k8s.io is forbidden: User "system:serviceaccount:tattle:tattle" cannot list resource "events" in API group "events.k8s.io" in the namespace "shop"',
    ]);
    const review = async () => {
      const resourceAttributes = { verb: 'list', group: 'events.k8s.io', resource: 'events' };
      const response = await fetch(`${url}/apis/authorization.k8s.io/v1/selfsubjectaccessreviews`, {
        method: 'POST',
        body: JSON.stringify({ spec: { resourceAttributes } }),
      });
      return ((await response.json()) as { status: { allowed: boolean } }).status.allowed;
    };
    expect(await review()).toBe(false);
    lift();
    expect(await review()).toBe(true);
    expect((await ask(`${url}/apis/events.k8s.io/v1/events`)).code).toBe(200);
  });

  it('end a stream with an error, or with a reset, after so many changes', async () => {
    const cluster = await exampleCluster({
      paused: true,
      faults: [
        { effect: { kind: 'stream-error', code: 500, afterChanges: 2 }, verb: 'watch', times: 1 },
        { effect: { kind: 'reset', afterChanges: 3 }, verb: 'watch', times: 1 },
        { effect: { kind: 'empty' }, verb: 'watch', skip: 0, times: 1 },
      ],
    });
    const version = (await ask(cluster.url + pods)).body.metadata.resourceVersion;
    const path = `${cluster.url}${pods}?watch=1&resourceVersion=${version}`;
    const [first, second, third] = [await readWatch(path), await readWatch(path), await readWatch(path)];
    cluster.resume();
    expect((await first.until(() => false)).map((line) => line.type)).toEqual(['ADDED', 'ADDED', 'ERROR']);
    expect((await second.until(() => false)).length).toBeLessThanOrEqual(3);
    expect(await third.until(() => false)).toEqual([]);
    await expect(fetch(path).then((response) => response.status)).resolves.toBe(200);
  });

  it('silence open watches until they are lifted, and nothing is lost', async () => {
    const cluster = await exampleCluster({ paused: true });
    const version = (await ask(cluster.url + pods)).body.metadata.resourceVersion;
    const watch = await readWatch(`${cluster.url}${pods}?watch=1&resourceVersion=${version}`);
    const lift = cluster.faults.add({ effect: { kind: 'silence' }, verb: 'watch', resource: 'pods' });
    cluster.resume();
    await cluster.played;
    const next = watch.next();
    const heard = await Promise.race([next.then(() => true), ask(cluster.url + pods).then(() => false)]);
    expect(heard).toBe(false);
    lift();
    expect((await next)?.type).toBe('ADDED');
    let count = 1;
    await watch.until(() => (count += 1) === 200);
    expect(count).toBe(200);
    watch.close();
  });

  it('reset connections and let versions go backwards, as after a restore of etcd', async () => {
    const cluster = await exampleCluster();
    await cluster.played;
    const before = Number((await ask(cluster.url + pods)).body.metadata.resourceVersion);
    const watch = await readWatch(`${cluster.url}${pods}?watch=1&resourceVersion=${before}`);
    cluster.restore(500);
    expect(await watch.next()).toBeNull();
    const { body } = await ask(cluster.url + pods);
    expect(Number(body.metadata.resourceVersion)).toBe(before - 500);
    expect(Math.max(...body.items.map((item) => Number(item.metadata.resourceVersion)))).toBeLessThanOrEqual(
      before - 500,
    );
    // A version that is yet to come is accepted, and nothing is said.
    const future = await readWatch(`${cluster.url}${pods}?watch=1&resourceVersion=${before}&timeoutSeconds=1`);
    expect(await future.until(() => false)).toEqual([]);
  });
});
