/**
 * Alertmanager: each incident is an alert that fires until the incident is over. Alertmanager takes what is not said again for ended,
 * so that the channel is kept alive: see keep-alive.ts. What came in from an Alertmanager and from nowhere else is not sent back.
 */
import { endpointOf } from '../../../kit/guarded-fetch.ts';
import type {
  Channel,
  DeliveryAttempt,
  DeliveryOutcome,
  Notice,
  NoticeKind,
  ToldIncident,
} from '../../../model/delivery.ts';
import { TURNS } from '../../../model/delivery.ts';
import { type ChannelContext, defineChannel } from '../channel-type.ts';
import { httpOutcome } from '../http-outcome.ts';
import { httpTarget } from '../target.ts';
import { type AlertTerms, alertsAgain, alertsOfNotice, type PostableAlert } from './alerts.ts';
import { authorizationOf } from './authorization.ts';
import { receiptOf } from './labels.ts';
import { type AnswerOf, failuresOf, joinedOutcome } from './outcomes.ts';
import { type AlertmanagerSettings, alertmanagerSettings } from './settings.ts';

/** Answers are short, and hardly anything in them matters. */
const MAX_RESPONSE_BYTES = 4096;
/** Alerts in one request; Prometheus sends as many at a time. */
const BATCH = 256;
const KEEP_ALIVE_MS = 60_000;
/** Alertmanager repeats by itself, and has no use for a summary. */
const WANTS: ReadonlySet<NoticeKind> = new Set([...TURNS, 'diagnosed', 'escalated', 'test']);

export const alertmanager = defineChannel({
  type: 'alertmanager',
  schema: alertmanagerSettings,
  secrets: ['headers', 'basic', 'bearer'],
  targets: ({ urls }) => urls.map(httpTarget),
  create: createAlertmanager,
});

export function createAlertmanager(settings: AlertmanagerSettings, context: ChannelContext): Channel {
  const targets = settings.urls.map((url) => targetOf(url, settings, context));
  const resolveAfterMs = settings.resolveAfterMinutes * 60_000;
  const terms = (now: number): AlertTerms => ({
    now,
    resolveAfterMs,
    extraLabels: settings.labels,
    linkTo: context.linkTo,
  });
  let keepingAlive: Promise<unknown> = Promise.resolve();

  async function deliver(notice: Notice, attempt: DeliveryAttempt, signal: AbortSignal): Promise<DeliveryOutcome> {
    // What is being said again may be older than this: it must not arrive behind it.
    await keepingAlive;
    if (notice.kind === 'digest' || isEcho(notice, attempt.receipt)) return { kind: 'delivered', statusCode: null };
    const { alerts, labels } = alertsOfNotice(notice, attempt.receipt, terms(attempt.at));
    const outcome = joinedOutcome(await sendToAll(alerts, signal));
    // A test ends by not being said again.
    if (outcome.kind !== 'delivered' || notice.kind === 'test') return outcome;
    return { ...outcome, receipt: receiptOf(labels) };
  }

  async function push(told: () => Promise<readonly ToldIncident[]>, signal: AbortSignal): Promise<readonly string[]> {
    const pushed = told().then((incidents) => {
      const now = context.clock.now();
      return sendToAll(
        incidents.flatMap((incident) => alertsAgain(incident, terms(now))),
        signal,
      );
    });
    keepingAlive = pushed.catch(() => undefined);
    return failuresOf(await pushed);
  }

  function sendToAll(alerts: readonly PostableAlert[], signal: AbortSignal): Promise<readonly AnswerOf[]> {
    return Promise.all(targets.map(async ({ host, send }) => ({ host, outcome: await send(alerts, signal) })));
  }

  /** As if it were sent at the time of its notice. */
  function preview(notice: Notice) {
    if (notice.kind === 'digest') return { contentType: 'application/json', body: '[]' };
    const { alerts } = alertsOfNotice(notice, null, terms(Math.max(notice.at, notice.incident.resolvedAt ?? 0)));
    return { contentType: 'application/json', body: JSON.stringify(alerts) };
  }

  const everyMs = Math.min(KEEP_ALIVE_MS, resolveAfterMs / 3);
  return {
    name: settings.name,
    type: 'alertmanager',
    wants: WANTS,
    deliver,
    preview,
    keepAlive: { everyMs, endedForMs: resolveAfterMs, push },
  };
}

/**
 * An incident that began with an alert from Alertmanager, and of which nothing else has told since: whoever sent it knows. What was
 * told before goes on being told.
 */
function isEcho(notice: Exclude<Notice, { kind: 'digest' }>, receipt: string | null): boolean {
  return receipt === null && notice.kind !== 'test' && notice.event?.origin === 'alert';
}

interface Target {
  /** For people: `alertmanager-0:9093`. */
  readonly host: string;
  /** All of them were taken, or how it failed at first. */
  readonly send: (alerts: readonly PostableAlert[], signal: AbortSignal) => Promise<DeliveryOutcome>;
}

function targetOf(url: string, settings: AlertmanagerSettings, { fetch, trusted, clock }: ChannelContext): Target {
  const endpoint = endpointOf(url);
  const timeoutMs = settings.timeoutSeconds * 1000;
  const post = async (alerts: readonly PostableAlert[], signal: AbortSignal) => {
    const answer = await fetch({
      url: `${url.replace(/\/+$/, '')}/api/v2/alerts`,
      method: 'POST',
      headers: {
        'user-agent': 'Tattle',
        accept: 'application/json',
        ...authorizationOf(settings),
        ...settings.headers,
        'content-type': 'application/json',
      },
      body: JSON.stringify(alerts),
      totalTimeoutMs: timeoutMs,
      idleTimeoutMs: timeoutMs,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      signal,
      ...(trusted && endpoint !== null && { trusted: endpoint }),
      ...(settings.ca !== undefined && { ca: settings.ca }),
    });
    return httpOutcome(answer, clock.now());
  };
  const send = async (alerts: readonly PostableAlert[], signal: AbortSignal) => {
    let outcome: DeliveryOutcome = { kind: 'delivered', statusCode: null };
    for (let start = 0; start < alerts.length && outcome.kind === 'delivered'; start += BATCH) {
      outcome = await post(alerts.slice(start, start + BATCH), signal);
    }
    return outcome;
  };
  return { host: endpoint ?? '', send };
}
