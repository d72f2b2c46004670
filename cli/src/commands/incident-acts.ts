/** What people do to incidents from the command line: `tattle incident ack`, `resolve`, `note`, `merge`, `unmerge`, `split`. */
import { type Command, Option } from 'commander';
import type { IncidentActName, WireIncident, WireIncidentActed } from '@tattle/contract';
import type { Connection } from '../connection.ts';
import { usageFailure } from '../failure.ts';
import { printable, safeJson } from '../printable.ts';
import type { Surroundings } from '../surroundings.ts';
import { listed, type TargetFlags, withTarget } from './flags.ts';

interface ActFlags extends TargetFlags {
  readonly message?: string;
  readonly output: 'text' | 'json';
}

interface SplitFlags extends ActFlags {
  readonly object?: readonly string[];
  readonly condition?: readonly string[];
}

/** Opens what the flags name, and closes it after the work. */
type Connected = (flags: TargetFlags, work: (connection: Connection) => Promise<void>) => Promise<void>;

/** name, path, what it does, what its message says. */
const BY_TEXT = [
  ['ack', 'acknowledge', 'say that somebody is looking at it', 'what others should know'],
  ['resolve', 'resolve', 'close it by hand, or say afterwards what fixed it', 'what fixed it: shown the next time'],
  ['note', 'note', 'write a note into its timeline', 'the note'],
  ['unmerge', 'unmerge', 'take a merge back', 'why'],
] as const;

export function actCommands(incident: Command, connected: Connected, surroundings: Surroundings): void {
  const perform = (id: string, { path, body }: ActRequest, flags: ActFlags): Promise<void> => {
    const url = `${pathOf(id)}/${path}`;
    return connected(flags, async (connection) => {
      const { incidents } = (await connection.post(url, { ...body, ...whoActs(surroundings) })) as WireIncidentActed;
      const lines = () => incidents.map(actedLine).join('');
      await surroundings.stdout.write(flags.output === 'json' ? `${safeJson(incidents, 2)}\n` : lines());
    });
  };
  for (const [name, path, about, message] of BY_TEXT) {
    const needed = path === 'note' || path === 'unmerge';
    const command = incident.command(name).description(about).argument('<id>', 'its id, or the beginning of it');
    const option = new Option('-m, --message <text>', message).makeOptionMandatory(needed);
    withTarget(withForm(command.addOption(option))).action((id: string, flags: ActFlags) =>
      perform(id, { path, body: { text: flags.message ?? '' } }, flags),
    );
  }
  const merge = incident
    .command('merge')
    .description('make several one: the others go on in the first')
    .argument('<id>', 'the one that stays')
    .argument('<others...>', 'those that go on in it')
    .requiredOption('-m, --message <text>', 'why');
  withTarget(withForm(merge)).action((id: string, others: readonly string[], flags: ActFlags) =>
    perform(id, { path: 'merge', body: { incidents: others, text: flags.message ?? '' } }, flags),
  );
  const split = incident
    .command('split')
    .description('make part of it an incident of its own')
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
  return command.addOption(new Option('-o, --output <form>', 'the form').choices(['text', 'json']).default('text'));
}

function actedLine({ id, state, title, mergedInto }: WireIncident): string {
  return `${printable(`${id} ${mergedInto === null ? state : `merged into ${mergedInto}`}: ${title}`)}\n`;
}

export function pathOf(id: string): string {
  // A path ends or climbs at these; no id has them.
  if (/^\.{0,2}$/.test(id)) throw usageFailure('that is no id of an incident', 'tattle incident list has them.');
  return `/api/v1/incidents/${encodeURIComponent(id)}`;
}
