/** What a process runs with: one checked configuration, its channels, and what a person should be told about both. */
import { readFile } from 'node:fs/promises';
import { createGuardedFetch } from '../kit/guarded-fetch.ts';
import { parseAllowList } from '../kit/address-guard.ts';
import type { Clock } from '../model/ports.ts';
import type { Channel } from '../model/delivery.ts';
import { createChannels } from '../notify/channels/index.ts';
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
  readonly warnings: readonly string[];
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
  const { allowList } = parseAllowList([]);
  const context = { fetch: createGuardedFetch({ allowList }), clock, trusted: true };
  const loaded = await loadFor(options);
  if (loaded.kind === 'invalid') {
    throw new ConfigurationError(['the configuration cannot be used:', ...loaded.problems].join('\n  '));
  }
  const { channels, errors } = createChannels(loaded.configuration.channels, context);
  if (errors.length > 0) throw new ConfigurationError(['the channels cannot be used:', ...errors].join('\n  '));
  return { configuration: loaded.configuration, owners: loaded.owners, channels, warnings: loaded.warnings };
}
