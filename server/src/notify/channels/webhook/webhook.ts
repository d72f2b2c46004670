/** The generic webhook: one signed JSON message a notice, to any HTTP endpoint. */
import { endpointOf } from '../../../kit/guarded-fetch.ts';
import {
  type Channel,
  type ChannelPreview,
  type DeliveryAttempt,
  type DeliveryOutcome,
  type Notice,
  NOTICE_KINDS,
} from '../../../model/delivery.ts';
import { type ChannelContext, defineChannel } from '../channel-type.ts';
import { httpOutcome } from '../http-outcome.ts';
import { httpTarget } from '../target.ts';
import { createBodyWriter } from './body-writer.ts';
import { type WebhookSettings, webhookSettings } from './settings.ts';
import { readSecret, webhookHeaders } from './signature.ts';

/** Nothing in an answer's body matters, so that hardly any of it is read. */
const MAX_RESPONSE_BYTES = 4096;

/** Everything but the type: a channel that is a webhook under another name takes it from here. */
export type WebhookManner = Omit<WebhookSettings, 'type'>;

export const webhook = defineChannel({
  type: 'webhook',
  schema: webhookSettings,
  secrets: ['url', 'secrets', 'headers'],
  targets: ({ url }) => [httpTarget(url)],
  create: (settings, context) => createWebhook('webhook', settings, context),
});

export function createWebhook(type: string, settings: WebhookManner, context: ChannelContext): Channel {
  const keys = settings.secrets.map(readSecret).filter((key) => typeof key !== 'string');
  const endpoint = context.trusted ? endpointOf(settings.url) : null;
  const timeoutMs = settings.timeoutSeconds * 1000;
  const write = createBodyWriter(settings, context.linkTo);

  async function deliver(notice: Notice, attempt: DeliveryAttempt, signal: AbortSignal): Promise<DeliveryOutcome> {
    const written = write(notice);
    if (!written.ok) return { kind: 'failed', error: written.problem, statusCode: null };
    const body = written.text;
    const answer = await context.fetch({
      url: settings.url,
      method: settings.method,
      headers: {
        'user-agent': 'Tattle',
        accept: '*/*',
        ...settings.headers,
        'content-type': settings.contentType,
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

  function preview(notice: Notice): ChannelPreview {
    const written = write(notice);
    if (written.ok) return { contentType: settings.contentType, body: written.text };
    return { contentType: 'text/plain', body: written.problem };
  }

  // A machine listens: it may as well know all of it.
  return { name: settings.name, type, wants: new Set(NOTICE_KINDS), deliver, preview };
}
