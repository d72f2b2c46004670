/** A channel as it is kept, and as it works: sealed with the key, opened again, or broken with a reason. */
import { createHash } from 'node:crypto';
import { open, seal, type SealKey } from '../../kit/seal.ts';
import { schemaProblems } from '../../kit/schema-problems.ts';
import type { Channel } from '../../model/delivery.ts';
import type { StoredChannel } from '../../model/stored-channel.ts';
import { brokenChannel } from '../../notify/broken-channel.ts';
import type { ChannelContext, ChannelType } from '../../notify/channels/channel-type.ts';
import { CHANNEL_TYPES } from '../../notify/channels/index.ts';
import type { Before, ChannelSettings, SplitSettings } from './channel-settings.ts';
import type { KeyReading } from './secret-key.ts';

export interface KeptChannel extends Before {
  readonly stored: StoredChannel;
  /** Null where it works. */
  readonly broken: string | null;
  readonly channel: Channel;
}

export function sealed(kind: ChannelType, name: string, settings: SplitSettings, key: SealKey): StoredChannel {
  const { plain, secret } = settings;
  const kept = { name, type: kind.type, settings: JSON.stringify({ plain, secretNames: Object.keys(secret) }) };
  return { ...kept, sealed: seal(JSON.stringify(secret), sealedWith(kept), key) };
}

/** Never throws for what is stored. `place` is where the key comes from, for people. */
export function opened(
  stored: StoredChannel,
  { reading, place }: { readonly reading: KeyReading; readonly place: string },
  context: ChannelContext,
): KeptChannel {
  const { name, type } = stored;
  const { plain, secretNames } = readSettings(stored.settings);
  const broken = (why: string, secret: ChannelSettings | null): KeptChannel => {
    return { stored, plain, secretNames, secret, broken: why, channel: brokenChannel(name, type, why) };
  };
  const secrets = readSecrets(stored, reading, place);
  if (typeof secrets === 'string') return broken(secrets, null);
  const kind = CHANNEL_TYPES.find((known) => known.type === type);
  if (kind === undefined)
    return broken(`this Tattle knows no channels of the type ${type}: run the newest one`, secrets);
  const settings = { ...plain, ...secrets, type, name };
  const parsed = kind.schema.safeParse(settings);
  if (!parsed.success) {
    const problems = schemaProblems(parsed.error, kind.schema).map(({ path, message }) => `${path} ${message}`);
    return broken(`its settings are not taken any more (${problems.join('; ')}): change them`, secrets);
  }
  return { stored, plain, secretNames, secret: secrets, broken: null, channel: kind.create(settings, context) };
}

/** Of what is stored: another one after every change. */
export function versionOf({ name, type, settings, sealed: secrets }: StoredChannel): string {
  const all = JSON.stringify([name, type, settings, secrets]);
  return createHash('sha256').update(all).digest('base64url').slice(0, 22);
}

function readSecrets(stored: StoredChannel, reading: KeyReading, place: string): ChannelSettings | string {
  if (reading.kind === 'unusable') return `its secrets cannot be read, since ${reading.why}`;
  const result =
    reading.kind === 'none' ? ({ kind: 'other-key' } as const) : open(stored.sealed, sealedWith(stored), reading.key);
  switch (result.kind) {
    case 'opened':
      return JSON.parse(result.text) as ChannelSettings;
    case 'other-key':
      return `its secrets were sealed with another key than that of ${place}: bring that key back, give all replicas the same TATTLE_SECRET_KEY, or enter the secrets again`;
    case 'damaged':
      return 'its secrets are not what was sealed, since somebody changed it in the database: enter them again';
  }
}

function sealedWith({ name, type, settings }: Omit<StoredChannel, 'sealed'>): string {
  return JSON.stringify([name, type, settings]);
}

/** Whoever can write to the database can write anything here. */
function readSettings(text: string): Pick<Before, 'plain' | 'secretNames'> {
  try {
    const read = JSON.parse(text) as { plain?: unknown; secretNames?: unknown } | null;
    const { plain, secretNames } = read ?? {};
    return {
      plain: typeof plain === 'object' && plain !== null ? (plain as ChannelSettings) : {},
      secretNames: Array.isArray(secretNames) ? secretNames.filter((name) => typeof name === 'string') : [],
    };
  } catch {
    return { plain: {}, secretNames: [] };
  }
}
