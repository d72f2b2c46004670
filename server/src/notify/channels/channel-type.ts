/** What a kind of channel brings: its settings' schema and how to make one. One folder and one line in the list each. */
import { z } from 'zod';
import type { GuardedConnect } from '../../kit/guarded-connect.ts';
import type { GuardedFetch } from '../../kit/guarded-fetch.ts';
import type { Channel } from '../../model/delivery.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { ChannelTarget } from './target.ts';

export interface ChannelContext {
  readonly fetch: GuardedFetch;
  /** For channels that speak no HTTP. */
  readonly connect: GuardedConnect;
  readonly clock: Clock;
  /** Whether environment or configuration files name the target, which is thereby allowed to lie inside. */
  readonly trusted: boolean;
  /** The address of an incident's page; null where nobody said under which name people reach Tattle. */
  readonly linkTo: (incidentId: string) => string | null;
}

export interface ChannelType {
  readonly type: string;
  readonly schema: z.ZodObject;
  /** Settings that are credentials, or hold some: encrypted where people's channels are kept, and never shown again. */
  readonly secrets: readonly string[];
  /**
   * Settings of the channel that `<type>:<id>` names, beside those that the kind's account gives: `{ chatId: id }`. Missing where a
   * kind has no accounts, so that each channel says all of it.
   */
  readonly destination?: (id: string) => Readonly<Record<string, unknown>>;
  /** What it connects to, at least one; from settings that its schema accepts. */
  targets(settings: unknown): readonly ChannelTarget[];
  /** From settings that its schema has accepted. */
  create(settings: unknown, context: ChannelContext): Channel;
}

/** Ties a schema to the function that takes what it gives. */
export function defineChannel<Schema extends z.ZodObject>(definition: {
  readonly type: string;
  readonly schema: Schema;
  readonly secrets: readonly (keyof Schema['shape'] & string)[];
  readonly destination?: (id: string) => Readonly<Record<string, unknown>>;
  targets(settings: z.output<Schema>): readonly ChannelTarget[];
  create(settings: z.output<Schema>, context: ChannelContext): Channel;
}): ChannelType {
  const { type, schema, secrets, destination } = definition;
  return {
    type,
    schema,
    secrets,
    ...(destination === undefined ? {} : { destination }),
    targets: (settings) => definition.targets(schema.parse(settings)),
    create: (settings, context) => definition.create(schema.parse(settings), context),
  };
}

/** Of a channel that is written out, or, with its kind in front, of one that `<type>:<id>` names. */
export const channelName = z
  .string()
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?|[a-z0-9]{1,30}:[\x21-\x7e]{1,200})$/,
    'must be lower-case letters, digits and dashes',
  );
