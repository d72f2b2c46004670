/** What can be set for PagerDuty: the key of a service's Events API v2 integration. */
import { z } from 'zod';
import { channelName } from '../channel-type.ts';
import { ca, httpUrl, timeoutSeconds, wordingSettings } from '../common-settings.ts';

export const pagerdutySettings = z.strictObject({
  type: z.literal('pagerduty'),
  name: channelName,
  routingKey: z
    .string()
    .regex(/^[A-Za-z0-9]{20,64}$/, 'must be the integration key of an Events API v2 integration')
    .describe('The integration key of an Events API v2 integration.'),
  url: httpUrl
    .default('https://events.pagerduty.com/v2/enqueue')
    .describe('In the EU: https://events.eu.pagerduty.com/v2/enqueue.'),
  timeoutSeconds,
  ca,
  ...wordingSettings,
});

export type PagerdutySettings = z.output<typeof pagerdutySettings>;
