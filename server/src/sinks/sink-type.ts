/** What a type of sink brings: its settings' schema and how to make one. One folder and one line in the list each. */
import type { z } from 'zod';
import type { GuardedFetch } from '../kit/guarded-fetch.ts';
import type { Clock } from '../model/ports.ts';
import type { Sink } from '../model/sink.ts';

export interface SinkContext {
  /** Targets come from configuration files alone, and may therefore lie inside. */
  readonly fetch: GuardedFetch;
  readonly clock: Clock;
  /** Where a sink of type `stdout` writes. */
  readonly stdout: NodeJS.WritableStream;
}

export interface SinkType {
  readonly type: string;
  readonly schema: z.ZodType;
  /** From settings that its schema has accepted. Touches nothing before the first batch. */
  create(settings: unknown, context: SinkContext): Sink;
}

/** Ties a schema to the function that takes what it gives. */
export function defineSink<Schema extends z.ZodType>(definition: {
  readonly type: string;
  readonly schema: Schema;
  create(settings: z.output<Schema>, context: SinkContext): Sink;
}): SinkType {
  const { type, schema } = definition;
  return { type, schema, create: (settings, context) => definition.create(schema.parse(settings), context) };
}
