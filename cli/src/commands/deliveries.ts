/** `tattle delivery`: what was sent where, and sending some of it again. */
import { type Command, Option } from 'commander';
import type { WireDelivery, WireDeliveryPage, WireDeliveryReplayed } from '@tattle/contract';
import { shortDuration } from '../durations.ts';
import type { LoadEngine } from '../engine.ts';
import { apiTime } from '../event-query.ts';
import { usageFailure } from '../failure.ts';
import { outputOption } from '../forms.ts';
import { incidentId } from '../incident-path.ts';
import { LIST_FORMS, type ListForm, listed } from '../listing.ts';
import { type Manual, READING_EXITS, withManual } from '../manual.ts';
import type { Surroundings } from '../surroundings.ts';
import { listedOf, type TargetFlags, wholeNumber, withTarget } from './flags.ts';
import { over } from './over.ts';

const STATUSES = ['pending', 'delivered', 'dead', 'suppressed', 'disabled'];
const REPLAYED = ['dead', 'disabled', 'delivered'];
const COLUMNS = ['ID', 'AGE', 'CHANNEL', 'NOTICE', 'STATUS', 'ATTEMPTS', 'NEXT TRY', 'LAST ERROR'];

const DELIVERY: Manual = {
  summary: 'what was sent where, and sending some of it again',
  about: [
    'A delivery is one notice to one channel. It is tried again, ever less often, until it is delivered or dead; a channel that answers 410 is switched off (disabled) until something is sent to it again.',
  ],
  examples: [
    ['tattle delivery list --status dead,disabled', 'what did not get through'],
    ['tattle delivery replay --from 6h --channel webhook', 'once the other side is back'],
  ],
  exits: READING_EXITS,
};

const LIST: Manual = {
  summary: 'list deliveries, the newest first',
  about: ['Lists deliveries, the newest first, with how often each was tried and what its last try ended in.'],
  examples: [
    ['tattle delivery list --status dead,disabled', 'what did not get through'],
    ['tattle delivery list --status dead -o name | xargs tattle delivery replay', 'and once more'],
  ],
  exits: READING_EXITS,
};

const REPLAY: Manual = {
  summary: 'send deliveries again, under the same id',
  about: [
    'Puts deliveries back, so that they are sent again under the same id: by their ids, or all of a range of time. A channel that was switched off is switched on again. Where no server runs, they are sent when one starts.',
  ],
  examples: [
    ['tattle delivery replay 42 43', 'these two'],
    ['tattle delivery replay --from 6h --channel webhook', 'what one channel missed since'],
  ],
  exits: READING_EXITS,
};

interface ListFlags extends TargetFlags {
  readonly status?: readonly string[];
  readonly channel?: string;
  readonly incident?: string;
  readonly since?: string;
  readonly limit: number;
  readonly output: ListForm;
  readonly headers: boolean;
}

interface ReplayFlags extends TargetFlags {
  readonly from?: string;
  readonly to?: string;
  readonly status?: readonly string[];
  readonly channel?: string;
}

export function deliveryCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const delivery = withManual(program.command('delivery'), DELIVERY).helpCommand(false);
  const list = withManual(delivery.command('list'), LIST)
    .option('--status <statuses>', `with these: ${STATUSES.join(', ')}`, listedOf(STATUSES))
    .option('--channel <name>', 'to this channel')
    .option('--incident <id>', 'about this incident, by its whole id')
    .option('--since <time>', 'made after: 30m, 2d12h, or 2026-01-31T14:00:00Z')
    .addOption(new Option('--limit <n>', 'so many at the most').default(100).argParser(wholeNumber(1, 1000)))
    .addOption(outputOption(LIST_FORMS, 'table'))
    .option('--no-headers', 'tables without their first line');
  withTarget(list).action((flags: ListFlags) => listDeliveries(flags, surroundings, loadEngine));

  const replay = withManual(delivery.command('replay'), REPLAY)
    .argument('[ids...]', 'these ones')
    .option('--from <time>', 'or those made in a range: 1h, or 2026-01-31T14:00:00Z')
    .option('--to <time>', 'the end of the range (default: now)')
    .option(
      '--status <statuses>',
      'in the range, with these: dead, disabled, delivered (default: dead, disabled)',
      listedOf(REPLAYED),
    )
    .option('--channel <name>', 'in the range, to this channel');
  withTarget(replay).action((ids: string[], flags: ReplayFlags) =>
    replayDeliveries(ids, flags, surroundings, loadEngine),
  );
}

async function listDeliveries(flags: ListFlags, surroundings: Surroundings, loadEngine: LoadEngine): Promise<void> {
  const query = new URLSearchParams({ limit: String(flags.limit) });
  for (const status of flags.status ?? []) query.append('status', status);
  if (flags.channel !== undefined) query.set('channel', flags.channel);
  if (flags.incident !== undefined) query.set('incident', incidentId(flags.incident));
  if (flags.since !== undefined) query.set('from', apiTime('--since', flags.since));
  await over(flags, surroundings, loadEngine, async (connection) => {
    const { items, partial } = (await connection.get('/api/v1/deliveries', query, 'items')) as WireDeliveryPage;
    const now = surroundings.now();
    const listing = {
      nameOf: ({ id }: WireDelivery) => id,
      columns: COLUMNS,
      row: (item: WireDelivery) => row(item, now),
    };
    await surroundings.stdout.write(listed(items, flags, listing));
    if (!surroundings.stderr.isTerminal) return;
    if (items.length === 0) await surroundings.stderr.write('No delivery matches.\n');
    else if (partial) await surroundings.stderr.write(`The newest ${items.length} are shown; --limit shows more.\n`);
  });
}

function row(item: WireDelivery, now: number): readonly string[] {
  const age = shortDuration(now - Date.parse(item.createdAt));
  const next = item.nextAttemptAt === null ? '' : `in ${shortDuration(Date.parse(item.nextAttemptAt) - now)}`;
  return [item.id, age, item.channel, item.notice, item.status, String(item.attempts), next, item.lastError ?? ''];
}

async function replayDeliveries(
  ids: readonly string[],
  flags: ReplayFlags,
  surroundings: Surroundings,
  loadEngine: LoadEngine,
): Promise<void> {
  const order = replayOrder(ids, flags);
  await over(flags, surroundings, loadEngine, async (connection) => {
    const answer = await connection.post('/api/v1/deliveries/replay', order, 'replayed');
    const { replayed } = answer as WireDeliveryReplayed;
    await surroundings.stdout.write(`${replayed} ${replayed === 1 ? 'delivery' : 'deliveries'} put back\n`);
    if (connection.live || replayed === 0) return;
    await surroundings.stderr.write('No server runs here: they are sent when one starts (tattle serve).\n');
  });
}

function replayOrder(ids: readonly string[], { from, to, status, channel }: ReplayFlags): object {
  const ranged = [from, to, status, channel].some((value) => value !== undefined);
  if (ids.length > 0 && ranged) throw usageFailure('ids and a range exclude one another', 'Give one of them.');
  if (ids.length > 0) return { ids };
  if (from === undefined) throw usageFailure('nothing says which deliveries', 'Give ids, or --from 6h.');
  return {
    from: apiTime('--from', from),
    to: to === undefined ? 'now' : apiTime('--to', to),
    ...(status === undefined ? {} : { status }),
    ...(channel === undefined ? {} : { channel }),
  };
}
