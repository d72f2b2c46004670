/** What a process runs with: one checked configuration, its channels, and what a person should be told about both. */
import { readFile } from 'node:fs/promises';
import { createGuardedConnect } from '../kit/guarded-connect.ts';
import { createGuardedFetch } from '../kit/guarded-fetch.ts';
import { parseAllowList } from '../kit/address-guard.ts';
import type { Clock } from '../model/ports/process.ts';
import type { Channel } from '../model/delivery.ts';
import type { ChannelContext } from '../notify/channels/channel-type.ts';
import { configuredNotify, type NamedElsewhere } from '../notify/configured.ts';
import type { Policy } from '../notify/policy/policy.ts';
import { type Environment, loadConfiguration, type LoadedConfiguration } from './config.ts';
import type { Configuration } from './config-schema.ts';

/** What every command that runs something is given. */
export interface RunOptions {
  /** The configuration file, where one was named. */
  readonly config?: string;
  /** Configuration path to text: `{ 'listen.port': '0' }`. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** Where the link goes. */
  readonly out: NodeJS.WritableStream;
}

export interface Configured {
  readonly configuration: Configuration;
  readonly owners: ReadonlyMap<string, string>;
  readonly channels: readonly Channel[];
  readonly policy: Policy;
  readonly warnings: readonly string[];
  /** Routes to channels that somebody has to have added. */
  readonly elsewhere: readonly NamedElsewhere[];
  /** For channels that people add. */
  readonly outside: ChannelContext & { readonly trusted: false };
}

/** The configuration cannot be used; the message has a line for each problem, with its place and its mend. */
class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** As this process finds it: the file that was named, if any, and paths from the working directory. */
export function loadFor(options: Pick<RunOptions, 'config' | 'env' | 'overrides'>): Promise<LoadedConfiguration> {
  return loadConfiguration({
    file: fileOf(options),
    env: options.env,
    overrides: options.overrides,
    directory: process.cwd(),
    readFile: (path) => readFile(path, 'utf8'),
  });
}

/** Null where none was named. */
export function fileOf({ config, env }: Pick<RunOptions, 'config' | 'env'>): string | null {
  const file = config ?? env['TATTLE_CONFIG'] ?? '';
  return file === '' ? null : file;
}

/** Throws `ConfigurationError` with every problem at once. */
export async function configure(options: RunOptions, clock: Clock): Promise<Configured> {
  const loaded = await loadFor(options);
  if (loaded.kind === 'invalid') {
    throw new ConfigurationError(['the configuration cannot be used:', ...loaded.problems].join('\n  '));
  }
  const { configuration, owners, warnings, elsewhere } = loaded;
  const { allowList } = parseAllowList(configuration.outgoing.allow);
  const context = {
    fetch: createGuardedFetch({ allowList }),
    connect: createGuardedConnect({ allowList }),
    clock,
    linkTo: linkTo(configuration.listen),
  };
  const { channels, policy, problems } = configuredNotify(
    { ...configuration, to: configuration.notifyTo },
    { ...context, trusted: true },
  );
  if (policy === null || problems.length > 0) {
    throw new ConfigurationError(['the channels cannot be used:', ...problems].join('\n  '));
  }
  return { configuration, owners, channels, policy, warnings, elsewhere, outside: { ...context, trusted: false } };
}

/** Throws `ConfigurationError` for routes to channels that neither configuration has nor somebody added. */
export function refuseLostRoutes(
  { elsewhere }: Pick<Configured, 'elsewhere'>,
  has: (channel: string) => boolean,
): void {
  const lost = elsewhere.filter(({ channel }) => !has(channel)).map(({ problem }) => problem);
  if (lost.length === 0) return;
  const mend =
    'name a channel that there is; one that is to be added at run time has to be added before a route names it';
  throw new ConfigurationError(['routes lead nowhere:', ...lost, mend].join('\n  '));
}

/** Only under a name that people can reach: an address of this machine is of no use in a message. */
function linkTo({ publicUrl, basePath }: Configuration['listen']): (incidentId: string) => string | null {
  const base = basePath === '/' ? '' : basePath;
  return (id) =>
    publicUrl === undefined ? null : `${publicUrl.replace(/\/$/, '')}${base}/incidents/${encodeURIComponent(id)}`;
}
