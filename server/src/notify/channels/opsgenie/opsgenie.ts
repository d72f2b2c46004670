/** Opsgenie by its alert API: an alert is created, noted upon, acknowledged and closed with the incident. */
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
import { createSendJson } from '../send-json.ts';
import { httpTarget } from '../target.ts';
import { type Mends, withMend } from '../with-mend.ts';
import { createWording } from '../wording.ts';
import { opsgenieRequests } from './opsgenie-request.ts';
import { type OpsgenieSettings, opsgenieSettings } from './settings.ts';

export const opsgenie = defineChannel({
  type: 'opsgenie',
  schema: opsgenieSettings,
  secrets: ['apiKey'],
  targets: ({ url }) => [httpTarget(url)],
  create: createOpsgenie,
});

const KEY = 'use the key of an API integration that may create alerts, and the url of its region';
const MENDS: Mends = {
  401: KEY,
  403: KEY,
  422: 'Opsgenie does not take the alert: look at the templates title and text',
};

function createOpsgenie(settings: OpsgenieSettings, context: ChannelContext): Channel {
  const send = createSendJson(context, settings);
  const word = createWording(settings, context.linkTo);
  const base = settings.url.replace(/\/+$/, '');
  const headers = { authorization: `GenieKey ${settings.apiKey}` };

  async function deliver(notice: Notice, _attempt: DeliveryAttempt, signal: AbortSignal): Promise<DeliveryOutcome> {
    // A summary is no reason to page anybody.
    if (notice.kind === 'digest') return { kind: 'delivered', statusCode: null };
    let outcome: DeliveryOutcome = { kind: 'delivered', statusCode: null };
    for (const { path, fields } of opsgenieRequests(notice, word(notice))) {
      const answer = await send({ url: `${base}${path}`, headers, body: JSON.stringify(fields) }, signal);
      outcome = withMend(httpOutcome(answer, context.clock.now()), MENDS);
      // Tried again, the alert is created again, which does nothing where it is open.
      if (outcome.kind !== 'delivered') return outcome;
    }
    return outcome;
  }

  function preview(notice: Notice): ChannelPreview {
    if (notice.kind === 'digest') return { contentType: 'text/plain', body: 'Nothing: a summary pages nobody.' };
    const [fields, ...more] = opsgenieRequests(notice, word(notice)).map((request) => request.fields);
    return { contentType: 'application/json', body: JSON.stringify(more.length === 0 ? fields : [fields, ...more]) };
  }

  const wants = new Set(NOTICE_KINDS.filter((kind) => kind !== 'digest'));
  return { name: settings.name, type: 'opsgenie', wants, deliver, preview };
}
