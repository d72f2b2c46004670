/** The command line: its commands, its help, and what ends it with which exit code. */
import { Command, CommanderError } from 'commander';
import { deliveryCommand } from './commands/deliveries.ts';
import { eventsCommand } from './commands/events.ts';
import { incidentCommand, whyCommand } from './commands/incidents.ts';
import { runCommands } from './commands/run.ts';
import type { LoadEngine } from './engine.ts';
import { CommandFailure, EXIT } from './failure.ts';
import { printable } from './printable.ts';
import type { Surroundings } from './surroundings.ts';

const HELP = `
Commands that read (events, incident, why, delivery) ask the server that runs on the data directory, or read the store itself where
none runs. Data goes to standard output; hints go to standard error, and only to a terminal.

Environment:
  TATTLE_CONFIG       the configuration file
  TATTLE_DATA_DIR     the data directory, .tattle by default
  TATTLE_STORE_URL    a PostgreSQL instead of the embedded one
  TATTLE_TOKEN        the token for --server
  TATTLE_USER         who acts on incidents, for their timeline; $USER by default
  TATTLE_NAMESPACES   the namespaces to monitor, or all
  NO_COLOR            heeded: nothing is ever coloured

Exit codes:
  0  done        2  the command line is wrong               4  the server wants a token, or another one
  1  it failed   3  no server answers, or no store opens    130  stopped by Ctrl-C`;

/** Runs one command line; resolves to its exit code. Rejects only for what nobody expected. */
export async function runProgram(
  args: readonly string[],
  surroundings: Surroundings,
  loadEngine: LoadEngine,
): Promise<number> {
  const texts: { out: string; error: string } = { out: '', error: '' };
  const program = new Command('tattle')
    .description('Watches Kubernetes clusters and tells what is wrong')
    .helpCommand(false)
    .showSuggestionAfterError()
    .showHelpAfterError('Add --help for what it takes.')
    .configureOutput({
      writeOut: (text) => (texts.out += text),
      writeErr: (text) => (texts.error += text),
    })
    .exitOverride()
    .addHelpText('after', HELP);
  runCommands(program, surroundings, loadEngine);
  eventsCommand(program, surroundings, loadEngine);
  incidentCommand(program, surroundings, loadEngine);
  whyCommand(program, surroundings, loadEngine);
  deliveryCommand(program, surroundings, loadEngine);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return exitCodeOf(error, texts, surroundings);
  }
}

async function exitCodeOf(
  error: unknown,
  texts: { out: string; error: string },
  { signal, stdout, stderr }: Surroundings,
): Promise<number> {
  if (error instanceof CommanderError) {
    await stdout.write(texts.out);
    await stderr.write(texts.error);
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  if (signal.aborted) return EXIT.interrupted;
  if (error instanceof CommandFailure) {
    if (error.message !== '') await stderr.write(failureText(error.message, error.mend));
    return error.exitCode;
  }
  if (error instanceof Error && isExpected(error)) {
    await stderr.write(failureText(error.message, ''));
    return EXIT.failed;
  }
  throw error;
}

/** The server package says in its errors where and how to mend them; a fault of ours has a stack to show instead. */
function isExpected(error: Error): boolean {
  return !['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError', 'AssertionError'].includes(error.name);
}

function failureText(message: string, mend: string): string {
  const lines = [`tattle: ${message}`, ...(mend === '' ? [] : [mend])];
  return lines.map((line) => `${line.split('\n').map(printable).join('\n')}\n`).join('');
}
