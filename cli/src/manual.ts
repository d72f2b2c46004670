/** What a command's help says beside its flags: what it does, examples, exit codes. One form for all, for terminals and documents. */
import type { Command } from 'commander';
import { EXIT, EXIT_MEANINGS, type ExitName } from './failure.ts';

export interface Manual {
  /** A line for the list of commands: lower case, no full stop. */
  readonly summary: string;
  /** Paragraphs: what it does, in whole sentences; wrapped where they are shown. */
  readonly about: readonly string[];
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** Beside 0, 2 and 130, which every command may end with. */
  readonly exits: readonly ExitName[];
  /** What some of them mean here, where that is less, or more precise, than what they mean in general. */
  readonly meanings?: ExitMeanings;
  /** Titled lines of its own, after the flags. */
  readonly notes?: readonly (readonly [title: string, lines: readonly string[]])[];
}

/** Columns of help; documents are made with the same. */
export const HELP_WIDTH = 80;

/** What a command that asks a server, a store or a cluster may end with. */
export const READING_EXITS: readonly ExitName[] = ['failed', 'unreachable', 'refused'];

type ExitMeanings = Partial<Readonly<Record<ExitName, string>>>;

/** Of a command that is not the whole program: what others than it find is none of its business. */
const OF_ONE_COMMAND: ExitMeanings = { failed: 'it failed' };

export function withManual(command: Command, manual: Manual): Command {
  return command
    .summary(manual.summary)
    .description(manual.about.join('\n\n'))
    .addHelpText('after', () => `\n${afterFlags(manual, rootName(command), command.parent === null)}`);
}

function afterFlags({ notes = [], examples, exits, meanings }: Manual, program: string, isWhole: boolean): string {
  const here = isWhole ? EXIT_MEANINGS : { ...EXIT_MEANINGS, ...OF_ONE_COMMAND, ...meanings };
  const sections = [
    ...notes.map(([title, lines]) => section(title, lines)),
    section(
      'Examples',
      examples.flatMap(([line, what]) => [asInvoked(line, program), `    ${what}`]),
    ),
    section('Exit codes', exitLines(['ok', ...exits, 'usage', 'interrupted'], here)),
  ];
  return sections.join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return `${title}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

export function exitLines(
  names: readonly ExitName[],
  meanings: Readonly<Record<ExitName, string>> = EXIT_MEANINGS,
): readonly string[] {
  return [...names]
    .sort((a, b) => EXIT[a] - EXIT[b])
    .map((name) => `${String(EXIT[name]).padEnd(4)} ${meanings[name]}`);
}

/** As a plug-in of kubectl, that is what people type. */
function asInvoked(line: string, program: string): string {
  return line.replaceAll(/(^|\$\(|\| (?:xargs )?)tattle /g, `$1${program} `);
}

function rootName(command: Command): string {
  return command.parent === null ? command.name() : rootName(command.parent);
}
