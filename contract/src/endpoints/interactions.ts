/** Where chats send what people press under Tattle's messages. */
import { endpoint } from '../endpoint.ts';
import { discordAnswer, discordInteraction, slackInteraction } from '../interaction.ts';

const common = { method: 'POST', tag: 'Interactions', access: 'signed' } as const;

const ONLY =
  'Only a press on a button that Tattle put under a message in a configured channel does anything, and only to an incident that this channel was told of; sent again, it does nothing twice.';

export const interactionEndpoints = {
  takeSlackInteraction: endpoint({
    ...common,
    id: 'takeSlackInteraction',
    path: '/api/v1/interactions/slack',
    summary: 'The request URL of a Slack app: its buttons',
    description: `Of an app whose \`signingSecret\` a channel has. ${ONLY}`,
    headers: {
      'X-Slack-Signature': '`v0=` and the HMAC-SHA256 over `v0:TIMESTAMP:BODY`, hexadecimal.',
      'X-Slack-Request-Timestamp': 'Seconds since 1970; no more than five minutes off.',
    },
    body: slackInteraction,
    bodyType: 'application/x-www-form-urlencoded',
    answer: ['text/plain'],
  }),
  takeDiscordInteraction: endpoint({
    ...common,
    id: 'takeDiscordInteraction',
    path: '/api/v1/interactions/discord',
    summary: 'The interactions endpoint URL of a Discord application: its buttons',
    description: `Of an application whose \`publicKey\` a channel has. ${ONLY}`,
    headers: {
      'X-Signature-Ed25519': 'Over the timestamp and the body, hexadecimal.',
      'X-Signature-Timestamp': 'Seconds since 1970; no more than five minutes off.',
    },
    body: discordInteraction,
    answer: discordAnswer,
  }),
};
