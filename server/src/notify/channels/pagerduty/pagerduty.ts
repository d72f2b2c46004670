/** PagerDuty by its Events API v2: triggered, acknowledged and resolved with the incident. */
import {
  type Channel,
  type ChannelPreview,
  type DeliveryAttempt,
  type DeliveryOutcome,
  type Notice,
  NOTICE_KINDS,
} from '../../../model/delivery.ts';
import type { GuardedResponse } from '../../../kit/guarded-fetch.ts';
import { type ChannelContext, defineChannel } from '../channel-type.ts';
import { httpOutcome } from '../http-outcome.ts';
import { createSendJson, jsonFields } from '../send-json.ts';
import { httpTarget } from '../target.ts';
import { createWording } from '../wording.ts';
import { pagerdutyEvents } from './pagerduty-event.ts';
import { type PagerdutySettings, pagerdutySettings } from './settings.ts';

export const pagerduty = defineChannel({
  type: 'pagerduty',
  schema: pagerdutySettings,
  secrets: ['routingKey'],
  targets: ({ url }) => [httpTarget(url)],
  create: createPagerduty,
});

function createPagerduty(settings: PagerdutySettings, context: ChannelContext): Channel {
  const send = createSendJson(context, settings);
  const word = createWording(settings, context.linkTo);

  async function deliver(notice: Notice, _attempt: DeliveryAttempt, signal: AbortSignal): Promise<DeliveryOutcome> {
    // A summary is no reason to page anybody.
    if (notice.kind === 'digest') return { kind: 'delivered', statusCode: null };
    let outcome: DeliveryOutcome = { kind: 'delivered', statusCode: null };
    for (const event of pagerdutyEvents(notice, word(notice))) {
      const body = JSON.stringify({ routing_key: settings.routingKey, ...event });
      outcome = pagerdutyOutcome(await send({ url: settings.url, body }, signal), context.clock.now());
      // Tried again, the alert is triggered again, which adds nothing to one that is open.
      if (outcome.kind !== 'delivered') return outcome;
    }
    return outcome;
  }

  function preview(notice: Notice): ChannelPreview {
    if (notice.kind === 'digest') return { contentType: 'text/plain', body: 'Nothing: a summary pages nobody.' };
    const [event, ...more] = pagerdutyEvents(notice, word(notice));
    return { contentType: 'application/json', body: JSON.stringify(more.length === 0 ? event : [event, ...more]) };
  }

  const wants = new Set(NOTICE_KINDS.filter((kind) => kind !== 'digest'));
  return { name: settings.name, type: 'pagerduty', wants, deliver, preview };
}

function pagerdutyOutcome(answer: GuardedResponse, now: number): DeliveryOutcome {
  const outcome = httpOutcome(answer, now);
  const { status } = jsonFields(answer);
  if (outcome.statusCode !== 400 || status !== 'invalid event') return outcome;
  return { kind: 'failed', error: 'PagerDuty does not take the event: check routingKey', statusCode: 400 };
}
