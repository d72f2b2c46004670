/** `tattle events`: what was stored, or what a cluster itself still knows, as kubectl shows events. */
import { type Command, Option } from 'commander';
import type { WireEvent } from '@tattle/contract';
import { connectToCluster } from '../cluster-connection.ts';
import { connect, type Connection, sayUnwatched } from '../connection.ts';
import type { LoadEngine } from '../engine.ts';
import { type EventPrinter, eventPrinter, type OutputForm, OUTPUTS } from '../event-output.ts';
import { pagesOf } from '../pages.ts';
import { type EventFlags, eventQuery } from '../event-query.ts';
import { watchEvents } from '../event-watch.ts';
import { CommandFailure, EXIT, usageFailure } from '../failure.ts';
import { outputOption } from '../forms.ts';
import { type Manual, READING_EXITS, withManual } from '../manual.ts';
import { readingPlace } from '../reading-place.ts';
import type { Surroundings } from '../surroundings.ts';
import { withEventFilters } from './event-filters.ts';
import { type ClusterFlags, type TargetFlags, targetOf, wholeNumber, withClusters, withTarget } from './flags.ts';

interface Flags extends EventFlags, TargetFlags, ClusterFlags {
  readonly limit: number;
  readonly output: OutputForm;
  readonly headers: boolean;
  readonly watch?: boolean;
}

/** So many fit in memory with room: tables are read newest last, and so kept until the end. */
const MOST = 10_000_000;
const MOST_IN_TABLE = 100_000;

const MANUAL: Manual = {
  summary: 'list events, stored ones or a cluster’s own',
  about: [
    'Lists events: of the server that runs on the data directory, else of the store itself, else, where neither is there, straight from the API server of the current context. --context, --kubeconfig and --recording read a cluster or a recording whatever else runs.',
    'Events of every namespace are shown unless --namespace names some. Tables read like a log, the newest at the bottom; the other forms begin with the newest. Read from a cluster, events carry severity and condition as stored ones do, but an API server keeps an hour of them, and what is only in the state of objects (an OOM kill) is not among them: tattle diagnose looks at that, too.',
  ],
  examples: [
    ['tattle events -n shop --since 1h', 'what happened in shop in the last hour'],
    ['tattle events --for deploy/web -o wide', 'about one object, with severity, source and node'],
    ["tattle events --type Warning --reason '!Unhealthy'", 'warnings other than failed probes'],
    ["tattle events -q 'pulling severity:high'", 'words of the message, and field:value terms'],
    ["tattle events -o json --limit 5000 | jq '.[].object.name'", 'for programs'],
    ['tattle events --context prod -n shop --watch', 'straight from a cluster, and on as they come'],
    ['tattle events --recording examples/states', 'of a recording'],
  ],
  exits: READING_EXITS,
};

export function eventsCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const command = withEventFilters(withManual(program.command('events'), MANUAL))
    .addOption(new Option('--limit <n>', 'so many at the most').default(100).argParser(wholeNumber(1, MOST)))
    .addOption(outputOption(OUTPUTS, 'table'))
    .option('--no-headers', 'tables without their first line')
    .option('-w, --watch', 'go on, printing what comes or happens again');
  withClusters(withTarget(command)).action(async (flags: Flags) => {
    refuseNonsense(flags);
    const query = eventQuery(flags);
    const connection = await open(flags, surroundings, loadEngine);
    try {
      await listEvents(flags, query, connection, surroundings);
    } finally {
      await connection.close();
    }
  });
}

function refuseNonsense({ watch = false, output, recording, limit }: Flags): void {
  if (watch && output === 'json') {
    throw usageFailure('-o json is one array, which --watch would never end', 'Use -o jsonl.');
  }
  if (watch && recording !== undefined) throw usageFailure('a recording has ended: there is nothing to watch');
  if (isTable(output) && limit > MOST_IN_TABLE) {
    throw usageFailure(`a table takes ${MOST_IN_TABLE} events at the most`, 'Use -o jsonl, or a smaller --limit.');
  }
}

async function open(flags: Flags, surroundings: Surroundings, loadEngine: LoadEngine): Promise<Connection> {
  const place = readingPlace(flags, surroundings.env);
  if (place.kind === 'tattle') return connect(targetOf(flags), surroundings, loadEngine);
  const looking = { namespaces: namespacesToList(flags), follow: flags.watch === true };
  return connectToCluster(place, looking, surroundings, loadEngine);
}

/** Where all that is wanted is named, nothing else is asked for: a Role of one namespace then is enough. */
function namespacesToList({ namespace = [] }: Flags): 'all' | readonly string[] {
  return namespace.length > 0 && namespace.every((name) => !name.startsWith('!')) ? namespace : 'all';
}

function isTable(form: OutputForm): boolean {
  return form === 'table' || form === 'wide';
}

async function listEvents(
  flags: Flags,
  query: URLSearchParams,
  connection: Connection,
  surroundings: Surroundings,
): Promise<void> {
  const oneNamespace = flags.namespace?.length === 1 && flags.namespace[0]?.startsWith('!') === false;
  const { now: moment, watchEveryMs: everyMs } = connection;
  const printer = eventPrinter(
    { form: flags.output, namespaceColumn: !oneNamespace, header: flags.headers },
    moment === undefined ? surroundings : { ...surroundings, now: () => moment },
  );
  if (flags.watch === true) {
    const limit = Math.min(flags.limit, MOST_IN_TABLE);
    const pace = everyMs === undefined ? {} : { everyMs };
    await watchEvents({ connection, query, limit, printer, surroundings, ...pace });
    throw new CommandFailure(EXIT.interrupted, '');
  }
  const { more, printed } = isTable(flags.output)
    ? await printTable(connection, query, flags.limit, printer)
    : await printPages(connection, query, flags.limit, printer);
  await printer.end();
  await sayUnwatched(connection, surroundings);
  if (!surroundings.stderr.isTerminal) return;
  if (printed === 0) await surroundings.stderr.write('No event matches.\n');
  else if (more) await surroundings.stderr.write(`The newest ${printed} are shown; --limit shows more.\n`);
}

interface Printed {
  readonly printed: number;
  readonly more: boolean;
}

async function printPages(
  connection: Connection,
  query: URLSearchParams,
  limit: number,
  printer: EventPrinter,
): Promise<Printed> {
  const pages = pagesOf('/api/v1/events', connection, query, limit);
  let printed = 0;
  for (;;) {
    const page = await pages.next();
    if (page.done === true) return { printed, more: page.value };
    await printer.print(page.value);
    printed += page.value.length;
  }
}

async function printTable(
  connection: Connection,
  query: URLSearchParams,
  limit: number,
  printer: EventPrinter,
): Promise<Printed> {
  const events: WireEvent[] = [];
  const keep = { print: async (page: readonly WireEvent[]) => void events.push(...page), end: async () => {} };
  const { printed, more } = await printPages(connection, query, limit, keep);
  await printer.print(events.reverse());
  return { printed, more };
}
