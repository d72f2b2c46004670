/** What a process runs with: one checked configuration, its channels, and what a person should be told about both. */
import { readFile } from 'node:fs/promises';
import { createGuardedFetch } from '../kit/guarded-fetch.ts';
import { parseAllowList } from '../kit/address-guard.ts';
import type { Clock } from '../model/ports.ts';
import type { Channel } from '../model/delivery.ts';
import { createChannels } from '../notify/channels/index.ts';
import { type Environment, loadConfiguration } from './config.ts';
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

/** Throws `ConfigurationError` with every problem at once. */
export async function configure(options: RunOptions, clock: Clock): Promise<Configured> {
  const { allowList } = parseAllowList([]);
  const context = { fetch: createGuardedFetch({ allowList }), clock, trusted: true };
  const file = options.config ?? options.env['TATTLE_CONFIG'] ?? '';
  const loaded = await loadConfiguration({
    file: file === '' ? null : file,
    env: options.env,
    overrides: options.overrides,
    directory: process.cwd(),
    readFile: (path) => readFile(path, 'utf8'),
  });
  if (loaded.kind === 'invalid') {
    throw new ConfigurationError(['the configuration cannot be used:', ...loaded.problems].join('\n  '));
  }
  const { channels, errors } = createChannels(loaded.configuration.channels, context);
  if (errors.length > 0) throw new ConfigurationError(['the channels cannot be used:', ...errors].join('\n  '));
  return { configuration: loaded.configuration, owners: loaded.owners, channels, warnings: loaded.warnings };
}
