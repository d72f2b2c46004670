/** What can be set for Slack: an incoming webhook, or an app's token and a channel. */
import { z } from 'zod';
import { channelName } from '../channel-type.ts';
import { ca, httpUrl, secretText, timeoutSeconds, wordingSettings } from '../common-settings.ts';

export const slackSettings = z
  .strictObject({
    type: z.literal('slack'),
    name: channelName,
    webhookUrl: httpUrl.exactOptional().describe('Of an incoming webhook: it tells, and cannot change what it told.'),
    botToken: secretText
      .exactOptional()
      .describe('Of an app with the scope chat:write (and chat:write.public for public channels that it is not in).'),
    channel: z
      .string()
      .regex(/^#?[\p{L}\p{N}._-]{1,80}$/u, 'must be the id of a channel, such as C0123456789, or its name')
      .exactOptional()
      .describe('An id such as C0123456789, or a name such as #ops.'),
    signingSecret: secretText
      .exactOptional()
      .describe('Of the app: with it, messages have buttons, whose presses Slack sends to /api/v1/interactions/slack.'),
    mayAct: z
      .array(z.string().regex(/^[UW][A-Z0-9]{1,30}$/, 'must be ids of users, such as U0123456789'))
      .min(1)
      .max(500)
      .exactOptional()
      .describe(
        'Ids of the users whose presses count, such as U0123456789; left out, those of everybody in the channel.',
      ),
    baseUrl: httpUrl.default('https://slack.com/api').describe('Of the Web API; another one for a proxy.'),
    ...wordingSettings,
    timeoutSeconds,
    ca,
  })
  .superRefine(({ webhookUrl, botToken, channel, signingSecret, mayAct }, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (webhookUrl === undefined && botToken === undefined) {
      wrong('webhookUrl', 'is needed, or botToken and channel instead');
    }
    if (webhookUrl !== undefined && botToken !== undefined) wrong('botToken', 'is not for a channel with a webhookUrl');
    if (webhookUrl !== undefined && channel !== undefined) wrong('channel', 'is chosen by the webhookUrl already');
    if (botToken !== undefined && channel === undefined) wrong('channel', 'is needed beside botToken');
    if (mayAct !== undefined && signingSecret === undefined) wrong('mayAct', 'says nothing without signingSecret');
  });

export type SlackSettings = z.output<typeof slackSettings>;
