/** What people do to channels: added, changed and removed in the store, in force at once here, and told to other replicas. */
import type {
  ChannelOutcome,
  ChannelView,
  ChannelWish,
  DraftNotice,
  DraftOutcome,
  RuntimeChannels,
} from '../../api/runtime-channels.ts';
import type { SealKey } from '../../kit/seal.ts';
import type { ChannelStore } from '../../model/ports/telling.ts';
import type { Clock, Logger } from '../../model/ports/process.ts';
import type { StoredChannel } from '../../model/stored-channel.ts';
import type { ChannelContext, ChannelType } from '../../notify/channels/channel-type.ts';
import { CHANNEL_TYPES } from '../../notify/channels/index.ts';
import type { SwitchBoard } from '../channel-switch.ts';
import { settle, type SplitSettings } from './channel-settings.ts';
import { channelTypes, configuredView, keptView } from './channel-views.ts';
import { previewDraft, unknownType } from './draft-preview.ts';
import { type KeptChannel, sealed, versionOf } from './kept-channel.ts';
import type { LiveChannels } from './live-channels.ts';
import type { SecretKey } from './secret-key.ts';

export interface ChannelChangesParts {
  readonly live: LiveChannels;
  readonly store: ChannelStore;
  /** What the channels of the configuration were made of. */
  readonly configuredSettings: readonly unknown[];
  /** Names of the routes that tell a channel. */
  readonly routesTo: (name: string) => readonly string[];
  readonly secretKey: SecretKey;
  /** What an endpoint switched off is on again once somebody changes it. */
  readonly switches: Pick<SwitchBoard, 'switchOn'>;
  /** Of what people enter, which is never trusted. */
  readonly context: ChannelContext & { readonly trusted: false };
  readonly clock: Clock;
  readonly logger: Logger;
}

type Expected = (version: string) => boolean;

/** As the configuration may have. */
const MOST = 200;
const CHANGE_TRIES = 5;

export class ChannelChanges implements RuntimeChannels {
  readonly #parts: ChannelChangesParts;

  constructor(parts: ChannelChangesParts) {
    this.#parts = parts;
  }

  types = channelTypes;

  async channel(name: string): Promise<ChannelView | null> {
    const { live, configuredSettings } = this.#parts;
    const configured = live.configured(name);
    if (configured !== undefined) return configuredView(configured, configuredSettings);
    const kept = (await live.alone((read) => read())).get(name);
    return kept === undefined ? null : keptView(kept);
  }

  async preview(wish: ChannelWish, notice: DraftNotice): Promise<DraftOutcome> {
    const { live, context } = this.#parts;
    const kept = (await live.alone((read) => read())).get(wish.name);
    return previewDraft(wish, notice, { before: kept?.stored.type === wish.type ? kept : null, context });
  }

  async create({ name, type, settings }: ChannelWish, by: string): Promise<ChannelOutcome> {
    const { live, store } = this.#parts;
    const kind = typeOf(type);
    if (kind === undefined) return { kind: 'invalid', problems: [unknownType()] };
    if (live.configured(name) !== undefined) return { kind: 'taken', origin: 'configuration' };
    return live.alone(async (read) => {
      const kept = await read();
      if (kept.has(name)) return { kind: 'taken', origin: 'runtime' };
      if (kept.size >= MOST) return { kind: 'too-many', most: MOST };
      const settled = settle(kind, name, settings, null);
      if (!settled.ok) return { kind: 'invalid', problems: settled.problems };
      const write = (stored: StoredChannel) => store.addChannel(stored, this.#act(by, detailOf(kind, settled)));
      const saved = await this.#save(kind, name, settled, write);
      if (saved === 'overtaken') return { kind: 'taken', origin: 'runtime' };
      return saved === 'saved' ? this.#inForce(name, by, read) : saved;
    });
  }

  change({ name, settings }: Omit<ChannelWish, 'type'>, by: string, isExpected: Expected): Promise<ChannelOutcome> {
    return this.#onKept(name, isExpected, async (kept, read) => {
      const kind = typeOf(kept.stored.type);
      if (kind === undefined) return { kind: 'invalid', problems: [{ path: 'type', message: kept.broken ?? '' }] };
      const settled = settle(kind, name, settings, kept);
      if (!settled.ok) return { kind: 'invalid', problems: settled.problems };
      const act = this.#act(by, {
        ...detailOf(kind, settled),
        before: { settings: kept.plain, secretsSet: kept.secretNames },
        secretsGiven: Object.keys(settings).filter((setting) => kind.secrets.includes(setting)),
      });
      const write = (stored: StoredChannel) => this.#parts.store.changeChannel(kept.stored, stored, act);
      const saved = await this.#save(kind, name, settled, write);
      return saved === 'saved' ? this.#inForce(name, by, read) : saved;
    });
  }

  remove(name: string, by: string, isExpected: Expected): Promise<ChannelOutcome> {
    const { store, switches, routesTo } = this.#parts;
    return this.#onKept(name, isExpected, async (kept, read) => {
      const routes = routesTo(name);
      if (routes.length > 0) return { kind: 'routed', routes };
      const { stored, plain, secretNames } = kept;
      const act = this.#act(by, { type: stored.type, settings: plain, secretsSet: secretNames });
      if (!(await store.removeChannel(stored, act))) return 'overtaken';
      await switches.switchOn(name, by);
      await read();
      return { kind: 'done', channel: keptView(kept) };
    });
  }

  /** Again with what is there then, where another replica was faster. */
  async #onKept(
    name: string,
    isExpected: Expected,
    work: (kept: KeptChannel, read: () => Promise<ReadonlyMap<string, KeptChannel>>) => Promise<Attempted>,
  ): Promise<ChannelOutcome> {
    const { live } = this.#parts;
    if (live.configured(name) !== undefined) return { kind: 'owned' };
    return live.alone(async (read) => {
      for (let attempt = 1; attempt <= CHANGE_TRIES; attempt += 1) {
        const kept = (await read()).get(name);
        if (kept === undefined) return { kind: 'unknown' };
        if (!isExpected(versionOf(kept.stored))) return { kind: 'stale' };
        const outcome = await work(kept, read);
        if (outcome !== 'overtaken') return outcome;
      }
      return { kind: 'stale' };
    });
  }

  async #save(
    kind: ChannelType,
    name: string,
    settings: SplitSettings,
    write: (stored: StoredChannel) => Promise<boolean>,
  ): Promise<'saved' | 'overtaken' | Extract<ChannelOutcome, { kind: 'no-key' }>> {
    const key = await this.#sealingKey();
    if (typeof key === 'string') return { kind: 'no-key', why: key };
    return (await write(sealed(kind, name, settings, key))) ? 'saved' : 'overtaken';
  }

  /** A sentence where there is none. */
  async #sealingKey(): Promise<SealKey | string> {
    const { secretKey, logger } = this.#parts;
    try {
      const reading = await secretKey.readOrMake();
      return reading.kind === 'key' ? reading.key : reading.why;
    } catch (error) {
      logger.error({ err: error }, 'no key for the secrets of channels could be made');
      return `${secretKey.place} cannot be written: see to it that Tattle may, and that the disk is not full`;
    }
  }

  async #inForce(
    name: string,
    by: string,
    read: () => Promise<ReadonlyMap<string, KeptChannel>>,
  ): Promise<ChannelOutcome> {
    await this.#parts.switches.switchOn(name, by);
    const kept = (await read()).get(name);
    return kept === undefined ? { kind: 'unknown' } : { kind: 'done', channel: keptView(kept) };
  }

  #act(by: string, detail: Readonly<Record<string, unknown>>) {
    return { by, at: this.#parts.clock.now(), detail };
  }
}

/** `overtaken`: another replica changed it meanwhile. */
type Attempted = ChannelOutcome | 'overtaken';

function typeOf(type: string): ChannelType | undefined {
  return CHANNEL_TYPES.find((known) => known.type === type);
}

/** For the audit trail. */
function detailOf({ type }: ChannelType, { plain, secret }: SplitSettings): Readonly<Record<string, unknown>> {
  return { type, settings: plain, secretsSet: Object.keys(secret) };
}
