/** Reads the configuration as `tattle serve` would, and turns each fault into a check of its own. */
import { resolve } from 'node:path';
import { type Configuration, configurationSchema } from '../config-schema.ts';
import { fileOf, loadFor, type RunOptions } from '../configure.ts';
import { type Check, fail, ok, warn } from './check.ts';

export interface ReadConfiguration {
  /** Defaults, with what the command line says, where the real one cannot be used. */
  readonly configuration: Configuration;
  readonly checks: readonly Check[];
}

/** Never throws for what it reads. */
export async function readConfiguration(
  options: Pick<RunOptions, 'config' | 'env' | 'overrides'>,
): Promise<ReadConfiguration> {
  const loaded = await loadFor(options);
  if (loaded.kind === 'invalid') {
    const checks = loaded.problems.map(problemCheck);
    return { configuration: fallback(options), checks };
  }
  const warnings = [
    ...loaded.warnings.map((warning) => warn('configuration', warning, '')),
    ...loaded.elsewhere.map(({ problem }) => warn('configuration', problem, ADDED)),
  ];
  const read = fileOf(options) ?? 'defaults, environment and flags';
  const checks = warnings.length > 0 ? warnings : [ok('configuration', read)];
  return { configuration: loaded.configuration, checks };
}

const ADDED = 'It is right where somebody has added a channel of this name; else a start refuses it.';

/** `path problem; mend`, as the configuration tells it. */
function problemCheck(problem: string): Check {
  const semicolon = problem.indexOf('; ');
  if (semicolon === -1) return fail('configuration', problem, 'Correct it where it is set.');
  const mend = problem.slice(semicolon + 2);
  return fail('configuration', problem.slice(0, semicolon), `${mend.slice(0, 1).toUpperCase()}${mend.slice(1)}.`);
}

function fallback({ overrides, env }: Pick<RunOptions, 'env' | 'overrides'>): Configuration {
  const dataDir = overrides['dataDir'] ?? env['TATTLE_DATA_DIR'];
  const parsed = configurationSchema.parse(dataDir === undefined || dataDir === '' ? {} : { dataDir });
  return { ...parsed, dataDir: resolve(parsed.dataDir) };
}
