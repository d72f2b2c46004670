/** `tattle export`: stored events as one file, however many. */
import { type Command, Option } from 'commander';
import type { LoadEngine } from '../engine.ts';
import { type EventFlags, eventQuery } from '../event-query.ts';
import { type ExportForm, safeExport } from '../export-text.ts';
import { outputOption } from '../forms.ts';
import { type Manual, READING_EXITS, withManual } from '../manual.ts';
import { printable } from '../printable.ts';
import { Progress } from '../progress.ts';
import type { Surroundings } from '../surroundings.ts';
import { writeWholeFile } from '../whole-file.ts';
import { withEventFilters } from './event-filters.ts';
import { type TargetFlags, wholeNumber, withTarget } from './flags.ts';
import { over } from './over.ts';

const FORMS = ['jsonl', 'csv'] as const satisfies readonly ExportForm[];
const MOST = 100_000_000;

interface Flags extends EventFlags, TargetFlags {
  readonly output: ExportForm;
  readonly limit?: number;
  readonly file?: string;
}

const MANUAL: Manual = {
  summary: 'stored events as one file: lines of JSON, or CSV',
  about: [
    'Writes all stored events that match, the newest first, as lines of JSON or as CSV for spreadsheets, in which cells that would be calculated begin with an apostrophe. They are sent on as they are read: millions need no more memory than a few.',
    'An export that breaks off exits with 1, and what was written until then is not whole; --file puts the file in its place only once it is.',
  ],
  examples: [
    ['tattle export --since 7d --file week.jsonl', 'whole, or not at all'],
    ['tattle export -n shop --severity critical,high -o csv > shop.csv', 'for a spreadsheet'],
    ['tattle export --since 30d | gzip > month.jsonl.gz', 'through other programs'],
  ],
  exits: READING_EXITS,
};

export function exportCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const command = withEventFilters(withManual(program.command('export'), MANUAL))
    .addOption(new Option('--limit <n>', 'the newest so many (default: all)').argParser(wholeNumber(1, MOST)))
    .addOption(outputOption(FORMS, 'jsonl'))
    .option('--file <path>', 'write this file, which is replaced once all is there');
  withTarget(command).action(async (flags: Flags) => {
    const query = eventQuery(flags);
    query.set('format', flags.output);
    if (flags.limit !== undefined) query.set('limit', String(flags.limit));
    await over(flags, surroundings, loadEngine, (connection) =>
      exportTo(flags, connection.stream('/api/v1/events/export', query), surroundings),
    );
  });
}

async function exportTo(
  { output, file }: Pick<Flags, 'output' | 'file'>,
  pieces: AsyncIterable<string>,
  surroundings: Surroundings,
): Promise<void> {
  const { stdout, stderr } = surroundings;
  const isShown = file === undefined && stdout.isTerminal;
  const progress = new Progress(surroundings, !isShown);
  let bytes = 0;
  const copy = async (append: (text: string) => Promise<void>) => {
    try {
      for await (const text of safeExport(pieces, output, isShown)) {
        await append(text);
        bytes += Buffer.byteLength(text);
        await progress.say(`${sizeText(bytes)} so far`);
      }
    } finally {
      await progress.end();
    }
  };
  if (file === undefined) return copy((text) => stdout.write(text));
  await writeWholeFile(file, copy);
  if (stderr.isTerminal) await stderr.write(`${printable(file)}: ${sizeText(bytes)}\n`);
}

function sizeText(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
