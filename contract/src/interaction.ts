/** What a chat sends when somebody presses a button, as far as it is read, and what it is answered. */
import { z } from 'zod';

export const slackInteraction = z
  .object({ payload: z.string().describe('JSON, as Slack documents it; a press has the type `block_actions`.') })
  .meta({ id: 'SlackInteraction' });

export const discordInteraction = z
  .object({
    type: z.int().describe('1 asks whether anybody is there; 3 is a press on a button.'),
    id: z.string().optional(),
    application_id: z.string().optional(),
    token: z.string().optional(),
    channel_id: z.string().optional(),
    data: z.object({ custom_id: z.string().describe('Of the button.') }).optional(),
  })
  .meta({ id: 'DiscordInteraction', description: 'What Discord documents beside these is taken, and left aside.' });

const embed = z.object({
  color: z.int(),
  title: z.string().optional(),
  url: z.string().optional(),
  description: z.string(),
  footer: z.object({ text: z.string() }).optional(),
});
const button = z.object({ type: z.int(), style: z.int(), label: z.string(), custom_id: z.string() });

export const discordAnswer = z
  .object({
    type: z.int().describe('1: here. 4: a message. 6: heard, the rest follows. 7: the message as it is now.'),
    data: z
      .object({
        content: z.string(),
        flags: z.int().optional().describe('64: only whoever pressed sees it.'),
        embeds: z.array(embed).optional(),
        allowed_mentions: z.object({ parse: z.array(z.string()) }),
        components: z.array(z.object({ type: z.int(), components: z.array(button) })).optional(),
      })
      .optional(),
  })
  .meta({ id: 'DiscordAnswer' });
