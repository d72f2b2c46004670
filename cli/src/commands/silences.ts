/** `tattle silence`: what nobody is told of for a while. */
import { type Command, Option } from 'commander';
import type { WireSilence, WireSilenceOutlook } from '@tattle/contract';
import type { Connection } from '../connection.ts';
import type { LoadEngine } from '../engine.ts';
import { CommandFailure, EXIT } from '../failure.ts';
import { outputOption, structured, type TextForm } from '../forms.ts';
import { WIDE_LIST_FORMS, type WideListForm } from '../listing.ts';
import { type Manual, READING_EXITS, withManual } from '../manual.ts';
import { MATCHER_NAMES } from '../matcher-text.ts';
import { printable } from '../printable.ts';
import { outlookText, renderSilences, silenceLine } from '../silence-output.ts';
import { silenceIds } from '../silence-id.ts';
import { allMatchers, type NewSilenceFlags, readTerms } from '../silence-request.ts';
import type { Surroundings } from '../surroundings.ts';
import { listedOf, type TargetFlags, wholeNumber, withTarget } from './flags.ts';
import { withForm } from './incident-acts.ts';
import { over } from './over.ts';
import { needsServer } from './running-server.ts';

const STATES = ['pending', 'active', 'expired'] as const;

interface ListFlags extends TargetFlags {
  readonly state?: readonly string[];
  readonly limit: number;
  readonly output: WideListForm;
  readonly headers: boolean;
}

interface AddFlags extends TargetFlags, NewSilenceFlags {
  readonly output: TextForm;
}

const SILENCE: Manual = {
  summary: 'what nobody is told of for a while',
  about: [
    'A silence holds back what its matchers hold for until it ends; what then still goes on is told. Incidents open and are seen all the same.',
  ],
  examples: [
    ['tattle silence add namespace=shop --for 2h --comment "moving the database"', 'for two hours'],
    ['tattle silence list', 'what is held back, by whom, and until when'],
    ['tattle silence end sil_3f2a5b6c', 'before its time'],
  ],
  exits: READING_EXITS,
};

const LIST: Manual = {
  summary: 'list silences, those that end last first',
  about: ['Lists silences with who made them and why: those that hold something back now, and those that will.'],
  examples: [
    ['tattle silence list', 'now and later'],
    ['tattle silence list --state expired -o wide', 'those that are over'],
    ['tattle silence list -o name | xargs tattle silence end', 'tell of everything again'],
  ],
  exits: READING_EXITS,
};

const ADD: Manual = {
  summary: 'tell nobody of what matches, until then',
  about: [
    'Makes a silence, and says which open incidents it holds back. All of its matchers have to hold. With --incident, they are those of an incident: the same condition of the same object.',
  ],
  notes: [
    [
      'Matchers, as Alertmanager writes them',
      [
        'NAME=VALUE  NAME!=VALUE  NAME=~PATTERN  NAME!~PATTERN  severity>=high',
        `names: ${MATCHER_NAMES.slice(0, 6).join(', ')},`,
        `       ${MATCHER_NAMES.slice(6).join(', ')}, label.KEY`,
        'quote them for the shell where they hold <, >, ! or blanks',
      ],
    ],
  ],
  examples: [
    ['tattle silence add namespace=shop \'severity=~"low|info"\' --for 2h --comment "load test"', 'both hold'],
    ['tattle silence add --incident 3f2a --for 1h --comment "fix is on its way"', 'just this problem'],
    ['tattle silence add namespace=shop --dry-run', 'what would it hold back?'],
    [
      'tattle silence add node=node-7 --start 2026-01-31T20:00:00Z --for 4h --comment "new disks"',
      'planned work, later',
    ],
  ],
  exits: READING_EXITS,
};

const END: Manual = {
  summary: 'end silences now',
  about: ['Ends silences before their time: what they held back and still goes on is told. Ids may be cut short.'],
  examples: [['tattle silence end sil_3f2a5b6c', 'by the beginning of its id']],
  exits: READING_EXITS,
};

export function silenceCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const silence = withManual(program.command('silence'), SILENCE).helpCommand(false);
  const deciding = (flags: TargetFlags, work: (connection: Connection) => Promise<void>) =>
    over(flags, surroundings, loadEngine, (connection) => {
      needsServer(connection, 'would heed a silence');
      return work(connection);
    });

  const list = withManual(silence.command('list'), LIST)
    .option('--state <states>', `in these: ${STATES.join(', ')} (default: active, pending)`, listedOf(STATES))
    .addOption(new Option('--limit <n>', 'so many at the most').default(200).argParser(wholeNumber(1, 1000)))
    .addOption(outputOption(WIDE_LIST_FORMS, 'table'))
    .option('--no-headers', 'tables without their first line');
  withTarget(list).action((flags: ListFlags) =>
    deciding(flags, (connection) => listSilences(flags, connection, surroundings)),
  );

  const add = withManual(silence.command('add'), ADD)
    .argument('[matchers...]', 'what is held back: all of them have to hold')
    .option('--incident <id>', 'the same condition of the same object as this incident')
    .option('--for <time>', 'for so long: 45m, 2h, 1d12h')
    .option('--until <time>', 'until then: 2026-01-31T18:00:00Z')
    .option('--start <time>', 'from then on (default: now)')
    .option('--comment <text>', 'why: whoever is not told will read it')
    .option('--dry-run', 'only say what it would hold back');
  withTarget(withForm(add)).action((written: readonly string[], flags: AddFlags) => {
    const terms = readTerms(written, flags);
    return deciding(flags, async (connection) => {
      const matchers = await allMatchers(written, flags.incident, connection);
      const outlook = (await connection.post(
        '/api/v1/silences/preview',
        { matchers },
        'incidents',
      )) as WireSilenceOutlook;
      const made =
        terms === null
          ? null
          : ((await connection.post('/api/v1/silences', { matchers, ...terms }, 'matchers')) as WireSilence);
      const text = () => `${made === null ? '' : silenceLine(made)}${outlookText(outlook, matchers, made !== null)}`;
      const whole = { silence: made, matchers, holdsBack: outlook };
      await surroundings.stdout.write(flags.output === 'text' ? text() : structured(whole, flags.output));
    });
  });

  const end = withManual(silence.command('end'), END).argument('<silences...>', 'their ids');
  withTarget(end).action((written: readonly string[], flags: TargetFlags) =>
    deciding(flags, (connection) => endAll(written, connection, surroundings)),
  );
}

async function listSilences(
  flags: ListFlags,
  connection: Connection,
  { stdout, stderr, now }: Surroundings,
): Promise<void> {
  const query = new URLSearchParams({ limit: String(flags.limit) });
  for (const state of flags.state ?? []) query.append('state', state);
  const answer = await connection.get('/api/v1/silences', query, 'items');
  const { items, partial } = answer as { readonly items: readonly WireSilence[]; readonly partial: boolean };
  await stdout.write(renderSilences(items, flags, now()));
  if (!stderr.isTerminal) return;
  if (items.length === 0) await stderr.write('No silence matches.\n');
  else if (partial) await stderr.write(`${items.length} are shown; --limit shows more.\n`);
}

/** One that cannot be ended does not keep the others. */
async function endAll(
  written: readonly string[],
  connection: Connection,
  { stdout }: Pick<Surroundings, 'stdout'>,
): Promise<void> {
  const failed: string[] = [];
  for (const id of await silenceIds(written, connection)) {
    try {
      const path = `/api/v1/silences/${encodeURIComponent(id)}`;
      const { matchers } = (await connection.delete(path, 'matchers')) as WireSilence;
      await stdout.write(`${printable(`${id} ended: ${matchers.join(', ')}`)}\n`);
    } catch (error) {
      if (!(error instanceof CommandFailure) || error.exitCode !== EXIT.failed) throw error;
      failed.push(`${id}: ${error.message}`);
    }
  }
  if (failed.length > 0) throw new CommandFailure(EXIT.failed, failed.join('\n'), 'tattle silence list has their ids.');
}
