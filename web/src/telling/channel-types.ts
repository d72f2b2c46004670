/** The kinds of channels: what people call them, their icons, and the shortest way to the first one. */
import type { Component } from 'svelte';
import Bell from '@lucide/svelte/icons/bell';
import BellRing from '@lucide/svelte/icons/bell-ring';
import Hash from '@lucide/svelte/icons/hash';
import Mail from '@lucide/svelte/icons/mail';
import MessageCircle from '@lucide/svelte/icons/message-circle';
import MessagesSquare from '@lucide/svelte/icons/messages-square';
import Send from '@lucide/svelte/icons/send';
import Siren from '@lucide/svelte/icons/siren';
import Users from '@lucide/svelte/icons/users';
import Webhook from '@lucide/svelte/icons/webhook';
import Workflow from '@lucide/svelte/icons/workflow';

interface ChannelKind {
  readonly title: string;
  readonly icon: Component;
}

const KINDS: Readonly<Record<string, ChannelKind>> = {
  discord: { title: 'Discord', icon: MessagesSquare },
  slack: { title: 'Slack', icon: Hash },
  telegram: { title: 'Telegram', icon: MessageCircle },
  email: { title: 'E-mail', icon: Mail },
  n8n: { title: 'n8n', icon: Workflow },
  webhook: { title: 'Webhook', icon: Webhook },
  teams: { title: 'Microsoft Teams', icon: Users },
  alertmanager: { title: 'Alertmanager', icon: BellRing },
  ntfy: { title: 'ntfy', icon: Bell },
  pagerduty: { title: 'PagerDuty', icon: Siren },
  opsgenie: { title: 'Opsgenie', icon: Siren },
};

/** One that these pages do not know stands as it is. */
export function channelKind(type: string): ChannelKind {
  return (Object.hasOwn(KINDS, type) ? KINDS[type] : undefined) ?? { title: type, icon: Send };
}

/** Where one has none yet: what to start Tattle with. */
export const FIRST_CHANNELS: readonly { readonly type: string; readonly from: string; readonly set: string }[] = [
  {
    type: 'discord',
    from: 'a webhook of a Discord channel',
    set: 'TATTLE_DISCORD_WEBHOOK_URL=https://discord.com/api/webhooks/…',
  },
  {
    type: 'slack',
    from: 'an incoming webhook of Slack',
    set: 'TATTLE_SLACK_WEBHOOK_URL=https://hooks.slack.com/services/…',
  },
  {
    type: 'telegram',
    from: 'a bot of @BotFather and the id of a chat',
    set: 'TATTLE_TELEGRAM_BOT_TOKEN=… TATTLE_TELEGRAM_CHAT_ID=…',
  },
  {
    type: 'email',
    from: 'a mail server, a sender and who reads it',
    set: 'TATTLE_SMTP_URL=smtps://user:password@mail.example.com TATTLE_EMAIL_FROM=tattle@example.com TATTLE_EMAIL_TO=you@example.com',
  },
  {
    type: 'n8n',
    from: 'the webhook node of a workflow',
    set: 'TATTLE_N8N_WEBHOOK_URL=https://n8n.example.com/webhook/tattle',
  },
  {
    type: 'webhook',
    from: 'anything that takes JSON by POST',
    set: 'TATTLE_WEBHOOK_URL=https://example.com/hooks/tattle',
  },
];
