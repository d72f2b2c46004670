/** What a kind of channel brings: its settings' schema and how to make one. One folder and one line in the list each. */
import type { z } from 'zod';
import type { GuardedFetch } from '../../kit/guarded-fetch.ts';
import type { Channel } from '../../model/delivery.ts';
import type { Clock } from '../../model/ports.ts';

export interface ChannelContext {
  readonly fetch: GuardedFetch;
  readonly clock: Clock;
  /** Whether environment or configuration files name the target, which is thereby allowed to lie inside. */
  readonly trusted: boolean;
}

export interface ChannelType {
  readonly type: string;
  readonly schema: z.ZodType;
  /** From settings that its schema has accepted. */
  create(settings: unknown, context: ChannelContext): Channel;
}

/** Ties a schema to the function that takes what it gives. */
export function defineChannel<Schema extends z.ZodType>(definition: {
  readonly type: string;
  readonly schema: Schema;
  create(settings: z.output<Schema>, context: ChannelContext): Channel;
}): ChannelType {
  const { type, schema } = definition;
  return { type, schema, create: (settings, context) => definition.create(schema.parse(settings), context) };
}
