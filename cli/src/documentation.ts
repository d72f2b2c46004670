/** The program's own help as one document: what people read is what the program says. */
import type { Command } from 'commander';
import { exitLines, HELP_WIDTH } from './manual.ts';
import { EXIT, type ExitName } from './failure.ts';

/** Every command that people call, the parents before their own. */
export function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

export function documentation(program: Command): string {
  const [root, ...commands] = everyCommand(program);
  if (root === undefined) throw new RangeError('a program has at least itself');
  const names = Object.keys(EXIT) as ExitName[];
  return [
    '# The command line',
    'Made from the program itself by `npm run docs:cli`: change the help, not this file.',
    ['| code | means |', '| --- | --- |', ...exitLines(names).map(tableRow)].join('\n'),
    ...[root, ...commands].map(chapter),
  ]
    .join('\n\n')
    .concat('\n');
}

function chapter(command: Command): string {
  return `## ${fullName(command)}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``;
}

/** With what stands after the flags, as `--help` prints it. */
export function helpOf(command: Command): string {
  let text = '';
  const before = command.configureOutput();
  command.configureOutput({ writeOut: (more) => (text += more), getOutHelpWidth: () => HELP_WIDTH });
  command.outputHelp();
  command.configureOutput(before);
  return text.trimEnd();
}

export function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

function tableRow(line: string): string {
  const [code = '', ...meaning] = line.split(/\s+/);
  return `| ${code} | ${meaning.join(' ')} |`;
}
