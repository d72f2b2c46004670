/** The channels in force: those of the configuration, and those that people added, as every replica sees them. */
import type { ChannelView } from '../../api/runtime-channels.ts';
import { followStored } from '../../kit/follow-stored.ts';
import { Turns } from '../../kit/turns.ts';
import type { Channel } from '../../model/delivery.ts';
import type { ChannelStore } from '../../model/ports/telling.ts';
import type { Clock, Logger } from '../../model/ports/process.ts';
import type { StoredChannel } from '../../model/stored-channel.ts';
import type { ChannelContext } from '../../notify/channels/channel-type.ts';
import type { SwitchBoard } from '../channel-switch.ts';
import { type KeptChannel, opened, versionOf } from './kept-channel.ts';
import type { KeyReading, SecretKey } from './secret-key.ts';

export interface LiveChannelsParts {
  readonly store: Pick<ChannelStore, 'channels' | 'onChannelsChange'>;
  /** Of the configuration: they win over one of the same name. */
  readonly configured: readonly Channel[];
  readonly secretKey: Pick<SecretKey, 'read' | 'place'>;
  /** Of what people enter, which is never trusted. */
  readonly context: ChannelContext & { readonly trusted: false };
  readonly switches: Pick<SwitchBoard, 'refresh'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class LiveChannels {
  readonly #parts: LiveChannelsParts;
  readonly #turns = new Turns();
  readonly #configured: ReadonlyMap<string, Channel>;
  #kept: ReadonlyMap<string, KeptChannel> = new Map();
  #all: readonly Channel[];

  constructor(parts: LiveChannelsParts) {
    this.#parts = parts;
    this.#configured = new Map(parts.configured.map((channel) => [channel.name, channel]));
    this.#all = parts.configured;
  }

  /** The same list until something changes, and the same channel until it does. */
  all(): readonly Channel[] {
    return this.#all;
  }

  has(name: string): boolean {
    return this.#all.some((channel) => channel.name === name);
  }

  /** Of the configuration. */
  configured(name: string): Channel | undefined {
    return this.#configured.get(name);
  }

  about(name: string): Pick<ChannelView, 'origin' | 'broken'> {
    if (this.#configured.has(name)) return { origin: 'configuration', broken: null };
    return { origin: 'runtime', broken: this.#kept.get(name)?.broken ?? null };
  }

  /** Reads what is kept, and which of them are switched off. Throws `StoreUnavailable`. */
  load(): Promise<void> {
    return this.#turns.run(async () => {
      await this.#parts.switches.refresh();
      await this.#read();
    });
  }

  /** Nothing else is read or changed here until `work` has ended; `read` gives those that are kept now, and puts them in force. */
  alone<T>(work: (read: () => Promise<ReadonlyMap<string, KeptChannel>>) => Promise<T>): Promise<T> {
    return this.#turns.run(() => work(() => this.#read()));
  }

  /** Follows changes of other replicas until the signal aborts. */
  follow(signal: AbortSignal): Promise<void> {
    const { store, clock, logger } = this.#parts;
    const onUnread = (error: unknown) =>
      logger.warn({ err: error }, 'the channels could not be refreshed; those in force stay');
    const onChange = (wake: () => void) => store.onChannelsChange(wake);
    return followStored({ onChange, load: () => this.load(), onUnread, clock }, signal);
  }

  async #read(): Promise<ReadonlyMap<string, KeptChannel>> {
    const { store, secretKey, configured } = this.#parts;
    const rows = await store.channels();
    const reading: KeyReading = rows.length === 0 ? { kind: 'none' } : await secretKey.read();
    this.#kept = new Map(rows.map((row) => [row.name, this.#adopted(row, reading)]));
    const added = [...this.#kept.values()].filter(({ channel }) => !this.#configured.has(channel.name));
    this.#all = [...configured, ...added.map(({ channel }) => channel)];
    return this.#kept;
  }

  /** What is as it was stays the same channel, with all that it remembers. A broken one is tried again: its key may be back. */
  #adopted(row: StoredChannel, reading: KeyReading): KeptChannel {
    const { secretKey, context } = this.#parts;
    const known = this.#kept.get(row.name);
    const isSame = known !== undefined && versionOf(known.stored) === versionOf(row);
    if (isSame && known.broken === null) return known;
    const next = opened(row, { reading, place: secretKey.place }, context);
    if (next.broken !== known?.broken) this.#tell(next);
    return isSame && known.broken === next.broken ? known : next;
  }

  #tell({ stored: { name }, broken }: KeptChannel): void {
    const { logger } = this.#parts;
    if (broken !== null) logger.error({ channel: name, why: broken }, 'a channel cannot send until it is mended');
    if (this.#configured.has(name)) {
      logger.warn({ channel: name }, 'a channel of the configuration hides the one of this name that somebody added');
    }
  }
}
