/** Presses on buttons as the documentation of Slack and Discord describes them, signed as it says. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { SignedRequest } from '../../model/button.ts';

export const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';

export interface SlackPress {
  readonly value: string;
  readonly at: number;
  readonly user?: Readonly<Record<string, unknown>>;
  readonly conversation?: string;
  readonly secret?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function slackPress({ value, at, user, conversation = 'C0123456789', secret, more }: SlackPress): SignedRequest {
  const payload = {
    type: 'block_actions',
    team: { id: 'T9TK3CUKW', domain: 'example' },
    user: user ?? { id: 'UA8RXUSPL', username: 'jtorrance', name: 'jtorrance', team_id: 'T9TK3CUKW' },
    api_app_id: 'AABA1ABCD',
    token: '9s8d9as89d8as9d8as989',
    container: { type: 'message', message_ts: '1548261231.000200', channel_id: conversation, is_ephemeral: false },
    trigger_id: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3',
    channel: { id: conversation, name: 'ops' },
    message: { bot_id: 'BAH5CA16Z', type: 'message', text: 'Broken', user: 'UAJ2RU415', ts: '1548261231.000200' },
    response_url: 'https://hooks.slack.com/actions/AABA1ABCD/1232321423432/D09sSasdasdAS9091209',
    actions: [
      {
        action_id: 'x',
        block_id: '=qXel',
        text: { type: 'plain_text', text: 'x' },
        value,
        type: 'button',
        action_ts: '1',
      },
    ],
    ...more,
  };
  return slackRequest(`payload=${encodeURIComponent(JSON.stringify(payload))}`, at, secret);
}

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function slackRequest(body: string, at: number, secret = SIGNING_SECRET): SignedRequest {
  const timestamp = String(Math.floor(at / 1000));
  const hash = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`, 'utf8').digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${hash}`,
  };
  return { headers, body: Buffer.from(body) };
}

export interface DiscordApplication {
  /** As the developer portal shows it. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

export function discordApplication(): DiscordApplication {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return { publicKey: Buffer.from(x, 'base64url').toString('hex'), privateKey };
}

export interface DiscordPress {
  readonly value: string;
  readonly at: number;
  readonly conversation?: string;
  readonly member?: unknown;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** https://docs.discord.com/developers/interactions/receiving-and-responding */
export function discordPress(
  application: DiscordApplication,
  { value, at, conversation = '100000000000000001', member, more }: DiscordPress,
): SignedRequest {
  const interaction = {
    version: 1,
    type: 3,
    token: 'unique_interaction_token',
    message: { type: 0, id: '1234567890123456789', content: 'Broken', embeds: [], components: [] },
    member: member ?? {
      user: { username: 'mason', id: '53908232506183680', global_name: 'Mason', discriminator: '0' },
      roles: ['290926798626357999'],
      nick: null,
    },
    id: '846462639134605312',
    guild_id: '290926798626357999',
    data: { custom_id: value, component_type: 2 },
    channel_id: conversation,
    application_id: '845027738276462632',
    ...more,
  };
  return discordRequest(application, JSON.stringify(interaction), at);
}

/** https://docs.discord.com/developers/interactions/overview: the signature is over the timestamp and the body. */
export function discordRequest({ privateKey }: DiscordApplication, body: string, at: number): SignedRequest {
  const timestamp = String(Math.floor(at / 1000));
  const signature = sign(null, Buffer.from(timestamp + body), privateKey).toString('hex');
  const headers = {
    'content-type': 'application/json',
    'x-signature-timestamp': timestamp,
    'x-signature-ed25519': signature,
  };
  return { headers, body: Buffer.from(body) };
}
