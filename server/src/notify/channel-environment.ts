/** Channels and accounts from variables: the shortest way to a first message, `TATTLE_DISCORD_WEBHOOK_URL=…`. */
import { schemaProblems } from '../kit/schema-problems.ts';
import { CHANNEL_TYPES } from './channels/index.ts';
import { readList } from './environment-values.ts';

export interface ChannelEnvironment {
  /** Each named after its type. */
  readonly channels: readonly unknown[];
  readonly accounts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Every wrong variable, by its name; values are never repeated. */
  readonly errors: readonly string[];
}

interface Variable {
  readonly name: string;
  readonly setting: string;
  readonly as?: 'list';
}

interface Kind {
  readonly type: string;
  /** Where the channel leads: with it, there is one. Null where only destinations are named. */
  readonly target: Variable;
  readonly further: readonly Variable[];
  /** Of these is the account that `<type>:<id>` destinations share; it is there where the first one is set. */
  readonly account: readonly Variable[];
}

const smtp: readonly Variable[] = [
  { name: 'TATTLE_SMTP_URL', setting: 'url' },
  { name: 'TATTLE_EMAIL_FROM', setting: 'from' },
];
const telegramBot: readonly Variable[] = [{ name: 'TATTLE_TELEGRAM_BOT_TOKEN', setting: 'botToken' }];
const slackSigning: Variable = { name: 'TATTLE_SLACK_SIGNING_SECRET', setting: 'signingSecret' };
const slackBot: readonly Variable[] = [{ name: 'TATTLE_SLACK_BOT_TOKEN', setting: 'botToken' }, slackSigning];
const discordBot: readonly Variable[] = [
  { name: 'TATTLE_DISCORD_BOT_TOKEN', setting: 'botToken' },
  { name: 'TATTLE_DISCORD_PUBLIC_KEY', setting: 'publicKey' },
];
const ntfyToken: readonly Variable[] = [{ name: 'TATTLE_NTFY_TOKEN', setting: 'token' }];

const KINDS: readonly Kind[] = [
  kind('discord', { name: 'TATTLE_DISCORD_WEBHOOK_URL', setting: 'webhookUrl' }),
  kind('discord', { name: 'TATTLE_DISCORD_CHANNEL_ID', setting: 'channelId' }, discordBot, discordBot),
  kind('slack', { name: 'TATTLE_SLACK_WEBHOOK_URL', setting: 'webhookUrl' }, [slackSigning]),
  kind('slack', { name: 'TATTLE_SLACK_CHANNEL', setting: 'channel' }, slackBot, slackBot),
  kind('teams', { name: 'TATTLE_TEAMS_WEBHOOK_URL', setting: 'webhookUrl' }),
  kind('telegram', { name: 'TATTLE_TELEGRAM_CHAT_ID', setting: 'chatId' }, telegramBot, telegramBot),
  kind('email', { name: 'TATTLE_EMAIL_TO', setting: 'to', as: 'list' }, smtp, smtp),
  kind('ntfy', { name: 'TATTLE_NTFY_URL', setting: 'url' }, ntfyToken),
  kind('n8n', { name: 'TATTLE_N8N_WEBHOOK_URL', setting: 'url' }, [
    { name: 'TATTLE_N8N_WEBHOOK_SECRETS', setting: 'secrets', as: 'list' },
  ]),
  kind('alertmanager', { name: 'TATTLE_ALERTMANAGER_URLS', setting: 'urls', as: 'list' }),
  kind('pagerduty', { name: 'TATTLE_PAGERDUTY_ROUTING_KEY', setting: 'routingKey' }),
  kind('opsgenie', { name: 'TATTLE_OPSGENIE_API_KEY', setting: 'apiKey' }),
];

/** Every variable that is read here. */
export const CHANNEL_VARIABLES: readonly string[] = [
  ...new Set(KINDS.flatMap(({ target, further, account }) => [target, ...further, ...account]).map(({ name }) => name)),
];

type Environment = Readonly<Record<string, string | undefined>>;

export function channelsFromEnvironment(env: Environment): ChannelEnvironment {
  const errors: string[] = [];
  const channels: unknown[] = [];
  const accounts: Record<string, Readonly<Record<string, unknown>>> = {};
  const used = new Set<string>();
  for (const { type, target, further, account } of KINDS) {
    const [first] = account;
    if (first !== undefined && isSet(env, first)) {
      accounts[type] = settingsOf(account, env, errors);
      for (const { name } of account) used.add(name);
    }
    if (!isSet(env, target)) continue;
    const variables = [target, ...further];
    for (const { name } of variables) used.add(name);
    const settings = { type, name: type, ...settingsOf(variables, env, errors) };
    const wrong = problemsOf(settings, variables);
    errors.push(...wrong);
    if (wrong.length === 0) channels.push(settings);
  }
  errors.push(...sameKindTwice(channels), ...unused(env, used));
  return { channels, accounts, errors };
}

function kind(
  type: string,
  target: Variable,
  further: readonly Variable[] = [],
  account: readonly Variable[] = [],
): Kind {
  return { type, target, further, account };
}

function isSet(env: Environment, { name }: Variable): boolean {
  return (env[name] ?? '').trim() !== '';
}

function settingsOf(
  variables: readonly Variable[],
  env: Environment,
  errors: string[],
): Readonly<Record<string, unknown>> {
  const settings: Record<string, unknown> = {};
  for (const variable of variables) {
    const text = (env[variable.name] ?? '').trim();
    if (text === '') continue;
    const reading = variable.as === 'list' ? readList(text) : { value: text };
    if ('value' in reading) settings[variable.setting] = reading.value;
    else errors.push(`${variable.name}: ${reading.error}`);
  }
  return settings;
}

/** By the variable that fills what is wrong. */
function problemsOf(settings: { readonly type: string }, variables: readonly Variable[]): readonly string[] {
  const schema = CHANNEL_TYPES.find(({ type }) => type === settings.type)?.schema;
  if (schema === undefined) throw new Error(`there is no kind of channel ${settings.type}`);
  const parsed = schema.safeParse(settings);
  if (parsed.success) return [];
  return schemaProblems(parsed.error, schema).map(({ path, message }) => {
    const setting = /^\w+/.exec(path)?.[0] ?? '';
    const variable = variables.find((candidate) => candidate.setting === setting) ?? variables[0];
    return `${variable?.name ?? settings.type}: ${message}`;
  });
}

function sameKindTwice(channels: readonly unknown[]): readonly string[] {
  const types = channels.map((settings) => (settings as { readonly type: string }).type);
  return [...new Set(types.filter((type, index) => types.indexOf(type) !== index))].map((type) => {
    const names = KINDS.filter((known) => known.type === type).map(({ target }) => target.name);
    return `${names.join(' and ')}: set one of them; further channels go into the configuration file`;
  });
}

/** A token that goes with nothing would be taken for one that works. */
function unused(env: Environment, used: ReadonlySet<string>): readonly string[] {
  return CHANNEL_VARIABLES.filter((name) => (env[name] ?? '').trim() !== '' && !used.has(name)).map((name) => {
    const target = KINDS.find(({ further, account }) =>
      [...further, ...account].some((one) => one.name === name),
    )?.target;
    return `${name}: there is no ${target?.name ?? 'channel'} to use it for`;
  });
}
