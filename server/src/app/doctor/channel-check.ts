/** Channels: whether the host of each is found and takes a connection. Nothing is sent. */
import { CHANNEL_TYPES } from '../../notify/channels/index.ts';
import type { ChannelTarget } from '../../notify/channels/target.ts';
import { settingsOfAll } from '../../notify/configured.ts';
import type { Configuration } from '../config-schema.ts';
import { type Check, fail, ok, skipped, warn } from './check.ts';
import { reachTarget } from './reach-target.ts';

export type TellingConfiguration = Pick<Configuration, 'channels' | 'accounts' | 'notifyTo' | 'notify'>;

export interface ChannelToCheck {
  readonly name: string;
  readonly examine: (signal: AbortSignal) => Promise<Check>;
}

export async function channelChecks(
  configuration: TellingConfiguration,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const channels = channelsToCheck(configuration);
  if (channels.length === 0)
    return [skipped('channels', 'none is configured', 'Without one nobody is told of anything.')];
  return Promise.all(channels.map(({ examine }) => examine(signal)));
}

/** Those that are written out, and those that destinations such as `telegram:123` name. */
export function channelsToCheck(configuration: TellingConfiguration): readonly ChannelToCheck[] {
  return settingsOfAll({ ...configuration, to: configuration.notifyTo }).flatMap((settings) => {
    const kind = CHANNEL_TYPES.find(({ type }) => type === textOf(settings, 'type'));
    // What its kind does not take is a fault of the configuration, and told as one.
    if (kind?.schema.safeParse(settings).success !== true) return [];
    const name = textOf(settings, 'name');
    const targets = kind.targets(settings);
    return [{ name, examine: (signal) => channelCheck(name, targets, textOf(settings, 'ca'), signal) }];
  });
}

/** Of several, each gets everything: one that answers is enough for now. */
async function channelCheck(
  name: string,
  targets: readonly ChannelTarget[],
  ca: string,
  signal: AbortSignal,
): Promise<Check> {
  const subject = `channel ${name}`;
  const looks = await Promise.all(targets.map((target) => reachTarget(target, ca, signal)));
  const detail = looks.map((look) => look.detail).join('; ');
  const away = looks.filter((look) => look.mend !== '');
  if (away.length === 0) return ok(subject, `${detail}; nothing was sent`);
  const mend = [...new Set(away.map((look) => look.mend))].join(' ');
  return away.length < looks.length ? warn(subject, detail, mend) : fail(subject, detail, mend);
}

function textOf(settings: unknown, member: string): string {
  const value =
    typeof settings === 'object' && settings !== null
      ? (settings as Readonly<Record<string, unknown>>)[member]
      : undefined;
  return typeof value === 'string' ? value : '';
}
