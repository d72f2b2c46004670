/** What can be set for Microsoft Teams: the address of a workflow that posts what it gets into a channel or chat. */
import { z } from 'zod';
import { channelName } from '../channel-type.ts';
import { ca, httpUrl, timeoutSeconds, wordingSettings } from '../common-settings.ts';

export const teamsSettings = z.strictObject({
  type: z.literal('teams'),
  name: channelName,
  webhookUrl: httpUrl.describe(
    'Of a workflow that begins with “When a Teams webhook request is received”; its signature is part of it.',
  ),
  ...wordingSettings,
  timeoutSeconds,
  ca,
});

export type TeamsSettings = z.output<typeof teamsSettings>;
