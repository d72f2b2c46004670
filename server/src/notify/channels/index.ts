/** The kinds of channels there are, and how configured ones are made. */
import { schemaProblems } from '../../kit/schema-problems.ts';
import type { Channel } from '../../model/delivery.ts';
import { alertmanager } from './alertmanager/alertmanager.ts';
import type { ChannelContext, ChannelType } from './channel-type.ts';
import { discord } from './discord/discord.ts';
import { email } from './email/email.ts';
import { n8n } from './n8n/n8n.ts';
import { ntfy } from './ntfy/ntfy.ts';
import { opsgenie } from './opsgenie/opsgenie.ts';
import { pagerduty } from './pagerduty/pagerduty.ts';
import { slack } from './slack/slack.ts';
import { teams } from './teams/teams.ts';
import { telegram } from './telegram/telegram.ts';
import { webhook } from './webhook/webhook.ts';

export const CHANNEL_TYPES: readonly ChannelType[] = [
  webhook,
  slack,
  discord,
  teams,
  alertmanager,
  n8n,
  telegram,
  email,
  ntfy,
  pagerduty,
  opsgenie,
];

/** Makes every channel that can be made; every problem of the others comes with its path, never with a value. */
export function createChannels(
  configured: readonly unknown[],
  context: ChannelContext,
): { channels: readonly Channel[]; errors: readonly string[] } {
  const channels: Channel[] = [];
  const errors: string[] = [];
  const names = new Set<string>();
  for (const [index, settings] of configured.entries()) {
    const path = `channels[${index}]`;
    const type = typeOf(settings);
    const kind = CHANNEL_TYPES.find((known) => known.type === type);
    if (kind === undefined) {
      errors.push(`${path}.type: must be one of ${CHANNEL_TYPES.map((known) => known.type).join(', ')}`);
      continue;
    }
    const parsed = kind.schema.safeParse(settings);
    if (!parsed.success) {
      for (const problem of schemaProblems(parsed.error, kind.schema)) {
        errors.push(`${path}${problem.path === '' ? '' : '.'}${problem.path}: ${problem.message}`);
      }
      continue;
    }
    const channel = kind.create(settings, context);
    if (names.has(channel.name)) errors.push(`${path}.name: ${channel.name} is the name of another channel, too`);
    else channels.push(channel);
    names.add(channel.name);
  }
  return { channels, errors };
}

function typeOf(settings: unknown): unknown {
  return typeof settings === 'object' && settings !== null && 'type' in settings ? settings.type : undefined;
}
