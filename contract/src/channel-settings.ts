/** Channels that people add while Tattle runs, on the wire. What is secret goes in, and never comes out. */
import { z } from 'zod';

/** `<type>:<id>` is for destinations, which configuration alone names. */
export const channelName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be 1 to 63 lower-case letters, digits and dashes; <type>:<id> is for configuration',
  );

export const channelOrigin = z
  .enum(['configuration', 'runtime'])
  .describe(
    '`configuration`: environment or file name it, and it cannot be changed here. `runtime`: somebody added it.',
  );

const LONGEST_TEXT = 65_536;
const text = z.string().max(LONGEST_TEXT);
const plain = z.union([text, z.number(), z.boolean(), z.array(text).max(500), z.record(z.string().max(200), text)]);

const plainSettings = z.record(z.string(), plain);

const settingsGiven = z
  .record(z.string().max(100), plain.nullable())
  .describe('As the configuration file writes them, without type and name. null takes one away.');

export const newChannel = z.strictObject({
  type: z.string().min(1).max(30).describe('`webhook`, `slack`, `discord`, …: GET /api/v1/channel-types lists them.'),
  name: channelName,
  settings: settingsGiven,
});

export const channelChange = z.strictObject({
  settings: settingsGiven.describe(
    'All of them, as when it is made; a secret one that is left out stays as it is. null takes one away.',
  ),
});

export const previewedNotice = z
  .enum(['opened', 'worse', 'diagnosed', 'acknowledged', 'resolved', 'test'])
  .default('opened');

export const channelDraft = newChannel.extend({
  settings: settingsGiven.describe(
    'As when it is added. Where a channel of this name and type was added before, its secrets stand for those that are left out.',
  ),
  notice: previewedNotice,
});

export const channelDetail = z
  .object({
    name: z.string(),
    type: z.string(),
    origin: channelOrigin,
    broken: z.string().nullable().describe('Why it cannot send, and how to mend it; null where it can.'),
    settings: plainSettings.describe('Those that are no secret.'),
    secretsSet: z.array(z.string()).describe('Names of the secret settings that it has.'),
  })
  .meta({ id: 'ChannelDetail', description: 'A channel with its settings. Never a credential.' });
export type WireChannelDetail = z.infer<typeof channelDetail>;

export const channelTypes = z.object({
  items: z.array(
    z
      .object({
        type: z.string(),
        schema: z
          .record(z.string(), z.unknown())
          .describe('JSON Schema (2020-12) of `settings`. What several settings must be together, an attempt tells.'),
        secrets: z.array(z.string()).describe('Names of the settings that are never shown again.'),
      })
      .meta({ id: 'ChannelType', description: 'A kind of channel, and what can be set for it.' }),
  ),
});
export type WireChannelTypes = z.infer<typeof channelTypes>;
