/** The command line: its commands, its help, and what ends it with which exit code. */
import { Command, CommanderError } from 'commander';
import { auditCommand } from './commands/audit.ts';
import { channelCommand } from './commands/channels.ts';
import { answerCompletion, completionCommand } from './commands/completion.ts';
import { deliveryCommand } from './commands/deliveries.ts';
import { diagnoseCommand } from './commands/diagnose.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eventsCommand } from './commands/events.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { incidentCommand } from './commands/incidents.ts';
import { ruleCommand } from './commands/rules.ts';
import { runCommands } from './commands/run.ts';
import { silenceCommand } from './commands/silences.ts';
import { sinkCommand } from './commands/sinks.ts';
import { timelineCommand } from './commands/timeline.ts';
import { tokenCommand } from './commands/token.ts';
import { whyCommand } from './commands/why.ts';
import { COMPLETE } from './completion/protocol.ts';
import type { LoadEngine } from './engine.ts';
import { CommandFailure, EXIT, type ExitName } from './failure.ts';
import { HELP_WIDTH, withManual } from './manual.ts';
import { printable } from './printable.ts';
import type { Surroundings } from './surroundings.ts';
import { VERSION } from './version.ts';

const ENVIRONMENT = [
  'TATTLE_CONFIG       the configuration file',
  'TATTLE_DATA_DIR     the data directory, .tattle by default',
  'TATTLE_STORE_URL    a PostgreSQL instead of the embedded one',
  'TATTLE_TOKEN        the token for --server',
  'TATTLE_USER         who acts on incidents, for their timeline; $USER by default',
  'TATTLE_NAMESPACES   the namespaces to monitor, or all',
  'KUBECONFIG          kubeconfig files, merged as kubectl does',
  'NO_COLOR            heeded: nothing is ever coloured',
];

export interface Program {
  readonly surroundings: Surroundings;
  readonly loadEngine: LoadEngine;
  /** As people call it: `tattle`, or `kubectl tattle`. */
  readonly name?: string;
}

interface Texts {
  out: string;
  error: string;
}

/** Every command with its help, ready to be parsed, walked or documented. What it would print itself is kept in `texts`. */
export function createProgram({ surroundings, loadEngine, name = 'tattle' }: Program, texts: Texts): Command {
  const program = new Command(name)
    .helpCommand(false)
    .configureHelp({ helpWidth: HELP_WIDTH, subcommandTerm: (command) => command.name() })
    .showSuggestionAfterError()
    .version(VERSION, '-V, --version', 'print the version')
    .showHelpAfterError('--help says what it takes.')
    .configureOutput({
      writeOut: (text) => (texts.out += text),
      writeErr: (text) => (texts.error += text),
      outputError: (text, write) => write(text.replace(/^error: /, 'tattle: ')),
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    })
    .exitOverride();
  withManual(program, {
    summary: '',
    about: [
      'Watches Kubernetes clusters, makes incidents of what goes wrong, with the evidence already gathered, and says why.',
      'Commands that read (events, incident, why, delivery) ask the server that runs on the data directory, or read the store itself where none runs; events and diagnose also read a cluster without either. Data goes to standard output, hints go to standard error, and only to a terminal.',
    ],
    notes: [['Environment', ENVIRONMENT]],
    examples: [
      ['tattle demo', 'see it at work, without a cluster'],
      ['tattle diagnose', 'what is wrong on the current context, now'],
      ['tattle serve --namespaces all', 'watch from now on'],
      ['tattle why', 'what is wrong, and why'],
      ['tattle doctor', 'what stands in the way'],
    ],
    exits: ['failed', 'unreachable', 'refused', 'wrong'] satisfies ExitName[],
  });
  runCommands(program, surroundings, loadEngine);
  eventsCommand(program, surroundings, loadEngine);
  timelineCommand(program, surroundings, loadEngine);
  incidentCommand(program, surroundings, loadEngine);
  whyCommand(program, surroundings, loadEngine);
  diagnoseCommand(program, surroundings, loadEngine);
  silenceCommand(program, surroundings, loadEngine);
  channelCommand(program, surroundings, loadEngine);
  ruleCommand(program, surroundings, loadEngine);
  deliveryCommand(program, surroundings, loadEngine);
  sinkCommand(program, surroundings, loadEngine);
  exportCommand(program, surroundings, loadEngine);
  importCommand(program, surroundings, loadEngine);
  auditCommand(program, surroundings, loadEngine);
  tokenCommand(program, surroundings, loadEngine);
  doctorCommand(program, surroundings, loadEngine);
  completionCommand(program, surroundings);
  return program;
}

/** Runs one command line; resolves to its exit code. Rejects only for what nobody expected. */
export async function runProgram(
  args: readonly string[],
  surroundings: Surroundings,
  loadEngine: LoadEngine,
  name?: string,
): Promise<number> {
  const texts: Texts = { out: '', error: '' };
  const program = createProgram({ surroundings, loadEngine, ...(name === undefined ? {} : { name }) }, texts);
  try {
    if (args[0] === COMPLETE) await answerCompletion(program, args.slice(1), surroundings);
    else await program.parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return exitCodeOf(error, texts, surroundings);
  }
}

async function exitCodeOf(error: unknown, texts: Texts, { signal, stdout, stderr }: Surroundings): Promise<number> {
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
