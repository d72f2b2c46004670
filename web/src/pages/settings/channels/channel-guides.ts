/** What each kind of channel is good for, what one needs for it and where to get that. */
import type { ChannelGuide } from './channel-guide.ts';

const INSIDE = 'One inside your network has to be listed under outgoing.allow in the configuration.';

/** In the order in which they are offered. */
const GUIDES: Readonly<Record<string, ChannelGuide>> = {
  slack: {
    about: 'A channel of a Slack workspace',
    ways: [
      {
        id: 'webhook',
        title: 'Incoming webhook',
        about: 'The quickest. Each message stays as it was sent.',
        steps: [
          'At api.slack.com/apps, create an app for your workspace.',
          'Under Incoming Webhooks, switch them on and add one to the channel.',
          'Copy its webhook URL.',
        ],
        needs: ['webhookUrl'],
        also: [],
      },
      {
        id: 'app',
        title: 'App with a bot token',
        about: 'Messages are kept up to date, and can have buttons.',
        steps: [
          'At api.slack.com/apps, under OAuth & Permissions, give the app the scope chat:write and install it.',
          'Copy its bot token, which begins with xoxb-.',
          'In Slack, invite the app to the channel: /invite @its-name.',
          'For buttons: copy the signing secret under Basic Information, and have Interactivity lead to /api/v1/interactions/slack of this Tattle.',
        ],
        needs: ['botToken', 'channel'],
        also: ['signingSecret', 'mayAct'],
      },
    ],
    first: [],
    labels: { channel: 'Channel' },
    examples: { webhookUrl: 'https://hooks.slack.com/services/…', botToken: 'xoxb-…', channel: '#ops' },
  },
  discord: {
    about: 'A channel of a Discord server',
    ways: [
      {
        id: 'webhook',
        title: 'Webhook of the channel',
        about: 'The quickest. Messages have no buttons.',
        steps: [
          'In Discord, open the settings of the channel: Integrations, then Webhooks.',
          'Create a webhook.',
          'Copy its webhook URL.',
        ],
        needs: ['webhookUrl'],
        also: [],
      },
      {
        id: 'bot',
        title: 'Bot',
        about: 'Messages can have buttons.',
        steps: [
          'At discord.com/developers/applications, create an application; under Bot, reset its token and copy that.',
          'Invite it to your server with the rights to view channels and to send messages.',
          'In Discord, switch on developer mode (User settings, Advanced); then copy the id of the channel.',
          'For buttons: copy the public key of the application, and have its interactions lead to /api/v1/interactions/discord of this Tattle.',
        ],
        needs: ['botToken', 'channelId'],
        also: ['publicKey', 'mayAct'],
      },
    ],
    first: [],
    examples: { webhookUrl: 'https://discord.com/api/webhooks/…', channelId: '1234567890123456789' },
  },
  telegram: {
    about: 'A chat, group or channel of Telegram',
    steps: [
      'In Telegram, write /newbot to @BotFather: the answer has the token.',
      'Add the bot to the group or channel; for a chat of your own, write to it first.',
      'The chat is an @name where it is public. Else write something in it, and read chat.id from https://api.telegram.org/bot<token>/getUpdates.',
    ],
    first: ['botToken', 'chatId'],
    examples: { botToken: '123456:ABC…', chatId: '-1001234567890' },
  },
  teams: {
    about: 'A channel or chat of Microsoft Teams',
    steps: [
      'In Teams, open ••• at the channel, then Workflows.',
      'Choose the one that sends webhook alerts to a channel.',
      'Copy the URL that it shows at the end.',
    ],
    first: ['webhookUrl'],
    labels: { webhookUrl: 'URL of the workflow' },
  },
  email: {
    about: 'Mails by your own mail server',
    ways: [
      {
        id: 'parts',
        title: 'Server, user and password',
        about: 'Each on its own.',
        steps: [
          'Ask your provider for the outgoing mail server (SMTP), and for a user and a password.',
          'Where you sign in with a second factor, that is an app password.',
        ],
        needs: ['host'],
        first: ['user', 'password'],
        also: ['security', 'port'],
      },
      {
        id: 'url',
        title: 'One URL',
        about: 'All of it in smtps://user:password@host.',
        steps: ['Write user and password with their special characters encoded (@ as %40).'],
        needs: ['url'],
        also: [],
      },
    ],
    first: ['from', 'to'],
    labels: { url: 'URL of the server', from: 'From', to: 'To' },
    hints: { to: 'One address a line.', host: `Without a port. ${INSIDE}` },
    examples: {
      host: 'smtp.example.com',
      url: 'smtps://user:password@smtp.example.com',
      from: 'tattle@example.com',
      to: 'you@example.com',
    },
  },
  ntfy: {
    about: 'Push messages to phones',
    steps: [
      'Install the ntfy app, and subscribe to a topic with a name that is hard to guess.',
      'For a topic that is protected: create an access token in your ntfy account.',
    ],
    first: ['topic', 'url', 'token'],
    labels: { url: 'Server' },
    hints: {
      url: `ntfy.sh, or one of your own. ${INSIDE}`,
      token: 'Where the topic is protected. It begins with tk_.',
    },
    examples: { topic: 'tattle-8fj2kq0z', token: 'tk_…' },
  },
  pagerduty: {
    about: 'On-call alerts; they end with the incident',
    steps: [
      'In PagerDuty, open the service: Integrations, then Add an integration.',
      'Choose Events API v2.',
      'Copy its integration key.',
    ],
    first: ['routingKey'],
  },
  opsgenie: {
    about: 'On-call alerts of Opsgenie or Jira Service Management',
    steps: [
      'Open the integrations of the team, and add one of the kind API.',
      'Let it create and update alerts.',
      'Copy its API key.',
    ],
    first: ['apiKey', 'url'],
    labels: { url: 'Address of the API' },
  },
  webhook: {
    about: 'Anything that takes JSON by HTTP',
    steps: [
      'Copy the address that takes a POST.',
      'Give a secret where the receiver checks signatures: it is made with openssl rand -base64 32, and begins with whsec_.',
    ],
    first: ['url', 'format'],
    hints: { url: INSIDE },
    examples: { url: 'https://example.com/hooks/tattle' },
  },
  n8n: {
    about: 'Begins a workflow',
    steps: [
      'In the workflow, add a Webhook node with the method POST.',
      'Copy its production URL.',
      'Activate the workflow: until then the URL answers 404.',
    ],
    first: ['url'],
    labels: { url: 'Production URL' },
    hints: { url: INSIDE },
    examples: { url: 'https://n8n.example.com/webhook/tattle' },
  },
  alertmanager: {
    about: 'Alerts for routes that you have already',
    steps: [
      'Write the address of each member of the cluster: all of them get every alert.',
      'Alertmanager’s own routes then say who is told.',
    ],
    first: ['urls', 'labels'],
    labels: { urls: 'Addresses' },
    hints: { urls: `One a line. ${INSIDE}` },
    examples: { urls: 'https://alertmanager.example.com' },
  },
};

const PLAIN: ChannelGuide = { about: '', first: [] };

/** One that these pages do not know has a form all the same, by what the server says. */
export function guideOf(type: string): ChannelGuide {
  return (Object.hasOwn(GUIDES, type) ? GUIDES[type] : undefined) ?? PLAIN;
}

/** Those that these pages know first, in their order. */
export function inOrder<Type extends { readonly type: string }>(types: readonly Type[]): readonly Type[] {
  const place = ({ type }: Type) => {
    const at = Object.keys(GUIDES).indexOf(type);
    return at === -1 ? Number.MAX_SAFE_INTEGER : at;
  };
  return [...types].sort((a, b) => place(a) - place(b));
}
