/** What a type of sink brings: its settings' schema and how to make one. One folder and one line in the list each. */
import type { z } from 'zod';
import type { GuardedFetch } from '../kit/guarded-fetch.ts';
import type { Clock } from '../model/ports/process.ts';
import type { Sink } from '../model/sink.ts';

export interface SinkContext {
  /** Targets come from configuration files alone, and may therefore lie inside. */
  readonly fetch: GuardedFetch;
  readonly clock: Clock;
  /** Where a sink of type `stdout` writes. */
  readonly stdout: NodeJS.WritableStream;
  /** Reads a file that someone else may change, now and again; rejects with an error that `where` opens. */
  readonly secretFile: (path: string, where: string) => () => Promise<string>;
}

export interface SinkType {
  readonly type: string;
  readonly schema: z.ZodType;
  /** Paths of settings that may lie in files: `basic.password`. With `headers`, each of them may. */
  readonly secrets: readonly string[];
  /** Where it sends, for people; without credentials. */
  target(settings: unknown): string;
  /** From settings that its schema has accepted. Touches nothing before the first batch. */
  create(settings: unknown, context: SinkContext): Sink;
}

/** Ties a schema to the function that takes what it gives. */
export function defineSink<Schema extends z.ZodType>(definition: {
  readonly type: string;
  readonly schema: Schema;
  readonly secrets?: readonly string[];
  target(settings: z.output<Schema>): string;
  create(settings: z.output<Schema>, context: SinkContext): Sink;
}): SinkType {
  const { type, schema, secrets = [] } = definition;
  return {
    ...{ type, schema, secrets },
    target: (settings) => definition.target(schema.parse(settings)),
    create: (settings, context) => definition.create(schema.parse(settings), context),
  };
}
