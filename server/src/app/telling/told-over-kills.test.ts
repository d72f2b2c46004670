/** kill -9 at any moment: what was held, silenced or on its way is told all the same, once, and rules that fired are not stuck. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WireIncidentDetail, WireSilence } from '@tattle/contract';
import { expect, it, onTestFinished } from 'vitest';
import { faultyEndpoint } from '../../notify/testing/faulty-endpoint.ts';
import { eventually } from '../testing/server-process.ts';
import { scratch, startTelling, type TellingServer } from './testing/telling-server.ts';

const KILLS = 2;
const LONGEST_LIFE_MS = 1500;
const PER_LIFE = 3;

interface Told {
  readonly notice: string;
  readonly incident: { readonly id: string };
  readonly also: readonly { readonly incident?: { readonly id: string }; readonly id?: string }[];
}

const RULE = {
  name: 'cache-lost-often',
  on: 'event',
  when: 'event.reason == "CacheLost"',
  count: { atLeast: 3, withinSeconds: 5, by: ['namespace', 'name'] },
  title: 'The cache is lost again and again',
};
const NOTIFY = {
  rules: [RULE],
  routes: [
    {
      name: 'together',
      match: ['namespace=shop'],
      to: ['hook'],
      groupBy: ['namespace'],
      groupWaitSeconds: 2,
      groupIntervalSeconds: 1,
    },
    { name: 'each', match: ['namespace=~"web|mute|rules"'], to: ['hook'] },
  ],
};

it('tells everything once over kills, what was held and silenced, too', { timeout: 300_000 }, async () => {
  const hook = await faultyEndpoint();
  onTestFinished(() => hook.close());
  const home = await scratch();
  const channels = [{ type: 'webhook', name: 'hook', url: hook.url, format: 'tattle' }];
  const start = () => startTelling(home, { channels, notify: NOTIFY });
  /** Of each notice about it: its kind and the ids that it came under. */
  const heardOf = (incidentId: string) => {
    const kinds = new Map<string, Set<string>>();
    for (const { headers, body } of hook.received) {
      const { notice, incident, also } = JSON.parse(body) as Told;
      if (![incident.id, ...also.map((one) => one.incident?.id ?? one.id)].includes(incidentId)) continue;
      kinds.set(notice, (kinds.get(notice) ?? new Set()).add(String(headers['webhook-id'])));
    }
    return kinds;
  };
  const isTold = (incidentId: string) => async () => (heardOf(incidentId).size > 0 ? true : undefined);

  let server = await start();
  await server.alert('rules', ['cache']);
  await breakCache(server);
  const rules = await eventually('the rule to join the incident of its workload', async () => {
    const id = (await server.incidents('rules')).get('cache') ?? '';
    const { body } = await server.get<WireIncidentDetail>(`/api/v1/incidents/${id}`);
    return JSON.stringify(body.timeline ?? []).includes(RULE.name) ? id : undefined;
  });
  expect((await server.incidents('rules')).size).toBe(1);
  const silence = await server.send<WireSilence>('POST', '/api/v1/silences', {
    matchers: ['namespace=mute'],
    forMinutes: 60,
    comment: 'deploying',
  });
  const names = (life: number) => Array.from({ length: PER_LIFE }, (_, i) => `cart-${life}-${i}`);
  for (let life = 0; life < KILLS; life += 1) {
    for (const namespace of ['web', 'shop', 'mute']) await server.alert(namespace, names(life));
    await sleep(Math.random() * LONGEST_LIFE_MS);
    await server.stop('SIGKILL');
    server = await start();
  }
  const of = async (namespace: string) => [...(await server.incidents(namespace)).values()];
  const all = [...(await of('web')), ...(await of('shop'))];
  expect(all).toHaveLength(2 * KILLS * PER_LIFE);
  for (const id of all) await eventually(`${id} to be told`, isTold(id));

  const muted = await of('mute');
  expect(muted).toHaveLength(KILLS * PER_LIFE);
  for (const id of muted) {
    await eventually('it to be held', async () =>
      (await server.why(id)).includes('held silenced') ? true : undefined,
    );
    expect(heardOf(id).size).toBe(0);
  }
  await server.send('DELETE', `/api/v1/silences/${silence.id}`);
  for (const id of muted) await eventually(`${id} to be told after its silence`, isTold(id));

  for (const id of [...all, ...muted]) {
    expect([...heardOf(id)].map(([kind, ids]) => [kind, ids.size])).toEqual([['opened', 1]]);
    expect((await server.why(id)).filter((line) => line.startsWith('hook told'))).toHaveLength(1);
  }
  await eventually('the rule to be over', async () => {
    const { body } = await server.get<WireIncidentDetail>(`/api/v1/incidents/${rules}`);
    const ended = body.timeline.some(({ kind, text }) => kind === 'cleared' && text.includes(RULE.name));
    return ended || body.timeline.some(({ text }) => text.includes('does not fire any more')) ? true : undefined;
  });
});

async function breakCache(server: TellingServer): Promise<void> {
  for (let id = 0; id < 3; id += 1) {
    const event = {
      namespace: 'rules',
      kind: 'Deployment',
      name: 'cache',
      reason: 'CacheLost',
      message: `lost shard ${id}`,
    };
    await server.send('POST', '/api/v1/intake/events', { ...event, id: `lost-${id}`, type: 'Warning' });
  }
}
