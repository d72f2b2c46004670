/** Channels and their types as people see them: secrets by name alone. Pure. */
import { z } from 'zod';
import type { ChannelTypeView, ChannelView } from '../../api/runtime-channels.ts';
import type { Channel } from '../../model/delivery.ts';
import type { ChannelType } from '../../notify/channels/channel-type.ts';
import { CHANNEL_TYPES } from '../../notify/channels/index.ts';
import { type ChannelSettings, split } from './channel-settings.ts';
import { type KeptChannel, versionOf } from './kept-channel.ts';

export function keptView({ stored, plain, secretNames, broken }: KeptChannel): ChannelView {
  const { name, type } = stored;
  const version = versionOf(stored);
  return { name, type, origin: 'runtime', version, broken, settings: plain, secretsSet: secretNames };
}

/** Its version says nothing, since it cannot be changed. */
export function configuredView({ name, type }: Channel, written: readonly unknown[]): ChannelView {
  const settings = written.filter(isSettings).find((each) => each['name'] === name) ?? {};
  const kind = CHANNEL_TYPES.find((known) => known.type === type);
  const { plain, secret } = kind === undefined ? { plain: {}, secret: {} } : split(kind, settings);
  const { type: _type, name: _name, ...shown } = plain;
  const secretsSet = Object.keys(secret);
  return { name, type, origin: 'configuration', version: 'configuration', broken: null, settings: shown, secretsSet };
}

export function channelTypes(): readonly ChannelTypeView[] {
  return CHANNEL_TYPES.map(({ type, schema, secrets }) => ({ type, schema: settingsSchema(schema), secrets }));
}

/** What stands beside the settings, type and name, is left out. */
function settingsSchema(schema: ChannelType['schema']): Readonly<Record<string, unknown>> {
  const whole = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const { type: _type, name: _name, ...properties } = whole.properties ?? {};
  const required = (whole.required ?? []).filter((setting) => setting in properties);
  return { ...whole, properties, required };
}

function isSettings(value: unknown): value is ChannelSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
