/** A real Prometheus whose rule fires, a real Alertmanager that tells, and a whole Tattle that makes an incident of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WireCreatedToken, WireEventPage, WireIncidentDetail, WireIncidentPage } from '@tattle/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Exporter, startExporter } from './taking-in/testing/exporter.ts';
import { type FrontDoor, openFrontDoor } from './taking-in/testing/front-door.ts';
import { type Running, startAlertmanager, startPrometheus } from './taking-in/testing/prometheus-pair.ts';
import { eventually, type ServerProcess, startServer } from './testing/server-process.ts';

const VARIABLES = {
  TATTLE_SOURCE: 'simulate',
  TATTLE_SIMULATE_RECORDINGS: fileURLToPath(new URL('../../../examples/states', import.meta.url)),
  TATTLE_SIMULATE_SPEED: '50',
  TATTLE_SIMULATE_LOOP: 'false',
};

const RULES = [
  {
    alert: 'CheckoutErrors',
    expr: 'shop_errors > 0',
    labels: { severity: 'warning' },
    annotations: { summary: 'Errors of {{ $labels.pod }}', runbook_url: 'https://runbooks.example/errors' },
  },
  { alert: 'QueueTooLong', expr: 'shop_queue_length > 100', labels: { severity: 'critical' } },
];
const QUEUE = 'shop_queue_length{namespace="payments",queue="orders"}';

let home: string;
let server: ServerProcess;
let door: FrontDoor;
let exporter: Exporter;
let alertmanager: Running;
let prometheus: Running;
const ends: (() => unknown)[] = [];

async function startTattle(): Promise<void> {
  server = await startServer(home, VARIABLES, () => undefined);
  door.behind = server.origin;
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tattle-alerts-'));
  ends.push(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  door = await openFrontDoor();
  exporter = await startExporter();
  ends.push(door.close, exporter.close);
  await startTattle();
  ends.push(() => server.stop());
  const { secret } = await reporterToken();
  const url = `${door.url}/api/v1/intake/alertmanager`;
  alertmanager = await startAlertmanager(join(home, 'alertmanager'), { url, token: secret });
  ends.push(alertmanager.stop);
  const targets = { exporter: exporter.address, alertmanager: alertmanager.address, rules: RULES };
  prometheus = await startPrometheus(join(home, 'prometheus'), targets);
  ends.push(prometheus.stop);
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

async function reporterToken(): Promise<WireCreatedToken> {
  const response = await fetch(new URL('/api/v1/tokens', server.origin), {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'alertmanager', grants: [{ role: 'reporter', scope: 'everything' }] }),
  });
  return (await response.json()) as WireCreatedToken;
}

const stored = (reason: string, wanted: (page: WireEventPage) => boolean) =>
  server.awaits<WireEventPage>(`/api/v1/events?reason=${reason}`, wanted);

it('joins the incident of the pod that an alert names, and ends there when it is resolved', async () => {
  const { items } = await server.awaits<WireIncidentPage>('/api/v1/incidents?state=open&kind=Deployment', (page) =>
    page.items.some(({ subject }) => subject.kind === 'Pod'),
  );
  const pods = items.find(({ subject }) => subject.kind === 'Pod');
  if (pods === undefined) throw new Error('no incident of a pod');
  const series = `shop_errors{namespace="${pods.subject.namespace}",pod="${pods.subject.name}"}`;
  exporter.values.set(series, 7);

  const fired = await stored('CheckoutErrors', (page) => page.items.length > 0);
  expect(fired.items).toMatchObject([
    {
      origin: 'alert',
      type: 'Warning',
      severity: 'medium',
      condition: 'CheckoutErrors',
      incidentId: pods.id,
      object: { kind: 'Pod', name: pods.subject.name },
      rootOwner: { kind: 'Deployment', name: pods.root.name },
      message: `Errors of ${pods.subject.name} (runbook: https://runbooks.example/errors)`,
    },
  ]);
  const { together } = (await server.get<WireIncidentDetail>(`/api/v1/incidents/${pods.id}`)).body;
  const joined = together.find(({ condition }) => condition === 'CheckoutErrors');
  expect(joined).toMatchObject({ rule: 'same-owner', clearedAt: null });
  expect(joined?.because).toContain(`the alert names Pod ${pods.subject.namespace}/${pods.subject.name}`);

  exporter.values.set(series, 0);
  const detail = await server.awaits<WireIncidentDetail>(`/api/v1/incidents/${pods.id}`, (incident) =>
    incident.together.some(({ condition, clearedAt }) => condition === 'CheckoutErrors' && clearedAt !== null),
  );
  expect(detail.eventCount).toBeGreaterThan(2);
});

it('loses nothing while Tattle is down, or refuses: Alertmanager tries again, and it is stored once', async () => {
  expect(await server.stop()).toBe(0);
  door.behind = null;
  exporter.values.set(QUEUE, 250);
  await eventually('Alertmanager to find nobody', async () => (door.answers.at(-1) === 0 ? true : undefined));
  door.refuses = 2;
  await startTattle();
  await eventually('both refusals', async () => (door.refuses === 0 ? true : undefined));

  const { items } = await stored('QueueTooLong', (page) => page.items.length > 0);
  expect(items).toMatchObject([
    { origin: 'alert', severity: 'critical', object: { kind: 'Alert', namespace: 'payments' } },
  ]);
  const [opened] = (
    await server.awaits<WireIncidentPage>('/api/v1/incidents?condition=QueueTooLong', (page) => page.items.length > 0)
  ).items;
  expect(opened).toMatchObject({
    state: 'open',
    severity: 'critical',
    title: 'QueueTooLong: Alert payments/QueueTooLong',
  });

  exporter.values.set(QUEUE, 0);
  await server.awaits<WireIncidentDetail>(`/api/v1/incidents/${opened?.id}`, ({ clearedAt }) => clearedAt !== null);
  const all = await stored('QueueTooLong', (page) => page.items.length > 1);
  expect(all.items.map(({ type, count }) => [type, count]).sort()).toEqual([
    ['Normal', 1],
    ['Warning', 1],
  ]);
  expect(door.answers).toEqual(expect.arrayContaining([0, 503, 200]));
  expect(new Set(door.answers)).toEqual(new Set([0, 503, 200]));
});
