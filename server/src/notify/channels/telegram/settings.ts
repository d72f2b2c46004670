/** What can be set for Telegram: a bot, and the chat that it writes to. */
import { z } from 'zod';
import { channelName } from '../channel-type.ts';
import { ca, httpUrl, timeoutSeconds, wordingSettings } from '../common-settings.ts';

const chatId = z
  .union([
    z.int(),
    z.string().regex(/^(@[A-Za-z0-9_]{4,32}|-?[1-9]\d{0,19})$/, 'must be a number such as -1001234567890, or an @name'),
  ])
  .transform(String)
  .describe('A number (negative for groups), or the @name of a public group or channel.');

export const telegramSettings = z.strictObject({
  type: z.literal('telegram'),
  name: channelName,
  botToken: z
    .string()
    .regex(/^\d{3,20}:[A-Za-z0-9_-]{10,100}$/, 'must be a bot token such as 123456:ABC…')
    .describe('As @BotFather gave it.'),
  chatId,
  messageThreadId: z.int().min(1).exactOptional().describe('The topic, in a group that has topics.'),
  baseUrl: httpUrl.default('https://api.telegram.org').describe('Of a Bot API server of one’s own.'),
  timeoutSeconds,
  ca,
  ...wordingSettings,
});

export type TelegramSettings = z.output<typeof telegramSettings>;
