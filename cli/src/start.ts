/** Starts a command line with what Node made of the sources the last time: taking the types out anew is most of a start. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Beside the packages, because only who may change those may change this. Where it cannot be written, all works the same. */
const CACHE = new URL('../../node_modules/.cache/tattle', import.meta.url);

/** Sets the exit code of this process. `name` is how people call the program. */
export async function start(args: readonly string[], name: string): Promise<void> {
  enableCompileCache(fileURLToPath(CACHE));
  // What is imported above would be read before there is a cache.
  const { runInProcess } = await import('./command-process.ts');
  await runInProcess(args, name);
}
