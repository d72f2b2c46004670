/** `tattle incident`: what is broken, why, and what people do about it. */
import { type Command, Option } from 'commander';
import type { WireIncidentDetail, WireIncidentPage, WireIncidentView } from '@tattle/contract';
import { connect, type Connection } from '../connection.ts';
import type { LoadEngine } from '../engine.ts';
import { widthOf } from '../incident-lines.ts';
import { INCIDENT_FORMS, type IncidentForm, renderIncidents } from '../incident-output.ts';
import { incidentPages } from '../incident-pages.ts';
import { incidentText } from '../incident-text.ts';
import { safeJson } from '../printable.ts';
import type { Surroundings } from '../surroundings.ts';
import { actCommands, pathOf, withForm } from './incident-acts.ts';
import { listed, type TargetFlags, targetOf, wholeNumber, withTarget } from './flags.ts';

interface ListFlags extends TargetFlags {
  readonly all?: boolean;
  readonly namespace?: readonly string[];
  readonly severity?: readonly string[];
  readonly limit: number;
  readonly output: IncidentForm;
  readonly headers: boolean;
}

interface ShowFlags extends TargetFlags {
  readonly output: 'text' | 'json';
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
    .argument('<id>', 'its id, or the beginning of it');
  withTarget(withForm(show)).action((id: string, flags: ShowFlags) =>
    over(flags, surroundings, loadEngine, async (connection) => {
      const found = await detail(connection, id);
      const text = () => incidentText(found, { ...reading(surroundings), whole: true });
      await surroundings.stdout.write(flags.output === 'json' ? `${safeJson(found, 2)}\n` : text());
    }),
  );

  actCommands(incident, (flags, work) => over(flags, surroundings, loadEngine, work), surroundings);
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
      const { items, more } =
        id === undefined
          ? await openIncidents(connection, flags.namespace ?? [])
          : { items: [await detail(connection, id)], more: false };
      const texts = items.map((each) => incidentText(each, { ...reading(surroundings), whole: false }));
      await surroundings.stdout.write(texts.join('\n'));
      if (!surroundings.stderr.isTerminal) return;
      if (items.length === 0) await surroundings.stderr.write('Nothing is broken.\n');
      else if (more)
        await surroundings.stderr.write(`The newest ${items.length} are told; tattle incident list has all.\n`);
    }),
  );
}

function reading({ now, stdout }: Surroundings): { readonly now: number; readonly width: number } {
  return { now: now(), width: widthOf(stdout) };
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
  return (await connection.get(pathOf(id), new URLSearchParams())) as WireIncidentDetail;
}

async function openIncidents(
  connection: Connection,
  namespaces: readonly string[],
): Promise<{ readonly items: readonly WireIncidentView[]; readonly more: boolean }> {
  const query = new URLSearchParams({ view: 'full', limit: '50' });
  for (const state of OPEN) query.append('state', state);
  for (const namespace of namespaces) query.append('namespace', namespace);
  const { items, nextCursor } = (await connection.get('/api/v1/incidents', query)) as WireIncidentPage;
  return { items: items as readonly WireIncidentView[], more: nextCursor !== null };
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
  if (items.length === 0) await surroundings.stderr.write(`${nothingOf(flags)}\n`);
  else if (more) await surroundings.stderr.write(`The newest ${items.length} are shown; --limit shows more.\n`);
}

function nothingOf({ all, namespace, severity }: ListFlags): string {
  if (namespace !== undefined || severity !== undefined) return 'No incident matches.';
  return all === true ? 'No incident is stored.' : 'Nothing is broken.';
}
