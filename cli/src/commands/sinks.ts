/** `tattle sink`: where what is stored is streamed to, what was refused there, and sending that again. */
import { type Command, Option } from 'commander';
import type { WireSinkRefusalPage, WireSinkReplayed, WireSinks } from '@tattle/contract';
import type { Connection } from '../connection.ts';
import type { LoadEngine } from '../engine.ts';
import { usageFailure } from '../failure.ts';
import { outputOption } from '../forms.ts';
import { LIST_FORMS, type ListForm, WIDE_LIST_FORMS, type WideListForm } from '../listing.ts';
import { type Manual, READING_EXITS, withManual } from '../manual.ts';
import { renderRefusals, renderSinks } from '../sink-output.ts';
import type { Surroundings } from '../surroundings.ts';
import { type TargetFlags, wholeNumber, withTarget } from './flags.ts';
import { over } from './over.ts';
import { needsServer } from './running-server.ts';

interface ListFlags extends TargetFlags {
  readonly output: WideListForm;
  readonly headers: boolean;
}

interface RefusalsFlags extends TargetFlags {
  readonly limit: number;
  readonly output: ListForm;
  readonly headers: boolean;
}

interface ReplayFlags extends TargetFlags {
  readonly all?: boolean;
}

const SINK: Manual = {
  summary: 'where what is stored is streamed to, and what was refused there',
  about: [
    'A sink streams events and incidents to another system: Loki, Elasticsearch, Kafka and others. Sinks are set in the configuration; no command prints their credentials.',
  ],
  examples: [
    ['tattle sink list', 'how far behind each is, and what is wrong'],
    ['tattle sink refusals search', 'what the other side did not take'],
    ['tattle sink replay search --all', 'once it is mended there'],
  ],
  exits: READING_EXITS,
};

const LIST: Manual = {
  summary: 'list sinks, how far behind each is, and what is wrong with it',
  about: [
    'Lists sinks as they are configured. One that fails is tried again until its other side takes what it sends; nothing is lost until then. The last error stays after all is well again.',
  ],
  examples: [
    ['tattle sink list', 'how each is doing'],
    ['tattle sink list -o wide', 'with where it sends and what it takes'],
  ],
  exits: READING_EXITS,
};

const REFUSALS: Manual = {
  summary: 'list what the other side of a sink refused for good, the newest first',
  about: [
    'Lists the records that the other side does not take because of what is in them, with what it said. The newest 1,000 of each sink are kept; -o json has the records themselves.',
  ],
  examples: [
    ['tattle sink refusals search', 'what, and why'],
    ['tattle sink refusals search --limit 1 -o json', 'the newest, whole'],
  ],
  exits: READING_EXITS,
};

const REPLAY: Manual = {
  summary: 'send again what was refused, once the other side is mended',
  about: [
    'Asks for refused records to be sent again, under the same ids: these, or all of the sink. Whoever runs the sink sends each once, soon; an incident as it is then. What is taken leaves the list.',
  ],
  examples: [
    ['tattle sink replay search 17 18', 'these two'],
    ['tattle sink replay search --all', 'everything that was refused'],
  ],
  exits: READING_EXITS,
};

export function sinkCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const sink = withManual(program.command('sink'), SINK).helpCommand(false);
  const { stdout, stderr, now } = surroundings;
  const asking = (flags: TargetFlags, work: (connection: Connection) => Promise<void>) =>
    over(flags, surroundings, loadEngine, (connection) => {
      needsServer(connection, 'could run a sink');
      return work(connection);
    });
  const hint = (text: string) => (stderr.isTerminal ? stderr.write(text) : Promise.resolve());

  const list = withManual(sink.command('list'), LIST)
    .addOption(outputOption(WIDE_LIST_FORMS, 'table'))
    .option('--no-headers', 'tables without their first line');
  withTarget(list).action((flags: ListFlags) =>
    asking(flags, async (connection) => {
      const { items } = (await connection.get('/api/v1/sinks', new URLSearchParams(), 'items')) as WireSinks;
      await stdout.write(renderSinks(items, flags, now()));
      if (items.length === 0) await hint('No sink is configured: docs/SINKS.md says how to add one.\n');
    }),
  );

  const refusals = withManual(sink.command('refusals'), REFUSALS)
    .argument('<sink>', 'its name')
    .addOption(new Option('--limit <n>', 'so many at the most').default(100).argParser(wholeNumber(1, 1000)))
    .addOption(outputOption(LIST_FORMS, 'table'))
    .option('--no-headers', 'tables without their first line');
  withTarget(refusals).action((name: string, flags: RefusalsFlags) =>
    asking(flags, async (connection) => {
      const query = new URLSearchParams({ limit: String(flags.limit) });
      const page = (await connection.get(`${sinkPath(name)}/refusals`, query, 'items')) as WireSinkRefusalPage;
      await stdout.write(renderRefusals(page.items, flags, now()));
      if (page.items.length === 0) await hint('Nothing was refused.\n');
      else if (page.nextCursor !== null) await hint(`The newest ${page.items.length} are shown; --limit shows more.\n`);
    }),
  );

  const replay = withManual(sink.command('replay'), REPLAY)
    .argument('<sink>', 'its name')
    .argument('[ids...]', 'of refusals, as tattle sink refusals lists them')
    .option('--all', 'everything that was refused');
  withTarget(replay).action((name: string, ids: readonly string[], flags: ReplayFlags) => {
    const order = replayOrder(ids, flags);
    return asking(flags, async (connection) => {
      const answer = await connection.post(`${sinkPath(name)}/refusals/replay`, order, 'waiting');
      const { waiting } = answer as WireSinkReplayed;
      await stdout.write(`${waiting} ${waiting === 1 ? 'record' : 'records'} to be sent again\n`);
    });
  });
}

function replayOrder(ids: readonly string[], { all = false }: ReplayFlags): object {
  if (all && ids.length > 0) throw usageFailure('ids and --all exclude one another', 'Give one of them.');
  if (!all && ids.length === 0) throw usageFailure('nothing says which records', 'Give ids, or --all.');
  return all ? {} : { ids };
}

/** Throws `CommandFailure` for what is no name. */
function sinkPath(name: string): string {
  // A path ends or climbs at these; no sink is called so.
  if (/^\.{0,2}$/.test(name)) throw usageFailure('that is no name of a sink', 'tattle sink list has them.');
  return `/api/v1/sinks/${encodeURIComponent(name)}`;
}
