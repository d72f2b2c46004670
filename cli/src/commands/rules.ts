/** `tattle rule test`: who would have been told, under other rules and routes. */
import { type Command } from 'commander';
import type { WirePolicyTrial } from '@tattle/contract';
import { ApiRefusal } from '../answer-meaning.ts';
import type { Connection } from '../connection.ts';
import type { LoadEngine } from '../engine.ts';
import { apiTime } from '../event-query.ts';
import { CommandFailure, EXIT } from '../failure.ts';
import { structured, type TextForm } from '../forms.ts';
import { type Manual, READING_EXITS, withManual } from '../manual.ts';
import { type NotifyFile, readNotifyFile } from '../notify-file.ts';
import { policyTrialText } from '../policy-trial-text.ts';
import type { Surroundings } from '../surroundings.ts';
import { type TargetFlags, withTarget } from './flags.ts';
import { withForm } from './incident-acts.ts';
import { over } from './over.ts';
import { needsServer } from './running-server.ts';

interface Flags extends TargetFlags {
  readonly from: string;
  readonly to: string;
  readonly output: TextForm;
}

const RULE: Manual = {
  summary: 'rules and routes: who would be told of what',
  about: [
    'Rules decide that somebody should know, routes say who. Both stand in the notify section of the configuration.',
  ],
  examples: [['tattle rule test tattle.yaml --from 7d', 'before it is put to use']],
  exits: READING_EXITS,
};

const TEST: Manual = {
  summary: 'try rules and routes on incidents of the past',
  about: [
    'Reads the notify section of a configuration file, or a file that is such a section, and says who would have been told that incidents of the past began, and why somebody would not. Nobody is told, and nothing is changed. Without a file, the rules in force are tried.',
    'Silences and what another incident explained are left aside: which were in force then is not known any more. Channels are those of the server.',
  ],
  examples: [
    ['tattle rule test tattle.yaml', 'on the last week'],
    ['tattle rule test routes.yaml --from 30d --to 1d', 'on another range'],
    ['tattle rule test --from 1d', 'the rules in force, on the last day'],
    ["tattle rule test tattle.yaml -o json | jq '.byRoute'", 'for programs'],
  ],
  exits: [...READING_EXITS, 'wrong'],
  meanings: { wrong: 'the file has a fault: each is printed with its line' },
};

export function ruleCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const rule = withManual(program.command('rule'), RULE).helpCommand(false);
  const test = withManual(rule.command('test'), TEST)
    .argument('[file]', 'YAML with a notify section, or such a section (default: what is in force)')
    .option('--from <time>', 'incidents that began since: 1d, now-7d, or 2026-01-31T14:00:00Z', '7d')
    .option('--to <time>', 'and before', 'now');
  withTarget(withForm(test)).action(async (file: string | undefined, flags: Flags) => {
    const range = { from: apiTime('--from', flags.from), to: apiTime('--to', flags.to) };
    const written = file === undefined ? null : await readNotifyFile(file);
    await over(flags, surroundings, loadEngine, async (connection) => {
      needsServer(connection, 'knows rules and channels');
      const trial = await tried(written, range, connection);
      const { stdout, now } = surroundings;
      const text = () => policyTrialText(trial, `from ${range.from} to ${range.to}`, now());
      await stdout.write(flags.output === 'text' ? text() : structured(trial, flags.output));
    });
  });
}

async function tried(
  file: NotifyFile | null,
  range: { readonly from: string; readonly to: string },
  connection: Pick<Connection, 'post'>,
): Promise<WirePolicyTrial> {
  // An empty section is none, and means: every channel is told of everything.
  const body = { ...range, ...(file === null ? {} : { notify: file.section ?? {} }) };
  try {
    return (await connection.post('/api/v1/notify/try', body, 'byReason')) as WirePolicyTrial;
  } catch (error) {
    const faults = error instanceof ApiRefusal ? (error.problem.errors ?? []) : [];
    const ofFile = faults.filter(({ path }) => path === 'notify' || path.startsWith('notify.'));
    if (file === null || ofFile.length === 0) throw error;
    const lines = ofFile.map(({ path, message }) => `${file.placeOf(path)}: ${path} ${message}`);
    throw new CommandFailure(EXIT.wrong, lines.join('\n'), '', { cause: error });
  }
}
