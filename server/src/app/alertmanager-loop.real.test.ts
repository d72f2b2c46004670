/** A whole Tattle that tells a real Alertmanager of its incidents, which tells that Tattle of every alert: the circle ends there. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { WireDeliveryPage, WireEventPage, WireIncidentPage } from '@tattle/contract';
import { expect, it, onTestFinished } from 'vitest';
import { type RealAlertmanager, startAlertmanager } from '../notify/channels/alertmanager/testing/real-alertmanager.ts';
import { openFrontDoor } from './taking-in/testing/front-door.ts';
import { eventually, type ServerProcess, startServer } from './testing/server-process.ts';

const TOKEN = 'a-token-that-both-of-them-know';

async function circle(): Promise<{ alertmanager: RealAlertmanager; server: ServerProcess }> {
  const home = await mkdtemp(join(tmpdir(), 'tattle-loop-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  const door = await openFrontDoor();
  onTestFinished(() => door.close());
  const alertmanager = await startAlertmanager({ url: `${door.url}/api/v1/intake/alertmanager`, token: TOKEN });
  const configuration = join(home, 'tattle.yaml');
  const channels = [{ type: 'alertmanager', name: 'am', urls: [alertmanager.url] }];
  await writeFile(configuration, JSON.stringify({ listen: { token: TOKEN }, channels }));
  const server = await startServer(home, {
    TATTLE_CONFIG: configuration,
    TATTLE_SOURCE: 'simulate',
    TATTLE_SIMULATE_RECORDINGS: fileURLToPath(new URL('../../../examples/states', import.meta.url)),
    TATTLE_SIMULATE_SPEED: '50',
    TATTLE_SIMULATE_LOOP: 'false',
  });
  door.behind = server.origin;
  return { alertmanager, server };
}

async function ownAlertsDropped({ origin, token }: ServerProcess): Promise<number> {
  const response = await fetch(new URL('/metrics', origin), { headers: { authorization: `Bearer ${token}` } });
  const counts = [...(await response.text()).matchAll(/^tattle_dropped_total\{[^}]*made-by-tattle[^}]*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

it('tells of incidents, takes none of them in again, and does not send back what came from there', async () => {
  const { alertmanager, server } = await circle();
  const told = await eventually('Alertmanager to know of incidents', async () => {
    const alerts = await alertmanager.alerts();
    return alerts.length > 0 ? alerts : undefined;
  });
  expect(told.every(({ labels }) => labels['tattle_incident'] !== undefined)).toBe(true);
  await eventually('Tattle to drop its own', async () => ((await ownAlertsDropped(server)) > 0 ? true : undefined));

  const labels = { alertname: 'FromElsewhere', namespace: 'payments', severity: 'critical' };
  // As of a pod that somebody labelled so, to hide it: of an incident that there is, and in one group with what Tattle said of it.
  const forged = { ...labels, alertname: 'OfLabelledPod', tattle_incident: told[0]?.labels['tattle_incident'] ?? '' };
  const annotations = { summary: 'not of Tattle' };
  const response = await fetch(`${alertmanager.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([labels, forged].map((each) => ({ labels: each, annotations }))),
  });
  expect(response.status).toBe(200);
  await server.awaits<WireIncidentPage>('/api/v1/incidents?condition=OfLabelledPod', (page) => page.items.length > 0);
  const { items } = await server.awaits<WireIncidentPage>(
    '/api/v1/incidents?condition=FromElsewhere',
    (page) => page.items.length > 0,
  );
  const path = `/api/v1/deliveries?incident=${items[0]?.id}`;
  const deliveries = await server.awaits<WireDeliveryPage>(path, (page) =>
    page.items.some(({ status }) => status === 'delivered'),
  );
  expect(deliveries.items).toMatchObject([{ channel: 'am', status: 'delivered', lastStatusCode: null }]);

  // Several rounds of Alertmanager's, which notifies within a second.
  await sleep(5000);
  const again = (await alertmanager.alerts()).filter((alert) => alert.labels['alertname'] === 'FromElsewhere');
  expect(again.map((alert) => alert.labels)).toEqual([labels]);
  const events = await server.get<WireEventPage>('/api/v1/events?limit=500');
  const alerts = events.body.items.filter(({ origin }) => origin === 'alert');
  expect(alerts.map(({ condition }) => condition).sort()).toEqual(['FromElsewhere', 'OfLabelledPod']);
});
