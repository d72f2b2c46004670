/**
 * Says again, to ends that forget what is not repeated, what they were told of incidents that go on, and for a while that others are
 * over. Saying it twice changes nothing, so that each replica may do it.
 */
import type { Channel, KeepAlive } from '../model/delivery.ts';
import type { Clock, Logger, Metrics } from '../model/ports/process.ts';
import type { OpenTold } from '../model/ports/telling.ts';

export interface KeepAliveOptions {
  readonly told: OpenTold;
  /** The channels as they are configured now; asked again each time. */
  channels(): readonly Channel[];
  /** Whether its endpoint has switched the channel off. */
  isOff(channel: string): boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

type KeptAlive = Channel & { readonly keepAlive: KeepAlive };

/** Of one channel; what lies beyond is left to be forgotten, the oldest first. */
const MOST_INCIDENTS = 10_000;
/** How often it is looked whether there is such a channel by now. */
const LOOK_MS = 60_000;

/** Runs until the signal aborts. A channel that fails is tried again next time. */
export async function keepAlive(options: KeepAliveOptions, signal: AbortSignal): Promise<void> {
  const { clock } = options;
  const failing = new Map<string, string>();
  while (!signal.aborted) {
    const began = clock.now();
    const channels = options
      .channels()
      .filter(isKeptAlive)
      .filter(({ name }) => !options.isOff(name));
    await Promise.all(channels.map((channel) => sayAgain(channel, options, failing, signal)));
    const pause = Math.min(LOOK_MS, ...channels.map(({ keepAlive: { everyMs } }) => everyMs));
    await clock.sleep(Math.max(0, began + pause - clock.now()), signal).catch(() => undefined);
  }
}

function isKeptAlive(channel: Channel): channel is KeptAlive {
  return channel.keepAlive !== undefined;
}

async function sayAgain(
  { name, keepAlive: kept }: KeptAlive,
  { told, clock, logger, metrics }: KeepAliveOptions,
  failing: Map<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const read = async () => {
    const incidents = await told.openTold(name, clock.now() - kept.endedForMs, MOST_INCIDENTS);
    if (incidents.length === MOST_INCIDENTS) {
      logger.warn({ channel: name, incidents: MOST_INCIDENTS }, 'more incidents are open than are said again');
    }
    return incidents;
  };
  try {
    const failures = (await kept.push(read, signal)).join('; ');
    if (signal.aborted) return;
    metrics.count('tattle_keep_alive_pushes_total', { channel: name, result: failures === '' ? 'taken' : 'failed' });
    if (failures === (failing.get(name) ?? '')) return;
    // Once for each change, not once a minute.
    if (failures === '') logger.info({ channel: name }, 'all of the channel’s ends are told again');
    else
      logger.warn(
        { channel: name, error: failures },
        'what goes on could not be said again to all of the channel’s ends',
      );
    failing.set(name, failures);
  } catch (error) {
    if (signal.aborted) return;
    metrics.count('tattle_keep_alive_pushes_total', { channel: name, result: 'failed' });
    logger.warn({ err: error, channel: name }, 'what goes on could not be said again');
  }
}
