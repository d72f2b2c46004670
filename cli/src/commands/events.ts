/** `tattle events`: what was stored, as kubectl shows events. */
import { type Command, Option } from 'commander';
import type { WireEvent } from '@tattle/contract';
import { connect, type Connection } from '../connection.ts';
import type { LoadEngine } from '../engine.ts';
import { type EventPrinter, eventPrinter, type OutputForm, OUTPUTS } from '../event-output.ts';
import { eventPages } from '../event-pages.ts';
import { type EventFlags, eventQuery } from '../event-query.ts';
import { watchEvents } from '../event-watch.ts';
import { CommandFailure, EXIT, usageFailure } from '../failure.ts';
import type { Surroundings } from '../surroundings.ts';
import { listed, repeated, type TargetFlags, targetOf, wholeNumber, withTarget } from './flags.ts';

interface Flags extends EventFlags, TargetFlags {
  readonly limit: number;
  readonly output: OutputForm;
  readonly headers: boolean;
  readonly watch?: boolean;
}

/** So many fit in memory with room: tables are read newest last, and so kept until the end. */
const MOST = 10_000_000;
const MOST_IN_TABLE = 100_000;

const EXAMPLES = `
Events of every namespace are shown unless --namespace names some. Tables read like a log, the newest at the
bottom; the other forms begin with the newest.

Examples:
  tattle events -n shop --since 1h                what happened in shop in the last hour
  tattle events --for deploy/web -o wide          about one object, with severity, source and node
  tattle events --type Warning --reason '!Unhealthy'
                                                  warnings other than failed probes
  tattle events -q 'pulling severity:high'        words of the message, and field:value terms
  tattle events -o json --limit 5000 | jq '.[].object.name'
  tattle events -n shop --watch                   and go on as they come`;

export function eventsCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const command = program
    .command('events')
    .description('list stored events')
    .option(
      '-n, --namespace <names>',
      'of these namespaces (comma-separated or repeated; !name leaves one out)',
      listed,
    )
    .option('-A, --all-namespaces', 'of every namespace (the default)')
    .option('--for <kind/name>', 'about this object: pod/web-1, deploy/web')
    .option('--type <types>', 'of these types: Warning, Normal', listed)
    .option('--reason <reasons>', 'with these reasons', listed)
    .option('--severity <severities>', 'critical, high, medium, low, info', listed)
    .option('--cluster <uids>', 'of these clusters', listed)
    .option('-l, --label <key=value>', 'with this label (repeated: with all of them)', repeated)
    .option('-q, --query <text>', 'words that must occur, and field:value terms')
    .option('--since <time>', 'that happened after: 30m, 2d12h, or 2026-01-31T14:00:00Z')
    .option('--until <time>', 'that happened before')
    .addOption(new Option('--limit <n>', 'so many at the most').default(100).argParser(wholeNumber(1, MOST)))
    .addOption(new Option('-o, --output <form>', 'the form').choices(OUTPUTS).default('table'))
    .option('--no-headers', 'tables without their first line')
    .option('-w, --watch', 'go on, printing what comes or happens again')
    .addHelpText('after', EXAMPLES);
  withTarget(command).action(async (flags: Flags) => {
    if (flags.watch === true && flags.output === 'json') {
      throw usageFailure('-o json is one array, which --watch would never end', 'Use -o jsonl.');
    }
    const query = eventQuery(flags);
    const connection = await connect(targetOf(flags), surroundings, loadEngine);
    try {
      await listEvents(flags, query, connection, surroundings);
    } finally {
      await connection.close();
    }
  });
}

async function listEvents(
  flags: Flags,
  query: URLSearchParams,
  connection: Connection,
  surroundings: Surroundings,
): Promise<void> {
  const oneNamespace = flags.namespace?.length === 1 && flags.namespace[0]?.startsWith('!') === false;
  const printer = eventPrinter(
    { form: flags.output, namespaceColumn: !oneNamespace, header: flags.headers },
    surroundings,
  );
  const isTable = flags.output === 'table' || flags.output === 'wide';
  if (isTable && flags.limit > MOST_IN_TABLE) {
    throw usageFailure(`a table takes ${MOST_IN_TABLE} events at the most`, 'Use -o jsonl, or a smaller --limit.');
  }
  if (flags.watch === true) {
    await watchEvents({ connection, query, limit: Math.min(flags.limit, MOST_IN_TABLE), printer, surroundings });
    throw new CommandFailure(EXIT.interrupted, '');
  }
  const { more, printed } = isTable
    ? await printTable(connection, query, flags.limit, printer)
    : await printPages(connection, query, flags.limit, printer);
  await printer.end();
  if (!surroundings.stderr.isTerminal) return;
  if (printed === 0) await surroundings.stderr.write('No stored event matches.\n');
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
  const pages = eventPages(connection, query, limit);
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
