/** Channels, destinations and the policy of one configuration, checked together: where its routes lead is told at once. */
import type { Channel } from '../model/delivery.ts';
import { CHANNEL_TYPES, createChannels } from './channels/index.ts';
import type { ChannelContext } from './channels/channel-type.ts';
import { compilePolicy, EVERY_CHANNEL, type Policy } from './policy/policy.ts';
import type { NotifySettings } from './policy/settings.ts';

export interface NotifyConfiguration {
  /** Settings of channels, each with its `type` and `name`. */
  readonly channels: readonly unknown[];
  /** By kind: what all of its `<type>:<id>` destinations have in common, such as a bot's token. */
  readonly accounts: Readonly<Record<string, unknown>>;
  /** Further destinations, which the default route and `*` reach. */
  readonly to: readonly string[];
  readonly notify: NotifySettings;
}

export interface ConfiguredNotify {
  readonly channels: readonly Channel[];
  /** Null where something is wrong with it. */
  readonly policy: Policy | null;
  /** With their paths, never with a value that may be secret. */
  readonly problems: readonly string[];
  /** What routes name and configuration does not have: channels that people added, or nothing. */
  readonly elsewhere: readonly NamedElsewhere[];
}

export interface NamedElsewhere {
  readonly channel: string;
  /** Why that would be wrong where nobody added it, with its path. */
  readonly problem: string;
}

/** Never throws for what it reads. Making channels touches nothing. */
export function configuredNotify(configuration: NotifyConfiguration, context: ChannelContext): ConfiguredNotify {
  const { channels: written, accounts, to, notify } = configuration;
  const made = createChannels(written, context);
  const problems = [...made.errors, ...accountProblems(accounts)];
  const channels = [...made.channels];
  const wrong = new Map<string, string>();
  for (const name of destinationsIn(configuration)) {
    const destination = destinationOf(name, accounts, context);
    if ('channel' in destination) channels.push(destination.channel);
    else wrong.set(name, destination.problem);
  }
  problems.push(...to.flatMap((name) => (wrong.has(name) ? [`notifyTo: ${wrong.get(name) ?? ''}`] : [])));
  const compiled = compilePolicy(notify, (name) => {
    if (!name.includes(':') || channels.some((channel) => channel.name === name)) return null;
    return wrong.get(name) ?? noSuchChannel(name, channels);
  });
  if (!compiled.ok) problems.push(...compiled.problems.map(({ path, message }) => `notify.${path}: ${message}`));
  return { channels, policy: compiled.ok ? compiled.policy : null, problems, elsewhere: elsewhereOf(notify, channels) };
}

/** Names of the routes that tell a channel by its name. */
export function routesTo(name: string, { routes }: NotifySettings): readonly string[] {
  return routes.filter((route) => namedBy(route).includes(name)).map((route) => route.name);
}

function elsewhereOf({ routes }: NotifySettings, channels: readonly Channel[]): readonly NamedElsewhere[] {
  const known = [EVERY_CHANNEL, ...channels.map(({ name }) => name)];
  return routes.flatMap((route, index) =>
    namedBy(route)
      .filter((name) => !name.includes(':') && !known.includes(name))
      .map((channel) => ({ channel, problem: `notify.routes[${index}].to: ${noSuchChannel(channel, channels)}` })),
  );
}

function namedBy({ to, escalate }: NotifySettings['routes'][number]): readonly string[] {
  return [...to, ...escalate.flatMap((step) => step.to)];
}

/** Settings of every channel, also of those that a destination names; those that make no sense are left out. */
export function settingsOfAll(configuration: NotifyConfiguration): readonly unknown[] {
  const named = destinationsIn(configuration).map((name) => destinationSettings(name, configuration.accounts));
  return [...configuration.channels, ...named.flatMap((each) => ('settings' in each ? [each.settings] : []))];
}

/** Names of the form `<type>:<id>`, each once. */
function destinationsIn({ to, notify }: NotifyConfiguration): readonly string[] {
  return [...new Set([...to, ...notify.routes.flatMap(namedBy)])].filter((name) => name.includes(':'));
}

function destinationOf(
  name: string,
  accounts: NotifyConfiguration['accounts'],
  context: ChannelContext,
): { readonly channel: Channel } | { readonly problem: string } {
  const named = destinationSettings(name, accounts);
  if ('problem' in named) return named;
  const made = createChannels([named.settings], context);
  const [channel] = made.channels;
  return channel === undefined ? { problem: `${name}: ${made.errors.join('; ')}` } : { channel };
}

function destinationSettings(
  name: string,
  accounts: NotifyConfiguration['accounts'],
): { readonly settings: object } | { readonly problem: string } {
  const [type = '', ...rest] = name.split(':');
  const id = rest.join(':');
  const known = CHANNEL_TYPES.filter(({ destination }) => destination !== undefined);
  const kind = known.find((candidate) => candidate.type === type);
  if (kind?.destination === undefined || id === '') {
    return { problem: `${name}: write <type>:<id>, with one of ${known.map((one) => one.type).join(', ')} as type` };
  }
  const account = accounts[type];
  if (!isSettings(account)) return { problem: `${name}: accounts.${type} has to say how ${type} is reached` };
  return { settings: { ...account, ...kind.destination(id), type, name } };
}

function accountProblems(accounts: NotifyConfiguration['accounts']): readonly string[] {
  const types = CHANNEL_TYPES.filter(({ destination }) => destination !== undefined).map(({ type }) => type);
  return Object.keys(accounts)
    .filter((type) => !types.includes(type))
    .map((type) => `accounts.${type}: is no kind of channel with accounts; those are ${types.join(', ')}`);
}

function noSuchChannel(name: string, channels: readonly Channel[]): string {
  const names = channels.map((channel) => channel.name);
  return `there is no channel ${name}; ${names.length === 0 ? 'none is configured' : `there are ${names.join(', ')}`}`;
}

function isSettings(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
