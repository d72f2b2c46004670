/**
 * Which channels answered 410 and are off until a person looks: kept in the settings, so that a restart does not wake them.
 * Replaying a delivery to a channel is what switches it on again, or changing it.
 */
import { Turns } from '../kit/turns.ts';
import type { Clock } from '../model/ports/process.ts';
import { ConflictError } from '../model/ports/store.ts';
import type { Outbox } from '../model/ports/telling.ts';
import type { SettingsStore } from '../model/ports/access.ts';
import type { OutboxRunnerOptions } from '../notify/outbox-runner.ts';

const KEY = 'channels.off';
/** Deliveries looked at for the channels that a replay is about. */
const REPLAYED_AT_MOST = 10_000;
const CONFLICT_TRIES = 5;

export interface SwitchBoard {
  /** The outbox runner's side of it. */
  readonly board: OutboxRunnerOptions['channelSwitch'];
  switchOn(channel: string, by: string): Promise<void>;
  /** Reads what other replicas have switched. */
  refresh(): Promise<void>;
}

export async function loadSwitchBoard(settings: SettingsStore, clock: Clock): Promise<SwitchBoard> {
  const turns = new Turns();
  let off = offIn(await settings.loadSettings());
  /** In what is saved by now: another replica may have switched another channel. */
  const change = (by: string, edit: (off: Map<string, unknown>) => boolean): Promise<void> =>
    turns.run(async () => {
      for (let attempt = 1; ; attempt += 1) {
        const seen = await settings.loadSettings();
        const next = offIn(seen);
        const isChanged = edit(next);
        off = next;
        if (!isChanged) return;
        try {
          return await settings.saveSettings({ [KEY]: Object.fromEntries(next) }, by, clock.now(), seen);
        } catch (error) {
          if (!(error instanceof ConflictError) || attempt === CONFLICT_TRIES) throw error;
        }
      }
    });
  return {
    board: {
      isOff: (channel) => off.has(channel),
      switchOff: async (channel, why) => {
        // At once, whether or not it can be saved.
        off.set(channel, why);
        await change('tattle', (saved) => !saved.has(channel) && saved.set(channel, why).size > 0);
      },
    },
    switchOn: (channel, by) => change(by, (saved) => saved.delete(channel)),
    refresh: () =>
      turns.run(async () => {
        off = offIn(await settings.loadSettings());
      }),
  };
}

function offIn(settings: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const saved = settings[KEY];
  return new Map(Object.entries(isRecord(saved) ? saved : {}));
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
