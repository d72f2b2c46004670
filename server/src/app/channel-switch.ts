/** Which channels answered 410 and are off until a person looks: kept in the settings, so that a restart does not wake them. */
import type { Clock, SettingsStore } from '../model/ports.ts';
import type { OutboxRunnerOptions } from '../notify/outbox-runner.ts';

type ChannelSwitch = OutboxRunnerOptions['channelSwitch'];

const KEY = 'channels.off';

export async function loadChannelSwitch(settings: SettingsStore, clock: Clock): Promise<ChannelSwitch> {
  const saved = (await settings.loadSettings())[KEY];
  const off = new Map(Object.entries(isRecord(saved) ? saved : {}));
  return {
    isOff: (channel) => off.has(channel),
    switchOff: async (channel, why) => {
      off.set(channel, why);
      await settings.saveSetting(KEY, Object.fromEntries(off), 'outbox', clock.now());
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
