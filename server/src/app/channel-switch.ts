/**
 * Which channels answered 410 and are off until a person looks: kept in the settings, so that a restart does not wake them.
 * Replaying a delivery to a channel is what switches it on again.
 */
import type { Clock, Outbox, SettingsStore } from '../model/ports.ts';
import type { OutboxRunnerOptions } from '../notify/outbox-runner.ts';

const KEY = 'channels.off';
/** Deliveries looked at for the channels that a replay is about. */
const REPLAYED_AT_MOST = 10_000;

export interface SwitchBoard {
  /** The outbox runner's side of it. */
  readonly board: OutboxRunnerOptions['channelSwitch'];
  switchOn(channel: string, by: string): Promise<void>;
}

export async function loadSwitchBoard(settings: SettingsStore, clock: Clock): Promise<SwitchBoard> {
  const saved = (await settings.loadSettings())[KEY];
  const off = new Map(Object.entries(isRecord(saved) ? saved : {}));
  const save = (by: string) => settings.saveSettings({ [KEY]: Object.fromEntries(off) }, by, clock.now());
  return {
    board: {
      isOff: (channel) => off.has(channel),
      switchOff: async (channel, why) => {
        off.set(channel, why);
        await save('tattle');
      },
    },
    switchOn: async (channel, by) => {
      if (off.delete(channel)) await save(by);
    },
  };
}

/** The outbox as people see it: what they replay is to be sent, so its channels are on again, and the runner is told. */
export function replayingOutbox(outbox: Outbox, switches: SwitchBoard, onReplayed: () => void): Outbox {
  return {
    addDeliveries: (...args) => outbox.addDeliveries(...args),
    claimDeliveries: (...args) => outbox.claimDeliveries(...args),
    finishDelivery: (...args) => outbox.finishDelivery(...args),
    deliveries: (filter) => outbox.deliveries(filter),
    replayDeliveries: async (filter, now) => {
      const { items: meant } = await outbox.deliveries({ ...filter, limit: REPLAYED_AT_MOST });
      for (const channel of new Set(meant.map((delivery) => delivery.channel)))
        await switches.switchOn(channel, 'tattle');
      const count = await outbox.replayDeliveries(filter, now);
      if (count > 0) onReplayed();
      return count;
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
