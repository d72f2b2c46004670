import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../kit/clock.ts';
import { isMadeByTattle } from '../../../model/alert-label.ts';
import type { IncidentNotice, ToldIncident } from '../../../model/delivery.ts';
import type { Incident } from '../../../model/incident.ts';
import type { Logger, Metrics } from '../../../model/ports/process.ts';
import { keepAlive } from '../../keep-alive.ts';
import { trustedContext } from '../../testing/channel-contract.ts';
import { aDiagnosis, anIncident, aNotice } from '../../testing/notices.ts';
import { createAlertmanager } from './alertmanager.ts';
import { alertmanagerSettings } from './settings.ts';
import { eventually, type RealAlertmanager, startAlertmanager } from './testing/real-alertmanager.ts';

/** Said again every two seconds instead of every minute. */
const RESOLVE_AFTER_MS = 6000;
const EVERY_MS = 2000;

const quiet: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const metrics: Metrics = { count: () => {}, gauge: () => {}, observe: () => {} };

/** A channel to these Alertmanagers, kept alive, and one incident that it is told of. */
function telling(...urls: readonly string[]) {
  const settings = alertmanagerSettings.parse({ type: 'alertmanager', name: 'am', urls, timeoutSeconds: 1 });
  const channel = createAlertmanager({ ...settings, resolveAfterMinutes: RESOLVE_AFTER_MS / 60_000 }, trustedContext());
  let told: ToldIncident | null = null;
  const stop = new AbortController();
  const openTold = async (_: string, endedSince: number) =>
    told === null || (told.endedAt !== null && told.endedAt < endedSince) ? [] : [told];
  const ended = keepAlive(
    { told: { openTold }, channels: () => [channel], isOff: () => false, clock: systemClock, logger: quiet, metrics },
    stop.signal,
  );
  onTestFinished(async () => {
    stop.abort(new Error('the test is over'));
    await ended;
  });
  const openedAt = Date.now() - 60_000;
  let incident = anIncident({ openedAt });
  return {
    openedAt,
    tell: async (kind: IncidentNotice['kind'], change: Partial<Incident> = {}) => {
      incident = { ...incident, ...change };
      const notice = aNotice({ kind, incident, diagnosis: aDiagnosis(), at: Date.now() });
      const attempt = { deliveryId: 'd', number: 1, at: Date.now(), receipt: told?.receipt ?? null };
      const outcome = await channel.deliver(notice, attempt, stop.signal);
      if (outcome.kind === 'delivered') {
        const receipt = outcome.receipt ?? null;
        told = { incident, endedAt: incident.resolvedAt, diagnosis: aDiagnosis(), event: null, receipt };
      }
      return outcome;
    },
    /** Of which nobody is told. */
    change: (change: Partial<Incident>) => {
      incident = { ...incident, ...change };
      if (told !== null) told = { ...told, incident, endedAt: incident.resolvedAt };
    },
  };
}

const severities = async (alertmanager: RealAlertmanager) =>
  (await alertmanager.alerts()).map(({ labels }) => labels.severity);
const over = () => ({ state: 'resolved', resolvedAt: Date.now(), resolvedBy: 'tattle' }) as const;

describe('a real Alertmanager', () => {
  it('shows what fires for as long as it is said again, and notifies once of its beginning and once of its end', async () => {
    const alertmanager = await startAlertmanager();
    const { tell, openedAt } = telling(alertmanager.url);
    expect(await tell('opened')).toMatchObject({ kind: 'delivered', statusCode: 200 });
    const [alert] = await alertmanager.alerts();
    expect(alert).toMatchObject({
      labels: { alertname: 'CrashLoopBackOff', severity: 'high', deployment: 'cart', tattle_incident: 'inc_1' },
      annotations: { description: 'The variable REDIS_URL is missing.' },
      startsAt: new Date(openedAt).toISOString(),
      generatorURL: 'https://tattle.example/incidents/inc_1',
      status: { state: 'active' },
    });
    expect(Math.abs(Date.parse(alert?.endsAt ?? '') - Date.now() - RESOLVE_AFTER_MS)).toBeLessThan(1000);
    expect(await alertmanager.amtool('alert', 'query', 'deployment=cart')).toContain('CrashLoopBackOff');
    await sleep(RESOLVE_AFTER_MS + 2 * EVERY_MS);
    expect(await severities(alertmanager)).toEqual(['high']);
    await tell('resolved', over());
    await eventually('no alert to fire', async () => (await severities(alertmanager)).length === 0 || undefined);
    // The end is said again meanwhile.
    await sleep(RESOLVE_AFTER_MS);
    expect(await severities(alertmanager)).toEqual([]);
    expect(alertmanager.notifications().map(({ status }) => status)).toEqual(['firing', 'resolved']);
    // Tattle knows its own by both, also of what is over.
    for (const { labels, annotations } of alertmanager.notifications().flatMap(({ alerts }) => alerts)) {
      expect(isMadeByTattle(labels, annotations)).toBe(true);
    }
  });

  it('takes what got worse for another alert, without a ghost of the former', async () => {
    const alertmanager = await startAlertmanager();
    const { tell } = telling(alertmanager.url);
    await tell('opened');
    await tell('worse', { severity: 'critical', condition: 'OOMKilled' });
    expect((await alertmanager.alerts()).map(({ labels }) => [labels.alertname, labels.severity])).toEqual([
      ['OOMKilled', 'critical'],
    ]);
    await sleep(2 * EVERY_MS);
    expect(await severities(alertmanager)).toEqual(['critical']);
    await tell('resolved', over());
    await eventually(
      'the end to be notified',
      () => alertmanager.notifications().some(({ status }) => status === 'resolved') || undefined,
    );
    expect(await severities(alertmanager)).toEqual([]);
  });

  it('keeps the labels that it was told while the incident changes and nobody is told', async () => {
    const alertmanager = await startAlertmanager();
    const { tell, change } = telling(alertmanager.url);
    await tell('opened');
    change({ severity: 'critical', title: 'Worse by now' });
    await eventually('the new title', async () => {
      const [alert] = await alertmanager.alerts();
      return alert?.annotations.summary === 'Worse by now' || undefined;
    });
    expect(await severities(alertmanager)).toEqual(['high']);
    change(over());
    await eventually(
      'the end without a notice of it',
      async () => (await severities(alertmanager)).length === 0 || undefined,
    );
  });

  it('is one of two of which the other is down, and both know once it is back', async () => {
    const [one, two] = [await startAlertmanager(), await startAlertmanager()];
    const { tell } = telling(one.url, two.url);
    await two.stop();
    const outcome = await tell('opened');
    expect(outcome).toMatchObject({
      kind: 'delivered',
      statusCode: 200,
      warning: expect.stringContaining('ECONNREFUSED'),
    });
    expect(await severities(one)).toEqual(['high']);
    await two.restart();
    const began = Date.now();
    await eventually('the other to know', async () => (await severities(two)).length === 1 || undefined);
    expect(Date.now() - began).toBeLessThan(EVERY_MS + 1500);
    await one.stop();
    expect(await tell('resolved', over())).toMatchObject({ kind: 'delivered' });
    expect(await severities(two)).toEqual([]);
    await one.restart();
    await sleep(EVERY_MS);
    expect(await severities(one)).toEqual([]);
  });

  it('gets back what it forgot over a restart, within one period', async () => {
    const alertmanager = await startAlertmanager();
    const { tell, openedAt } = telling(alertmanager.url);
    await tell('opened');
    await alertmanager.restart();
    const began = Date.now();
    const alert = await eventually('the alert to be back', async () => (await alertmanager.alerts())[0]);
    expect(Date.now() - began).toBeLessThan(EVERY_MS + 1500);
    expect(alert.startsAt).toBe(new Date(openedAt).toISOString());
  });

  it('ends what is not said again any more by itself', async () => {
    const alertmanager = await startAlertmanager();
    const settings = alertmanagerSettings.parse({ type: 'alertmanager', name: 'am', urls: [alertmanager.url] });
    const channel = createAlertmanager({ ...settings, resolveAfterMinutes: 0.05 }, trustedContext());
    const attempt = { deliveryId: 'd', number: 1, at: Date.now(), receipt: null };
    await channel.deliver(aNotice({ kind: 'test' }), attempt, new AbortController().signal);
    expect(await severities(alertmanager)).toEqual(['high']);
    await sleep(3500);
    expect(await severities(alertmanager)).toEqual([]);
  });
});
