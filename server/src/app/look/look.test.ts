import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WireEventPage } from '@tattle/contract';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../testing/server-process.ts';
import { type Look, lookAtClusters, lookAtRecording, type LookOptions } from './look.ts';
import { scratchFolder, simulatedKubeconfig, STATES } from './testing/simulated-kubeconfig.ts';

function options(changes: Partial<LookOptions>): LookOptions {
  return { env: {}, signal: new AbortController().signal, namespaces: 'all', follow: false, ...changes };
}

async function look(changes: Partial<LookOptions>): Promise<Look> {
  const looked = await lookAtClusters(options(changes));
  if (looked.kind !== 'open') throw new Error(`it is ${looked.kind}: ${looked.detail}`);
  onTestFinished(() => looked.look.close());
  return looked.look;
}

async function events(from: Look, query = ''): Promise<WireEventPage['items']> {
  const { status, body } = await from.request('GET', `/api/v1/events?limit=1000${query}`);
  expect(status).toBe(200);
  return (JSON.parse(body) as WireEventPage).items;
}

describe('a look at a cluster', () => {
  it('shows its events, classified and filtered as stored ones are', async () => {
    const { kubeconfig, cluster } = await simulatedKubeconfig();
    const looking = await look({ kubeconfig: [kubeconfig] });
    const all = await events(looking);
    expect(all.length).toBeGreaterThan(100);
    expect(new Set(all.map((event) => event.cluster))).toEqual(new Set([cluster.clusterUid]));
    const pulls = await events(looking, '&q=severity:high&reason=BackOff&reason=Failed&namespace=blog');
    expect(pulls.map(({ condition }) => condition)).toContain('ImagePullBackOff');
    expect(pulls.every(({ object, severity }) => object.namespace === 'blog' && severity === 'high')).toBe(true);
    expect(await events(looking, '&from=now-1s&to=now&namespace=nowhere')).toEqual([]);
    expect(looking.notes).toEqual([]);
  });

  it('masks secrets before anything is shown', async () => {
    const home = await scratchFolder();
    const line = (name: string, object: object) =>
      `${JSON.stringify({ t: 0, resource: name, type: 'LIST', ...object })}\n`;
    const event = {
      metadata: { name: 'e', namespace: 'shop', uid: 'u1', creationTimestamp: '2026-11-21T00:00:00Z' },
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web' },
      ...{ reason: 'Failed', type: 'Warning', message: 'login with password=hunter2hunter2 failed', count: 1 },
    };
    await writeFile(
      join(home, 'events.ndjson'),
      line('events', { apiVersion: 'v1', kind: 'EventList', resourceVersion: '1', items: [event] }),
    );
    const recorded = await lookAtRecording({ env: {}, signal: new AbortController().signal, directory: home });
    const [only] = await events(recorded);
    expect(only?.message).toContain('[redacted');
    expect(only?.message).not.toContain('hunter2');
  });

  it('refuses what a server would refuse, and in its words', async () => {
    const { kubeconfig } = await simulatedKubeconfig();
    const looking = await look({ kubeconfig: [kubeconfig] });
    for (const query of ['severity=hihg', 'limit=0', 'from=yesterday', 'cursor=none', 'colour=red']) {
      const { status, body } = await looking.request('GET', `/api/v1/events?${query}`);
      expect([query, status]).toEqual([query, 400]);
      expect(JSON.parse(body)).toMatchObject({
        detail: expect.any(String),
        hint: expect.stringMatching(/\S/),
        requestId: '',
      });
    }
    expect((await looking.request('GET', '/api/v1/incidents')).status).toBe(404);
    expect((await looking.request('POST', '/api/v1/events')).status).toBe(404);
  });

  it('follows what happens after its list', async () => {
    const { kubeconfig } = await simulatedKubeconfig({ speed: 40 });
    const looking = await look({ kubeconfig: [kubeconfig], follow: true });
    const before = (await events(looking)).length;
    await eventually('more events', async () => ((await events(looking)).length > before + 20 ? true : undefined));
  });

  it('takes core events where only those are allowed', async () => {
    const { kubeconfig } = await simulatedKubeconfig({
      faults: [{ effect: { kind: 'denied' }, resource: 'events.events.k8s.io' }],
    });
    expect((await events(await look({ kubeconfig: [kubeconfig] }))).length).toBeGreaterThan(100);
  });

  it('says when it sees one namespace only, and how to see all', async () => {
    const whole = (resource: string) => ({ effect: { kind: 'denied' as const }, resource, namespace: '' });
    const { kubeconfig } = await simulatedKubeconfig({
      namespace: 'blog',
      faults: [whole('events'), whole('events.events.k8s.io')],
    });
    const looking = await look({ kubeconfig: [kubeconfig] });
    expect(new Set((await events(looking)).map(({ object }) => object.namespace))).toEqual(new Set(['blog']));
    expect(looking.notes.join('\n')).toMatch(/only the events of namespace blog(.|\n)*kind: ClusterRole/);
  });

  it('asks for the named namespaces alone', async () => {
    const { kubeconfig } = await simulatedKubeconfig({
      faults: [
        { effect: { kind: 'denied' }, resource: 'events.events.k8s.io', namespace: 'media' },
        { effect: { kind: 'denied' }, resource: 'events', namespace: 'media' },
      ],
    });
    const looking = await look({ kubeconfig: [kubeconfig], namespaces: ['blog', 'media'] });
    expect(new Set((await events(looking)).map(({ object }) => object.namespace))).toEqual(new Set(['blog']));
    expect(looking.notes.join('\n')).toContain('namespace: media');
  });

  it('answers with the Role where everything is denied', async () => {
    const { kubeconfig } = await simulatedKubeconfig({ faults: [{ effect: { kind: 'denied' } }] });
    const denied = await lookAtClusters(options({ kubeconfig: [kubeconfig] }));
    expect(denied).toMatchObject({ kind: 'denied', detail: expect.stringContaining('kind: ClusterRole') });
  });

  it('answers that nobody is there', async () => {
    const { kubeconfig, cluster } = await simulatedKubeconfig();
    await cluster.close();
    const away = await lookAtClusters(options({ kubeconfig: [kubeconfig] }));
    expect(away).toMatchObject({ kind: 'unreachable', detail: expect.stringContaining('ECONNREFUSED') });
  });

  it('heeds nothing that configures a server, and rejects where there is no kubeconfig', async () => {
    const { kubeconfig, home } = await simulatedKubeconfig();
    const env = { TATTLE_STORE_URL: 'nonsense', TATTLE_TOKEN: 'short', TATTLE_USER: 'anna', KUBECONFIG: kubeconfig };
    expect((await events(await look({ env }))).length).toBeGreaterThan(100);
    await expect(lookAtClusters(options({ env: { HOME: home } }))).rejects.toThrow('--kubeconfig');
    await expect(lookAtClusters(options({ kubeconfig: [join(home, 'none')] }))).rejects.toThrow('none');
    await expect(lookAtClusters(options({ kubeconfig: [kubeconfig], contexts: ['prod'] }))).rejects.toThrow(
      'simulated',
    );
  });
});

describe('a look at a recording', () => {
  it('shows it as it stood at its end, which is its now', async () => {
    const recorded = await lookAtRecording({ env: {}, signal: new AbortController().signal, directory: STATES });
    const all = await events(recorded);
    expect(all.length).toBeGreaterThan(100);
    const newest = Math.max(...all.map(({ lastSeen }) => Date.parse(lastSeen)));
    expect(Math.abs((recorded.now ?? 0) - newest)).toBeLessThan(60_000);
    const recent = await events(recorded, '&from=now-1m');
    expect(recent.length).toBeGreaterThan(0);
    expect(recent.length).toBeLessThan(all.length);
  });

  it('rejects a folder without one, by its name', async () => {
    const directory = await scratchFolder();
    const asked = { env: {}, signal: new AbortController().signal, directory };
    await expect(lookAtRecording(asked)).rejects.toThrow(directory);
  });
});
