/** `tattle delivery`: what was sent where, and sending some of it again. */
import { type Command, Option } from 'commander';
import type { WireDelivery, WireDeliveryPage, WireDeliveryReplayed } from '@tattle/contract';
import { connect } from '../connection.ts';
import { shortDuration } from '../durations.ts';
import type { LoadEngine } from '../engine.ts';
import { apiTime } from '../event-query.ts';
import { usageFailure } from '../failure.ts';
import { printable, safeJson } from '../printable.ts';
import type { Surroundings } from '../surroundings.ts';
import { Table } from '../table.ts';
import { listed, type TargetFlags, targetOf, wholeNumber, withTarget } from './flags.ts';

const STATUSES = ['pending', 'delivered', 'dead', 'suppressed', 'disabled'];
const FORMS = ['table', 'json', 'jsonl', 'name'] as const;

interface ListFlags extends TargetFlags {
  readonly status?: readonly string[];
  readonly channel?: string;
  readonly since?: string;
  readonly limit: number;
  readonly output: (typeof FORMS)[number];
  readonly headers: boolean;
}

interface ReplayFlags extends TargetFlags {
  readonly from?: string;
  readonly to?: string;
  readonly status?: readonly string[];
  readonly channel?: string;
}

export function deliveryCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const delivery = program.command('delivery').description('what was sent where, and sending some of it again');
  const list = delivery
    .command('list')
    .description('list deliveries, the newest first')
    .option('--status <statuses>', `with these: ${STATUSES.join(', ')}`, listed)
    .option('--channel <name>', 'to this channel')
    .option('--since <time>', 'made after: 30m, 2d12h, or 2026-01-31T14:00:00Z')
    .addOption(new Option('--limit <n>', 'so many at the most').default(100).argParser(wholeNumber(1, 1000)))
    .addOption(new Option('-o, --output <form>', 'the form').choices(FORMS).default('table'))
    .option('--no-headers', 'tables without their first line')
    .addHelpText(
      'after',
      '\nExamples:\n  tattle delivery list --status dead,disabled\n  tattle delivery list --status dead -o name | xargs tattle delivery replay',
    );
  withTarget(list).action((flags: ListFlags) => listDeliveries(flags, surroundings, loadEngine));

  const replay = delivery
    .command('replay')
    .description('send deliveries again, under the same id')
    .argument('[ids...]', 'these ones')
    .option('--from <time>', 'or those made in a range: 1h, or 2026-01-31T14:00:00Z')
    .option('--to <time>', 'the end of the range (default: now)')
    .option(
      '--status <statuses>',
      'in the range, with these: dead, disabled, delivered (default: dead, disabled)',
      listed,
    )
    .option('--channel <name>', 'in the range, to this channel')
    .addHelpText(
      'after',
      '\nExamples:\n  tattle delivery replay 42 43\n  tattle delivery replay --from 6h --channel webhook',
    );
  withTarget(replay).action((ids: string[], flags: ReplayFlags) =>
    replayDeliveries(ids, flags, surroundings, loadEngine),
  );
}

async function listDeliveries(flags: ListFlags, surroundings: Surroundings, loadEngine: LoadEngine): Promise<void> {
  const query = new URLSearchParams({ limit: String(flags.limit) });
  for (const status of flags.status ?? []) query.append('status', status);
  if (flags.channel !== undefined) query.set('channel', flags.channel);
  if (flags.since !== undefined) query.set('from', apiTime('--since', flags.since));
  const connection = await connect(targetOf(flags), surroundings, loadEngine);
  try {
    const page = (await connection.get('/api/v1/deliveries', query)) as WireDeliveryPage;
    await surroundings.stdout.write(rendered(page.items, flags, surroundings.now()));
    if (page.partial && surroundings.stderr.isTerminal) {
      await surroundings.stderr.write(`The newest ${page.items.length} are shown; --limit shows more.\n`);
    }
  } finally {
    await connection.close();
  }
}

function rendered(
  items: readonly WireDelivery[],
  { output, headers }: Pick<ListFlags, 'output' | 'headers'>,
  now: number,
): string {
  switch (output) {
    case 'json':
      return `${safeJson(items, 2)}\n`;
    case 'jsonl':
      return items.map((item) => `${safeJson(item)}\n`).join('');
    case 'name':
      return items.map(({ id }) => `${printable(id)}\n`).join('');
    case 'table':
      return new Table(['ID', 'AGE', 'CHANNEL', 'NOTICE', 'STATUS', 'ATTEMPTS', 'NEXT TRY', 'LAST ERROR']).render(
        items.map((item) => deliveryRow(item, now)),
        headers && items.length > 0,
      );
  }
}

function deliveryRow(item: WireDelivery, now: number): readonly string[] {
  const age = shortDuration(now - Date.parse(item.createdAt));
  const next = item.nextAttemptAt === null ? '' : `in ${shortDuration(Date.parse(item.nextAttemptAt) - now)}`;
  return [item.id, age, item.channel, item.notice, item.status, String(item.attempts), next, item.lastError ?? ''].map(
    printable,
  );
}

async function replayDeliveries(
  ids: readonly string[],
  flags: ReplayFlags,
  surroundings: Surroundings,
  loadEngine: LoadEngine,
): Promise<void> {
  const order = replayOrder(ids, flags);
  const connection = await connect(targetOf(flags), surroundings, loadEngine);
  try {
    const { replayed } = (await connection.post('/api/v1/deliveries/replay', order)) as WireDeliveryReplayed;
    await surroundings.stdout.write(`${replayed} ${replayed === 1 ? 'delivery' : 'deliveries'} put back\n`);
    if (!connection.live && replayed > 0) {
      await surroundings.stderr.write('No server runs here: they are sent when one starts (tattle serve).\n');
    }
  } finally {
    await connection.close();
  }
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
