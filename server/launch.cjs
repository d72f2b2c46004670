/**
 * Before Tattle itself: no TypeScript, because it runs before types are taken out; beside the packages, because only who may change
 * those may change this.
 *
 * Keeps what Node makes of the sources: taking the types out at each start takes 25 MB of memory for good and half of the start's time.
 *
 * Two malloc arenas: glibc gives each of Node's threads one of its own, and under load their holes took 40 MB (one alone cost a fifth
 * of the throughput). The setting is read from the environment as a process begins, so the process begins anew, in its own place.
 */
const { enableCompileCache } = require('node:module');
const { join } = require('node:path');

const isProgram = process.argv[1]?.endsWith('main.ts') === true;
if (process.platform === 'linux' && isProgram && process.env.MALLOC_ARENA_MAX === undefined && process.execve) {
  const args = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const env = { ...process.env, MALLOC_ARENA_MAX: '2' };
  try {
    process.execve(process.execPath, args, env);
  } catch {
    // Without it everything works the same.
  }
}
enableCompileCache(join(__dirname, '../node_modules/.cache/tattle'));
