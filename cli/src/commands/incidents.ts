/** `tattle incident`: what is broken, why, and what people do about it. */
import { type Command, Option } from 'commander';
import type { WireIncidentActed, WireIncidentDetail, WireIncidentPage, WireIncidentView } from '@tattle/contract';
import { connect, type Connection } from '../connection.ts';
import type { LoadEngine } from '../engine.ts';
import { INCIDENT_FORMS, type IncidentForm, renderIncidents } from '../incident-output.ts';
import { incidentPages } from '../incident-pages.ts';
import { incidentText } from '../incident-text.ts';
import { printable, safeJson } from '../printable.ts';
import type { Surroundings } from '../surroundings.ts';
import { listed, type TargetFlags, targetOf, wholeNumber, withTarget } from './flags.ts';

interface ListFlags extends TargetFlags {
  readonly all?: boolean;
  readonly namespace?: readonly string[];
  readonly severity?: readonly string[];
  readonly limit: number;
  readonly output: IncidentForm;
  readonly headers: boolean;
}

interface ActFlags extends TargetFlags {
  readonly message?: string;
  readonly output: 'text' | 'json';
}

interface SplitFlags extends ActFlags {
  readonly object?: readonly string[];
  readonly condition?: readonly string[];
}

const OPEN = ['open', 'acknowledged', 'regressed'];

const EXAMPLES = `
Examples:
  tattle incident list                          what is broken now, the newest first
  tattle incident list --all -n shop -o json    also what is over, with diagnosis, changes and timeline
  tattle incident show 3f2a                     by the beginning of its id
  tattle incident ack 3f2a -m "looking at it"
  tattle incident resolve 3f2a -m "raised the memory limit to 256Mi"
  tattle incident merge 3f2a 9c01 -m "both wait for the cache"
  tattle incident split 3f2a --object Deployment/ranking -m "another matter"`;

export function incidentCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const incident = program
    .command('incident')
    .description('what is broken, why, and what is done about it')
    .addHelpText('after', EXAMPLES);
  const list = incident
    .command('list')
    .description('list open incidents, the newest first')
    .option('--all', 'those that are over, too')
    .option('-n, --namespace <names>', 'of these namespaces', listed)
    .option('--severity <severities>', 'critical, high, medium, low, info', listed)
    .addOption(new Option('--limit <n>', 'so many at the most').default(1000).argParser(wholeNumber(1, 100_000)))
    .addOption(new Option('-o, --output <form>', 'the form').choices(INCIDENT_FORMS).default('table'))
    .option('--no-headers', 'tables without their first line');
  withTarget(list).action((flags: ListFlags) =>
    over(flags, surroundings, loadEngine, (connection) => listIncidents(flags, connection, surroundings)),
  );

  const show = incident
    .command('show')
    .description('one incident whole: cause, changes, why it is one, timeline')
    .argument('<id>', 'its id, or the beginning of it')
    .addOption(new Option('-o, --output <form>', 'the form').choices(['text', 'json']).default('text'));
  withTarget(show).action((id: string, flags: ActFlags) =>
    over(flags, surroundings, loadEngine, async (connection) => {
      const found = await detail(connection, id);
      await surroundings.stdout.write(
        flags.output === 'json' ? `${safeJson(found, 2)}\n` : incidentText(found, surroundings.now(), true),
      );
    }),
  );

  const act = (name: string, path: string, about: string, message: string): void => {
    const command = incident
      .command(name)
      .description(about)
      .argument('<id>', 'its id, or the beginning of it')
      .option('-m, --message <text>', message);
    acting(command, (id, flags) => [id, path, { text: flags.message ?? '' }]);
  };
  const acting = (command: Command, request: (id: string, flags: ActFlags) => readonly [string, string, object]) => {
    command.addOption(new Option('-o, --output <form>', 'the form').choices(['text', 'json']).default('text'));
    withTarget(command).action((id: string, flags: ActFlags) =>
      over(flags, surroundings, loadEngine, async (connection) => {
        const [of, path, body] = request(id, flags);
        const url = `/api/v1/incidents/${encodeURIComponent(of)}/${path}`;
        const { incidents } = (await connection.post(url, body)) as WireIncidentActed;
        const lines = incidents.map((each) => `${each.id} ${each.state}: ${printable(each.title)}\n`);
        await surroundings.stdout.write(flags.output === 'json' ? `${safeJson(incidents, 2)}\n` : lines.join(''));
      }),
    );
  };
  act('ack', 'acknowledge', 'say that somebody is looking at it', 'what others should know');
  act('resolve', 'resolve', 'close it by hand, or say afterwards what fixed it', 'what fixed it: shown the next time');
  act('note', 'note', 'write a note into its timeline', 'the note');
  act('unmerge', 'unmerge', 'take a merge back', 'why');
  mergeCommand(incident, surroundings, loadEngine);
  const split = incident
    .command('split')
    .description('make part of it an incident of its own')
    .argument('<id>', 'its id, or the beginning of it')
    .option('--object <kind/name>', 'what is about these: Deployment/web, shop/Deployment/web', listed)
    .option('--condition <names>', 'these conditions: OOMKilled', listed)
    .requiredOption('-m, --message <text>', 'why');
  acting(split, (id, flags) => {
    const { object, condition } = flags as SplitFlags;
    return [id, 'split', { objects: object ?? [], conditions: condition ?? [], text: flags.message ?? '' }];
  });
}

function mergeCommand(incident: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const merge = incident
    .command('merge')
    .description('make several one: the others go on in the first')
    .argument('<id>', 'the one that stays')
    .argument('<others...>', 'those that go on in it')
    .requiredOption('-m, --message <text>', 'why');
  withTarget(merge).action((id: string, others: readonly string[], flags: ActFlags) =>
    over(flags, surroundings, loadEngine, async (connection) => {
      const body = { incidents: others, text: flags.message ?? '' };
      const url = `/api/v1/incidents/${encodeURIComponent(id)}/merge`;
      const { incidents } = (await connection.post(url, body)) as WireIncidentActed;
      const [kept] = incidents;
      if (kept !== undefined) await surroundings.stdout.write(`${kept.id} ${kept.state}: ${printable(kept.title)}\n`);
    }),
  );
}

/** `tattle why`: the shortest way to the cause. */
export function whyCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const why = program
    .command('why')
    .description('say what is wrong and why: of one incident, or of everything that is open')
    .argument('[id]', 'the id of an incident, or the beginning of it')
    .option('-n, --namespace <names>', 'of these namespaces', listed);
  withTarget(why).action((id: string | undefined, flags: TargetFlags & { namespace?: readonly string[] }) =>
    over(flags, surroundings, loadEngine, async (connection) => {
      const found =
        id === undefined ? await openIncidents(connection, flags.namespace ?? []) : [await detail(connection, id)];
      const texts = found.map((each) => incidentText(each, surroundings.now(), false));
      await surroundings.stdout.write(texts.join('\n'));
      if (found.length === 0 && surroundings.stderr.isTerminal) await surroundings.stderr.write('Nothing is broken.\n');
    }),
  );
}

async function over(
  flags: TargetFlags,
  surroundings: Surroundings,
  loadEngine: LoadEngine,
  work: (connection: Connection) => Promise<void>,
): Promise<void> {
  const connection = await connect(targetOf(flags), surroundings, loadEngine);
  try {
    await work(connection);
  } finally {
    await connection.close();
  }
}

async function detail(connection: Connection, id: string): Promise<WireIncidentDetail> {
  const path = `/api/v1/incidents/${encodeURIComponent(id)}`;
  return (await connection.get(path, new URLSearchParams())) as WireIncidentDetail;
}

async function openIncidents(
  connection: Connection,
  namespaces: readonly string[],
): Promise<readonly WireIncidentView[]> {
  const query = new URLSearchParams({ view: 'full', limit: '50' });
  for (const state of OPEN) query.append('state', state);
  for (const namespace of namespaces) query.append('namespace', namespace);
  const { items } = (await connection.get('/api/v1/incidents', query)) as WireIncidentPage;
  return items as readonly WireIncidentView[];
}

async function listIncidents(flags: ListFlags, connection: Connection, surroundings: Surroundings): Promise<void> {
  const query = new URLSearchParams();
  if (flags.all !== true) for (const state of OPEN) query.append('state', state);
  for (const namespace of flags.namespace ?? []) query.append('namespace', namespace);
  for (const severity of flags.severity ?? []) query.append('severity', severity);
  if (flags.output === 'json' || flags.output === 'jsonl') query.set('view', 'full');
  const { items, more } = await incidentPages(connection, query, flags.limit);
  await surroundings.stdout.write(renderIncidents(items, flags, surroundings.now()));
  if (!surroundings.stderr.isTerminal) return;
  if (items.length === 0) await surroundings.stderr.write('Nothing is broken.\n');
  else if (more) await surroundings.stderr.write(`The newest ${items.length} are shown; --limit shows more.\n`);
}
