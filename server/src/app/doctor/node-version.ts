/** Whether this Node runs Tattle: types are taken out of the sources at start, which older ones do not. */
import { type Check, fail, ok } from './check.ts';

const OLDEST_MAJOR = 24;

export function nodeVersionCheck(version: string): Check {
  const major = Number.parseInt(version, 10);
  if (major >= OLDEST_MAJOR) return ok('Node', `version ${version}`);
  return fail(
    'Node',
    `version ${version} is older than ${OLDEST_MAJOR}`,
    `Install Node ${OLDEST_MAJOR} or newer, or run the container image, which brings its own.`,
  );
}
