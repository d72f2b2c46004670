/** The process of `npm start`: a server, until it is told to stop. */
import { readEnvironment } from './config-environment.ts';
import { serve } from './serve.ts';

// Imported to fill the compile cache, it does nothing; older versions of Node 24 do not say, and never do that.
const isProgram = (import.meta.main as boolean | undefined) ?? true;
if (isProgram) await run();

async function run(): Promise<void> {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => stopping.abort(new Error(`stopped by ${name}`)));
  }

  try {
    await serve({ overrides: {}, env: readEnvironment(), signal: stopping.signal, out: process.stdout });
  } catch (error) {
    process.stderr.write(`${told(error)}\n`);
    process.exitCode = 1;
  }
}

/** The message and those of its causes, a line each: what went wrong first is what mends it. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const why = error.cause === undefined ? '' : told(error.cause);
  // Many a message ends in its cause's words.
  return error.message.includes(why) ? error.message : `${error.message}\n  because: ${why}`;
}
