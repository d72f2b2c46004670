/** What people do to incidents from the command line: `tattle incident ack`, `resolve`, `note`, `merge`, `unmerge`, `split`. */
import { type Command, Option } from 'commander';
import type { IncidentActName, WireIncident, WireIncidentActed } from '@tattle/contract';
import type { Connection } from '../connection.ts';
import { usageFailure } from '../failure.ts';
import { outputOption, structured, TEXT_FORMS, type TextForm } from '../forms.ts';
import { incidentId, incidentPath } from '../incident-path.ts';
import { READING_EXITS, withManual } from '../manual.ts';
import { printable } from '../printable.ts';
import type { Surroundings } from '../surroundings.ts';
import { listed, type TargetFlags, withTarget } from './flags.ts';

interface ActFlags extends TargetFlags {
  readonly message?: string;
  readonly output: TextForm;
}

interface SplitFlags extends ActFlags {
  readonly object?: readonly string[];
  readonly condition?: readonly string[];
}

/** Opens what the flags name, and closes it after the work. */
type Connected = (flags: TargetFlags, work: (connection: Connection) => Promise<void>) => Promise<void>;

interface ByText {
  readonly name: string;
  readonly path: IncidentActName;
  readonly summary: string;
  readonly about: string;
  /** What its message says. */
  readonly message: string;
  readonly example: readonly [line: string, what: string];
}

const BY_TEXT: readonly ByText[] = [
  {
    name: 'ack',
    path: 'acknowledge',
    summary: 'say that somebody is looking at it',
    about:
      'Acknowledges an incident: its timeline says who looks at it, and nobody is told of it anew until it gets worse.',
    message: 'what others should know',
    example: ['tattle incident ack 3f2a -m "looking at it"', 'with a word for the others'],
  },
  {
    name: 'resolve',
    path: 'resolve',
    summary: 'close it by hand, or say afterwards what fixed it',
    about:
      'Closes an incident, or adds to one that is closed what fixed it. That is shown the next time the same thing breaks. What still goes wrong opens it again.',
    message: 'what fixed it: shown the next time',
    example: ['tattle incident resolve 3f2a -m "raised the memory limit to 256Mi"', 'for whoever meets it next'],
  },
  {
    name: 'note',
    path: 'note',
    summary: 'write a note into its timeline',
    about: 'Writes a note into the timeline of an incident, under the name of who wrote it.',
    message: 'the note',
    example: ['tattle incident note 3f2a -m "rolled back at 14:05"', 'changes nothing else'],
  },
  {
    name: 'unmerge',
    path: 'unmerge',
    summary: 'take a merge back',
    about:
      'Takes back that an incident was merged into another one: it goes on by itself, and later ones are not merged.',
    message: 'why',
    example: ['tattle incident unmerge 9c01 -m "another matter"', 'the id of the one that was merged away'],
  },
];

export function actCommands(incident: Command, connected: Connected, surroundings: Surroundings): void {
  const perform = (id: string, { path, body }: ActRequest, flags: ActFlags): Promise<void> => {
    const url = `${incidentPath(id)}/${path}`;
    return connected(flags, async (connection) => {
      const { incidents } = (await connection.post(
        url,
        { ...body, ...whoActs(surroundings) },
        'incidents',
      )) as WireIncidentActed;
      const lines = () => incidents.map(actedLine).join('');
      await surroundings.stdout.write(flags.output === 'text' ? lines() : structured(incidents, flags.output));
    });
  };
  for (const { name, path, summary, about, message, example } of BY_TEXT) {
    const needed = path === 'note' || path === 'unmerge';
    const manual = { summary, about: [about], examples: [example], exits: READING_EXITS };
    const command = withManual(incident.command(name), manual).argument('<id>', 'its id, or the beginning of it');
    const option = new Option('-m, --message <text>', message).makeOptionMandatory(needed);
    withTarget(withForm(command.addOption(option))).action((id: string, flags: ActFlags) =>
      perform(id, { path, body: { text: flags.message ?? '' } }, flags),
    );
  }
  const merge = withManual(incident.command('merge'), {
    summary: 'make several one: the others go on in the first',
    about: [
      'Makes several incidents one. The first goes on with what the others had; later ones at the same places are joined, too, until the merge is taken back.',
    ],
    examples: [['tattle incident merge 3f2a 9c01 -m "both wait for the cache"', '9c01 goes on in 3f2a']],
    exits: READING_EXITS,
  })
    .argument('<id>', 'the one that stays')
    .argument('<others...>', 'those that go on in it')
    .requiredOption('-m, --message <text>', 'why');
  withTarget(withForm(merge)).action((id: string, others: readonly string[], flags: ActFlags) =>
    perform(id, { path: 'merge', body: { incidents: others.map(incidentId), text: flags.message ?? '' } }, flags),
  );
  const split = withManual(incident.command('split'), {
    summary: 'make part of it an incident of its own',
    about: [
      'Takes what is about the named objects, or has the named conditions, out of an incident and makes it one of its own. Later ones of the two are kept apart.',
    ],
    examples: [
      ['tattle incident split 3f2a --object Deployment/ranking -m "another matter"', 'by what it is about'],
      ['tattle incident split 3f2a --condition OOMKilled -m "came first"', 'by what happened'],
    ],
    exits: READING_EXITS,
  })
    .argument('<id>', 'its id, or the beginning of it')
    .option('--object <kind/name>', 'what is about these: Deployment/web, shop/Deployment/web', listed)
    .option('--condition <names>', 'these conditions: OOMKilled', listed)
    .requiredOption('-m, --message <text>', 'why');
  withTarget(withForm(split)).action((id: string, flags: SplitFlags) => {
    const { object = [], condition = [], message = '' } = flags;
    if (object.length + condition.length === 0) {
      throw usageFailure(
        'split needs to know what to split off',
        'Name it with --object KIND/NAME or --condition NAME.',
      );
    }
    return perform(id, { path: 'split', body: { objects: object, conditions: condition, text: message } }, flags);
  });
}

/** The user of the machine, so that the timeline says more than `token`. */
function whoActs({ env }: Surroundings): { readonly as?: string } {
  const name = (env.TATTLE_USER ?? env.USER ?? env.USERNAME ?? '').trim().slice(0, 100);
  return name === '' ? {} : { as: name };
}

interface ActRequest {
  readonly path: IncidentActName;
  readonly body: object;
}

export function withForm(command: Command): Command {
  return command.addOption(outputOption(TEXT_FORMS, 'text'));
}

function actedLine({ id, state, title, mergedInto }: WireIncident): string {
  return `${printable(`${id} ${mergedInto === null ? state : `merged into ${mergedInto}`}: ${title}`)}\n`;
}
