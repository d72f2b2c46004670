/** `tattle channel`: where notices go, whether they get there, and what they look like. */
import { type Command, Option } from 'commander';
import type { WireChannelPreview, WireChannels } from '@tattle/contract';
import { renderChannels, testedText } from '../channel-output.ts';
import { channelPath, testChannel } from '../channel-test.ts';
import type { Connection } from '../connection.ts';
import type { LoadEngine } from '../engine.ts';
import { CommandFailure, EXIT } from '../failure.ts';
import { outputOption, structured, type TextForm } from '../forms.ts';
import { incidentId } from '../incident-path.ts';
import { WIDE_LIST_FORMS, type WideListForm } from '../listing.ts';
import { type Manual, READING_EXITS, withManual } from '../manual.ts';
import { printable } from '../printable.ts';
import { Progress } from '../progress.ts';
import type { Surroundings } from '../surroundings.ts';
import { stretchOf } from '../time-flags.ts';
import { type TargetFlags, withTarget } from './flags.ts';
import { withForm } from './incident-acts.ts';
import { over } from './over.ts';
import { needsServer } from './running-server.ts';

const NOTICES = ['opened', 'worse', 'diagnosed', 'acknowledged', 'resolved', 'test'] as const;

interface ListFlags extends TargetFlags {
  readonly output: WideListForm;
  readonly headers: boolean;
}

interface TestFlags extends TargetFlags {
  readonly wait: string;
  readonly output: TextForm;
}

interface PreviewFlags extends TargetFlags {
  readonly incident?: string;
  readonly notice: (typeof NOTICES)[number];
  readonly output: TextForm;
}

const CHANNEL: Manual = {
  summary: 'where notices go, whether they get there, and what they look like',
  about: [
    'A channel is a way to tell people or tools: a webhook, a chat, e-mail. Channels are set in the configuration; no command prints their credentials.',
  ],
  examples: [
    ['tattle channel list', 'how each is doing'],
    ['tattle channel test ops', 'does it get there?'],
    ['tattle channel preview ops --incident 3f2a', 'what would it say of this incident?'],
  ],
  exits: READING_EXITS,
};

const LIST: Manual = {
  summary: 'list channels, and how each is doing',
  about: [
    'Lists channels by name. One that is failing is left alone for a while, since several calls failed; one that is off answered that it is gone (HTTP 410), and stays off until something is sent to it again.',
  ],
  examples: [
    ['tattle channel list', 'when something last reached each'],
    ['tattle channel list -o name | xargs -n 1 tattle channel test', 'try them all'],
  ],
  exits: READING_EXITS,
};

const TEST: Manual = {
  summary: 'send a test message, and follow it until it got there',
  about: [
    'Sends a message that says of itself that it is a test, by the way that every message takes, and waits until it is delivered. Where it is not, it says why, and exits with 5.',
  ],
  examples: [
    ['tattle channel test ops', 'for half a minute at the most'],
    ['tattle channel test ops --wait 2m && echo reached', 'in a script'],
  ],
  exits: [...READING_EXITS, 'wrong'],
  meanings: { failed: 'it failed, or the message was still on its way', wrong: 'the channel did not take it' },
};

const PREVIEW: Manual = {
  summary: 'print what a channel would send; nothing is sent',
  about: [
    'Prints the body that a channel would send of an incident, or of a made-up one, with its templates and in its format. Credentials are left out.',
  ],
  examples: [
    ['tattle channel preview ops', 'of a made-up incident'],
    ['tattle channel preview ops --incident 3f2a --notice resolved', 'of this one, as if it were over'],
  ],
  exits: READING_EXITS,
};

export function channelCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const channel = withManual(program.command('channel'), CHANNEL).helpCommand(false);
  const { stdout, stderr, now } = surroundings;
  const telling = (flags: TargetFlags, work: (connection: Connection) => Promise<void>) =>
    over(flags, surroundings, loadEngine, (connection) => {
      needsServer(connection, 'could tell anybody');
      return work(connection);
    });

  const list = withManual(channel.command('list'), LIST)
    .addOption(outputOption(WIDE_LIST_FORMS, 'table'))
    .option('--no-headers', 'tables without their first line');
  withTarget(list).action((flags: ListFlags) =>
    telling(flags, async (connection) => {
      const answer = await connection.get('/api/v1/channels', new URLSearchParams(), 'items');
      const { items } = answer as WireChannels;
      await stdout.write(renderChannels(items, flags, now()));
      if (items.length === 0 && stderr.isTerminal) await stderr.write('No channel is configured: nobody is told.\n');
    }),
  );

  const test = withManual(channel.command('test'), TEST)
    .argument('<channel>', 'its name')
    .option('--wait <time>', 'for so long at the most: 30s, 2m', '30s');
  withTarget(withForm(test)).action((name: string, flags: TestFlags) => {
    const waitMs = stretchOf('--wait', flags.wait);
    return telling(flags, (connection) => followTest(name, waitMs, flags, connection, surroundings));
  });

  const preview = withManual(channel.command('preview'), PREVIEW)
    .argument('<channel>', 'its name')
    .option('--incident <id>', 'of this incident (default: a made-up one)')
    .addOption(new Option('--notice <kind>', 'what there is to tell').choices(NOTICES).default('opened'));
  withTarget(withForm(preview)).action((name: string, { incident, notice, output, ...target }: PreviewFlags) =>
    telling(target, async (connection) => {
      const body = { notice, ...(incident === undefined ? {} : { incident: incidentId(incident) }) };
      const answer = await connection.post(`${channelPath(name)}/preview`, body, 'contentType');
      const previewed = answer as WireChannelPreview;
      await stdout.write(output === 'text' ? previewText(previewed, stdout.isTerminal) : structured(previewed, output));
    }),
  );
}

async function followTest(
  name: string,
  waitMs: number,
  { output }: TestFlags,
  connection: Connection,
  surroundings: Surroundings,
): Promise<void> {
  const { stdout, now } = surroundings;
  const progress = new Progress(surroundings, output === 'text');
  const onLook = () => progress.say(`${printable(name)}: on its way …`);
  const followed = testChannel(name, connection, { waitMs, onLook, surroundings });
  const delivery = await followed.finally(() => progress.end());
  if (delivery === null) throw new CommandFailure(EXIT.failed, 'the delivery was made, and cannot be found any more');
  await stdout.write(output === 'text' ? testedText(name, delivery, now()) : structured(delivery, output));
  if (delivery.status === 'delivered') return;
  const isUnderWay = delivery.status === 'pending' && delivery.lastError === null;
  throw new CommandFailure(isUnderWay ? EXIT.failed : EXIT.wrong, '');
}

/** As it would be sent; on a terminal JSON is laid out, and nothing in it is obeyed. */
function previewText({ body, contentType }: WireChannelPreview, isTerminal: boolean): string {
  if (!isTerminal) return body.endsWith('\n') ? body : `${body}\n`;
  const text = /\bjson\b/.test(contentType) ? laidOut(body) : body;
  return `${text.trimEnd().split(/\r?\n/).map(printable).join('\n')}\n`;
}

function laidOut(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
