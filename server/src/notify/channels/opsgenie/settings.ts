/** What can be set for Opsgenie, or for the alerts of Jira Service Management, which speak the same. */
import { z } from 'zod';
import { channelName } from '../channel-type.ts';
import { ca, httpUrl, secretText, timeoutSeconds, wordingSettings } from '../common-settings.ts';

export const opsgenieSettings = z.strictObject({
  type: z.literal('opsgenie'),
  name: channelName,
  apiKey: secretText.describe('Of an API integration.'),
  url: httpUrl
    .default('https://api.opsgenie.com')
    .describe(
      'In the EU: https://api.eu.opsgenie.com. Jira Service Management: https://api.atlassian.com/jsm/ops/integration.',
    ),
  timeoutSeconds,
  ca,
  ...wordingSettings,
});

export type OpsgenieSettings = z.output<typeof opsgenieSettings>;
