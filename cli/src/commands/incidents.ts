/** `tattle incident`: what is broken, and what people do about it. */
import { type Command, Option } from 'commander';
import type { WireIncidentDetail, WireNoticeDecisions } from '@tattle/contract';
import { ApiRefusal } from '../answer-meaning.ts';
import { type Connection, sayUnwatched, type TattleConnection } from '../connection.ts';
import type { LoadEngine } from '../engine.ts';
import { outputOption, structured, type TextForm } from '../forms.ts';
import { widthOf } from '../incident-lines.ts';
import { renderIncidents } from '../incident-output.ts';
import { WIDE_LIST_FORMS, type WideListForm } from '../listing.ts';
import { allOf, pagesOf } from '../pages.ts';
import { incidentPath } from '../incident-path.ts';
import { incidentText } from '../incident-text.ts';
import { type Manual, READING_EXITS, withManual } from '../manual.ts';
import { OPEN } from '../open-incidents.ts';
import type { Surroundings } from '../surroundings.ts';
import { actCommands, withForm } from './incident-acts.ts';
import {
  listedOf,
  type NamespaceFlags,
  namespacesOf,
  SEVERITIES,
  type TargetFlags,
  wholeNumber,
  withNamespaces,
  withTarget,
} from './flags.ts';
import { exportCommand } from './incident-export.ts';
import { testCommand } from './incident-test.ts';
import { decisionsAbout, toldCommand } from './incident-told.ts';
import { over } from './over.ts';

interface ListFlags extends TargetFlags, NamespaceFlags {
  readonly all?: boolean;
  readonly severity?: readonly string[];
  readonly limit: number;
  readonly output: WideListForm;
  readonly headers: boolean;
}

interface ShowFlags extends TargetFlags {
  readonly output: TextForm;
}

const INCIDENT: Manual = {
  summary: 'what is broken, and what is done about it',
  about: [
    'An incident is one problem over time: what broke, why, what changed before it, and what people did. Its id may be cut short to what tells it from the others.',
  ],
  examples: [
    ['tattle incident list', 'what is broken now, the newest first'],
    ['tattle incident show 3f2a', 'one of them whole, by the beginning of its id'],
    ['tattle incident told 3f2a', 'who was told of it, and who was not, and why'],
    ['tattle incident export 3f2a -o cart-api.html', 'one of them as a file for others'],
    ['tattle incident ack 3f2a -m "looking at it"', 'so that nobody else gets up'],
    ['tattle incident resolve 3f2a -m "raised the memory limit to 256Mi"', 'with what fixed it'],
    ['tattle incident merge 3f2a 9c01 -m "both wait for the cache"', 'make two one'],
    ['tattle incident split 3f2a --object Deployment/ranking -m "another matter"', 'make one two'],
  ],
  exits: READING_EXITS,
};

const LIST: Manual = {
  summary: 'list open incidents, the newest first',
  about: [
    'Lists incidents, the newest first: those that are open, acknowledged or came back, unless --all asks for those that are over, too. JSON and YAML hold each with its diagnosis, changes and timeline.',
  ],
  examples: [
    ['tattle incident list', 'what is broken now'],
    ['tattle incident list --all -n shop -o json', 'also what is over, whole'],
    ['tattle incident list --severity critical,high -o name', 'names for other commands'],
  ],
  exits: READING_EXITS,
};

const SHOW: Manual = {
  summary: 'one incident whole: cause, changes, why it is one, timeline',
  about: [
    'Tells one incident: why it happened with the words that prove it, what changed before, what to do, which objects belong to it and why, and its timeline. JSON and YAML hold its evidence, too.',
  ],
  examples: [
    ['tattle incident show 3f2a', 'by the beginning of its id'],
    ["tattle incident show 3f2a -o json | jq '.evidence[].kind'", 'what was captured when it happened'],
  ],
  exits: READING_EXITS,
};

export function incidentCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const incident = withManual(program.command('incident'), INCIDENT).helpCommand(false);
  const described = withManual(incident.command('list'), LIST).option('--all', 'those that are over, too');
  const list = withNamespaces(described, 'of these namespaces')
    .option('--severity <severities>', SEVERITIES.join(', '), listedOf(SEVERITIES))
    .addOption(new Option('--limit <n>', 'so many at the most').default(1000).argParser(wholeNumber(1, 100_000)))
    .addOption(outputOption(WIDE_LIST_FORMS, 'table'))
    .option('--no-headers', 'tables without their first line');
  withTarget(list).action((flags: ListFlags) => {
    const query = incidentQuery(flags);
    return over(flags, surroundings, loadEngine, (connection) => listIncidents(query, flags, connection, surroundings));
  });

  const show = withManual(incident.command('show'), SHOW).argument('<id>', 'its id, or the beginning of it');
  withTarget(withForm(show)).action((id: string, flags: ShowFlags) =>
    over(flags, surroundings, loadEngine, async (connection) => {
      const found = await detail(connection, id);
      await surroundings.stdout.write(
        flags.output === 'text'
          ? incidentText(found, { ...reading(surroundings), whole: true, told: await toldOf(found, connection) })
          : structured(found, flags.output),
      );
    }),
  );

  const connected = (flags: TargetFlags, work: (connection: TattleConnection) => Promise<void>) =>
    over(flags, surroundings, loadEngine, work);
  exportCommand(incident, connected, surroundings);
  toldCommand(incident, connected, surroundings);
  actCommands(incident, connected, surroundings);
  testCommand(incident, connected, surroundings);
}

function reading({ now, stdout }: Surroundings): { readonly now: number; readonly width: number } {
  return { now: now(), width: widthOf(stdout) };
}

/** Of a store that is read itself, nobody says. Older servers know nothing of it either: the rest is shown all the same. */
async function toldOf({ id }: WireIncidentDetail, connection: Connection): Promise<WireNoticeDecisions['items']> {
  if (!connection.live) return [];
  try {
    return (await decisionsAbout(connection, id)).items;
  } catch (error) {
    if (error instanceof ApiRefusal) return [];
    throw error;
  }
}

export async function detail(connection: Connection, id: string): Promise<WireIncidentDetail> {
  return (await connection.get(incidentPath(id), new URLSearchParams(), 'id')) as WireIncidentDetail;
}

function incidentQuery(flags: ListFlags): URLSearchParams {
  const query = new URLSearchParams();
  if (flags.all !== true) for (const state of OPEN) query.append('state', state);
  for (const namespace of namespacesOf(flags)) query.append('namespace', namespace);
  for (const severity of flags.severity ?? []) query.append('severity', severity);
  if (['json', 'jsonl', 'yaml'].includes(flags.output)) query.set('view', 'full');
  return query;
}

async function listIncidents(
  query: URLSearchParams,
  flags: ListFlags,
  connection: Connection,
  surroundings: Surroundings,
): Promise<void> {
  const { items, more } = await allOf(pagesOf('/api/v1/incidents', connection, query, flags.limit));
  await surroundings.stdout.write(renderIncidents(items, flags, surroundings.now()));
  await sayUnwatched(connection, surroundings);
  if (!surroundings.stderr.isTerminal) return;
  if (items.length === 0) await surroundings.stderr.write(`${nothingOf(flags)}\n`);
  else if (more) await surroundings.stderr.write(`The newest ${items.length} are shown; --limit shows more.\n`);
}

function nothingOf({ all, namespace, severity }: ListFlags): string {
  if (namespace !== undefined || severity !== undefined) return 'No incident matches.';
  return all === true ? 'No incident is stored.' : 'Nothing is broken.';
}
