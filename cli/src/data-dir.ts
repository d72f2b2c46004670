/** The data directory where no flag names one. */
import { resolve } from 'node:path';
import type { Surroundings } from './surroundings.ts';

/** An empty variable is none, as for the server. */
export function usualDataDir(env: Surroundings['env']): string {
  return resolve(env.TATTLE_DATA_DIR || '.tattle');
}
