/** The generic webhook: one signed JSON message a notice, to any HTTP endpoint. */
import { endpointOf } from '../../../kit/guarded-fetch.ts';
import type { Channel, DeliveryAttempt, DeliveryOutcome, Notice } from '../../../model/delivery.ts';
import { type ChannelContext, defineChannel } from '../channel-type.ts';
import { httpOutcome } from '../http-outcome.ts';
import { eventBody } from './event-body.ts';
import { type WebhookSettings, webhookSettings } from './settings.ts';
import { readSecret, webhookHeaders } from './signature.ts';
import { tattleBody } from './tattle-body.ts';

/** Nothing in an answer's body matters, so that hardly any of it is read. */
const MAX_RESPONSE_BYTES = 4096;

export const webhook = defineChannel({ type: 'webhook', schema: webhookSettings, create: createWebhook });

function createWebhook(settings: WebhookSettings, context: ChannelContext): Channel {
  const keys = settings.secrets.map(readSecret).filter((key) => typeof key !== 'string');
  const makeBody = settings.format === 'tattle' ? tattleBody : eventBody;
  const endpoint = context.trusted ? endpointOf(settings.url) : null;
  const timeoutMs = settings.timeoutSeconds * 1000;

  async function deliver(notice: Notice, attempt: DeliveryAttempt, signal: AbortSignal): Promise<DeliveryOutcome> {
    const body = JSON.stringify(makeBody(notice));
    const answer = await context.fetch({
      url: settings.url,
      method: 'POST',
      headers: {
        'user-agent': 'Tattle',
        accept: '*/*',
        ...settings.headers,
        'content-type': 'application/json',
        ...webhookHeaders({ id: notice.id, at: attempt.at, body }, keys),
      },
      body,
      totalTimeoutMs: timeoutMs,
      idleTimeoutMs: timeoutMs,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      signal,
      ...(endpoint !== null && { trusted: endpoint }),
      ...(settings.ca !== undefined && { ca: settings.ca }),
    });
    return httpOutcome(answer, context.clock.now());
  }

  return { name: settings.name, type: 'webhook', deliver };
}
