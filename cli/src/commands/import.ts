/** `tattle import`: the configuration of another tool as one of Tattle, with a report of what became of each part. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { ImportedConfiguration, ImportedTool, LoadEngine } from '../engine.ts';
import { CommandFailure, EXIT } from '../failure.ts';
import { importReportText } from '../import-report.ts';
import { type Manual, withManual } from '../manual.ts';
import { printable } from '../printable.ts';
import { reasonOf } from '../reason-of.ts';
import type { Surroundings } from '../surroundings.ts';

interface Flags {
  readonly output?: string;
}

const IMPORT: Manual = {
  summary: 'take over the configuration of another tool',
  about: [
    'Reads what another tool was configured with, and writes a configuration of Tattle to the same effect, with comments that say where each part comes from. The report on standard error says what was taken, what means something else here and how, what has no counterpart and what to do instead, and what is left to do.',
  ],
  examples: [['tattle import kubewatch .kubewatch.yaml -o tattle.yaml', 'and read the report']],
  exits: ['failed'],
};

const MANUALS: Readonly<Record<ImportedTool, Manual>> = {
  'kubernetes-event-exporter': {
    summary: 'of kubernetes-event-exporter',
    about: [
      'Receivers that collect events become sinks, those that people read become channels; the route tree becomes rules and routes, and what it drops before all else is left out by the filter. The file may be the configuration itself, the ConfigMap that holds it, or Helm values.',
      'Where that tool sends every event, Tattle tells people once of each incident: the report says what that changes.',
    ],
    examples: [
      ['tattle import kubernetes-event-exporter config.yaml -o tattle.yaml', 'as a new file'],
      [
        'kubectl get cm events -o yaml | tattle import kubernetes-event-exporter /dev/stdin',
        'from the ConfigMap in the cluster',
      ],
    ],
    exits: ['failed'],
  },
  kubewatch: {
    summary: 'of kubewatch',
    about: [
      'Handlers become channels. Where kubewatch tells of every change of a resource, Tattle tells of what goes wrong, and keeps the changes to show what led to it: the report says what that changes.',
    ],
    examples: [['tattle import kubewatch .kubewatch.yaml -o tattle.yaml', 'as a new file']],
    exits: ['failed'],
  },
};

export function importCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const group = withManual(program.command('import'), IMPORT);
  for (const tool of Object.keys(MANUALS) as ImportedTool[]) {
    withManual(group.command(tool), MANUALS[tool])
      .argument('<config>', 'its YAML file')
      .option('-o, --output <file>', 'write this file, which must not be there yet (default: standard output)')
      .action(async (config: string, { output }: Flags) => {
        const text = await readFile(config, 'utf8').catch((error: unknown) => {
          throw new CommandFailure(EXIT.failed, `${config} cannot be read (${reasonOf(error)})`, '', { cause: error });
        });
        const imported = await (await loadEngine()).importConfiguration(tool, text);
        if (imported.kind === 'unreadable') {
          throw new CommandFailure(EXIT.failed, `${config} is no configuration of ${tool}: ${imported.problem}`);
        }
        await write(imported, output, surroundings);
      });
  }
}

async function write(
  { yaml, report }: Extract<ImportedConfiguration, { kind: 'imported' }>,
  file: string | undefined,
  { stdout, stderr }: Surroundings,
): Promise<void> {
  if (file !== undefined) await writeNew(file, yaml);
  else await stdout.write(stdout.isTerminal ? yaml.split('\n').map(printable).join('\n') : yaml);
  await stderr.write(importReportText(report));
}

/** It may hold secrets: nobody else reads it. */
async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const why = isThere ? 'is there already, and stays as it is' : `cannot be written (${reasonOf(error)})`;
    throw new CommandFailure(
      EXIT.failed,
      `${file} ${why}`,
      isThere ? 'Name another file, or move that one away.' : '',
      {
        cause: error,
      },
    );
  });
}
