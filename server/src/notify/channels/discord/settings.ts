/** What can be set for Discord: a webhook, or a bot and a channel. */
import { z } from 'zod';
import { channelName } from '../channel-type.ts';
import { ca, httpUrl, secretText, timeoutSeconds, wordingSettings } from '../common-settings.ts';

const snowflake = z
  .string()
  .regex(/^\d{15,21}$/, 'must be an id: switch on the developer mode of Discord, then copy it');

export const discordSettings = z
  .strictObject({
    type: z.literal('discord'),
    name: channelName,
    webhookUrl: httpUrl.exactOptional().describe('Of a webhook: https://discord.com/api/webhooks/id/token.'),
    botToken: secretText.exactOptional().describe('Of a bot that may see the channel and write in it.'),
    channelId: snowflake.exactOptional().describe('Of the channel that the bot writes in.'),
    threadId: snowflake.exactOptional().describe('A thread of the channel to write in; a forum needs one.'),
    publicKey: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'must be the public key of the application: 64 hexadecimal digits')
      .exactOptional()
      .describe(
        'Of the bot’s application, 64 hexadecimal digits: with it, messages have buttons, whose presses Discord sends to /api/v1/interactions/discord. A webhook of a channel may have none.',
      ),
    mayAct: z
      .array(snowflake)
      .min(1)
      .max(500)
      .exactOptional()
      .describe('Ids of the users whose presses count; left out, those of everybody in the channel.'),
    baseUrl: httpUrl.default('https://discord.com/api/v10').describe('Of the API; another one for a proxy.'),
    ...wordingSettings,
    timeoutSeconds,
    ca,
  })
  .superRefine(({ webhookUrl, botToken, channelId, publicKey, mayAct }, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (webhookUrl === undefined && botToken === undefined) {
      wrong('webhookUrl', 'is needed, or botToken and channelId instead');
    }
    if (webhookUrl !== undefined && botToken !== undefined) wrong('botToken', 'is not for a channel with a webhookUrl');
    if (webhookUrl !== undefined && channelId !== undefined) wrong('channelId', 'is chosen by the webhookUrl already');
    if (botToken !== undefined && channelId === undefined) wrong('channelId', 'is needed beside botToken');
    if (publicKey !== undefined && botToken === undefined)
      wrong('publicKey', 'is for a bot: give botToken and channelId');
    if (mayAct !== undefined && publicKey === undefined) wrong('mayAct', 'says nothing without publicKey');
  });

export type DiscordSettings = z.output<typeof discordSettings>;
