/** `tattle incident export`: one incident as a file that stands alone. */
import { Option, type Command } from 'commander';
import type { TattleConnection } from '../connection.ts';
import { CommandFailure, EXIT } from '../failure.ts';
import { structured } from '../forms.ts';
import { incidentPath } from '../incident-path.ts';
import { READING_EXITS, withManual } from '../manual.ts';
import { printable } from '../printable.ts';
import type { Surroundings } from '../surroundings.ts';
import { writeWholeFile } from '../whole-file.ts';
import { type TargetFlags, withTarget } from './flags.ts';

interface Flags extends TargetFlags {
  readonly format: 'html' | 'json';
  readonly file?: string;
}

/** What marks the page, so that nothing else that answers with one is taken for it. */
const MARK = 'id="tattle-incident"';

export function exportCommand(
  incident: Command,
  over: (flags: TargetFlags, work: (connection: TattleConnection) => Promise<void>) => Promise<void>,
  surroundings: Surroundings,
): void {
  const command = withManual(incident.command('export'), {
    summary: 'one incident as a file that stands alone',
    about: [
      'Writes all that is known of one incident as a page that opens without a network, a script or a Tattle, in a browser or on paper: why it happened, what was changed before, its timeline, events and evidence, and who was told. The page holds the same as JSON, for programs; --format json writes that alone.',
      'Either plays again with tattle demo FILE or tattle replay FILE. Secrets are masked as they were when they were stored; names, images and log lines are not: look through it before you pass it on.',
    ],
    examples: [
      ['tattle incident export 3f2a -o cart-api.html', 'whole, or not at all'],
      ["tattle incident export 3f2a --format json | jq '.incident.diagnosis.cause'", 'for programs'],
      ['tattle demo cart-api.html', 'see it happen again'],
    ],
    exits: READING_EXITS,
  })
    .argument('<id>', 'its id, or the beginning of it')
    .addOption(new Option('--format <form>', 'how it is written').choices(['html', 'json']).default('html'))
    .option('-o, --file <path>', 'write this file, which is replaced once all is there (default: standard output)');
  withTarget(command).action((id: string, flags: Flags) =>
    over(flags, async (connection) => write(await exported(connection, id, flags.format), flags, surroundings)),
  );
}

async function exported(connection: TattleConnection, id: string, format: Flags['format']): Promise<string> {
  const path = `${incidentPath(id)}/export`;
  const query = new URLSearchParams({ format });
  if (format === 'json') return structured(await connection.get(path, query, 'form'), 'json');
  let page = '';
  for await (const piece of connection.stream(path, query, /^text\/html\b/)) page += piece;
  if (!page.includes(MARK)) {
    throw new CommandFailure(
      EXIT.unreachable,
      'what answers there is no Tattle, or an older one: its page is no exported incident',
    );
  }
  return page;
}

async function write(text: string, { file, format }: Flags, { stdout, stderr }: Surroundings): Promise<void> {
  if (file !== undefined) {
    await writeWholeFile(file, (append) => append(text));
    if (stderr.isTerminal) await stderr.write(`${printable(file)}: ${(text.length / 1000).toFixed(1)} kB\n`);
    return;
  }
  if (format === 'html' && stdout.isTerminal) {
    throw new CommandFailure(
      EXIT.usage,
      'a page is nothing to read on a terminal',
      'Name a file for it with -o FILE, or read it with tattle incident show.',
    );
  }
  await stdout.write(text);
}
