/** Presses on buttons in chats: checked against every channel of that chat, done, and answered in time. */
import type { ChatActs, ChatActsOutcome } from '../../api/chat-acts.ts';
import type { Press, PressReading, SignedRequest } from '../../model/button.ts';
import type { Channel } from '../../model/delivery.ts';
import type { Logger, Metrics } from '../../model/ports/process.ts';
import { type Performed, performPress, type PerformParts, type SaidOfPress } from './perform-press.ts';

export interface ChatActsParts extends PerformParts {
  readonly channels: () => readonly Channel[];
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Left out, as long as the chats wait, less what the way there takes. */
  readonly answerWithinMs?: number;
}

export interface ChatActsService {
  readonly acts: ChatActs;
  /** What is under way is answered, or given up. */
  close(): Promise<void>;
}

/** Slack and Discord wait for three seconds. */
const ANSWER_WITHIN_MS = 2000;
/** An answer that comes later than this is of no use to whoever pressed. */
const LATER_WITHIN_MS = 30_000;
/** A press costs a few questions to the store: more than this at once is no people. */
const MOST_UNDER_WAY = 50;

type ChatChannel = Channel & { readonly buttons: NonNullable<Channel['buttons']> };

interface Pressed {
  readonly channel: ChatChannel;
  readonly press: Press;
}

export function createChatActs(parts: ChatActsParts): ChatActsService {
  const { clock, logger, metrics, answerWithinMs = ANSWER_WITHIN_MS } = parts;
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();

  const acts: ChatActs = async (chat, request) => {
    const readings = readingsOf(parts.channels(), chat, request, clock.now());
    const pressed = readings.find(isPress);
    if (pressed === undefined) return unpressed(readings);
    if (underWay.size < MOST_UNDER_WAY) return answered(pressed);
    counted(pressed.reading.press, 'busy');
    return { kind: 'busy' };
  };

  async function answered({ channel, reading: { press } }: ReadPress): Promise<ChatActsOutcome> {
    const { buttons } = channel;
    let inTime = true;
    const late = new AbortController();
    const said = performPress(press, channel, parts)
      .catch((error: unknown) => faulty(error, press))
      .then((performed) => (counted(press, performed.outcome), performed.said));
    const answer = said.then((words) => (inTime ? buttons.answer(words) : null));
    own(
      answer.then(async (done) => {
        late.abort();
        if (done === null) await answerLater({ channel, press }, await said);
      }),
    );
    const timeUp = clock.sleep(answerWithinMs, late.signal).then(
      () => ((inTime = false), null),
      () => null,
    );
    const first = await Promise.race([answer, timeUp]);
    return { kind: 'answered', answer: first ?? buttons.heard };
  }

  async function answerLater({ channel, press }: Pressed, said: SaidOfPress): Promise<void> {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(LATER_WITHIN_MS)]);
    const fault = await channel.buttons.answerLater(press, said, signal).catch(() => 'the request failed');
    if (fault !== null) logger.warn({ channel: channel.name, fault }, 'whoever pressed a button could not be answered');
  }

  function counted({ act }: Press, outcome: Performed['outcome'] | 'busy'): void {
    metrics.count('tattle_button_presses_total', { act, outcome });
  }

  function faulty(error: unknown, { act, incidentId }: Press): Performed {
    logger.error({ err: error, act, incident: incidentId }, 'a press on a button could not be done');
    const text = 'It could not be done now, and nothing has changed: press again.';
    return { said: { kind: 'told', text, to: 'presser' }, outcome: 'failed' };
  }

  function own(work: Promise<void>): void {
    const owned = work
      .catch((error: unknown) => logger.error({ err: error }, 'the answer to a press on a button failed'))
      .finally(() => underWay.delete(owned));
    underWay.add(owned);
  }

  return {
    acts,
    async close() {
      closing.abort(new Error('stopping'));
      await Promise.all(underWay);
    },
  };
}

interface Read<Reading extends PressReading = PressReading> {
  readonly channel: ChatChannel;
  readonly reading: Reading;
}
type ReadPress = Read<Extract<PressReading, { readonly kind: 'pressed' }>>;

function readingsOf(channels: readonly Channel[], chat: string, request: SignedRequest, now: number): readonly Read[] {
  const asked = channels.filter((channel): channel is ChatChannel => channel.type === chat && 'buttons' in channel);
  return asked.map((channel) => ({ channel, reading: channel.buttons.read(request, now) }));
}

function isPress(read: Read): read is ReadPress {
  return read.reading.kind === 'pressed';
}

function unpressed(readings: readonly Read[]): ChatActsOutcome {
  for (const { reading } of readings)
    if (reading.kind === 'greeting') return { kind: 'answered', answer: reading.answer };
  const other = readings.find(({ reading }) => reading.kind === 'other');
  return other === undefined ? { kind: 'unsigned' } : { kind: 'answered', answer: other.channel.buttons.heard };
}
