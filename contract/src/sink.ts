/** Sinks on the wire: how each stands, and what its other side refused. Never a credential. */
import { z } from 'zod';
import { severity } from './event.ts';
import { pageOf, time } from './values.ts';

export const sinkState = z
  .enum(['well', 'behind', 'failing', 'stopped'])
  .describe(
    '`behind`: more than ten minutes. `failing`: nothing is taken for now, and it is tried again. `stopped`: no process runs it.',
  );

export const sink = z
  .object({
    name: z.string(),
    type: z.string().describe('`loki`, `elasticsearch`, `kafka`, …'),
    target: z
      .string()
      .describe('Where it sends, for people: a host, brokers and a topic, a file. Without credentials.'),
    takes: z
      .object({
        include: z.enum(['events', 'incidents', 'both']),
        minimumSeverity: severity,
        namespaces: z
          .array(z.string())
          .nullable()
          .describe('Names, with `*`; an empty one is what lies in no namespace. Null: all.'),
      })
      .describe('Which records it is sent.'),
    state: sinkState,
    stage: z
      .enum(['following', 'catching-up'])
      .describe('`catching-up`: it reads stored history, because it is new or was away for too long.'),
    behindSeconds: z.int().describe('Age of the oldest thing that it has not taken; 0 where there is none.'),
    waiting: z.int().describe('Batches of the store that it has not taken.'),
    lastTakenAt: time.nullable().describe('When the other side last took something; null: never.'),
    failingSince: time.nullable().describe('Null where it does not fail.'),
    lastError: z
      .object({ at: time, error: z.string() })
      .nullable()
      .describe('The newest, also where all is well since; null where there was none.'),
    refused: z
      .int()
      .describe('Records that the other side refused for good, as far as they are kept: 1,000 of a sink.'),
    runBy: z
      .enum(['this', 'another', 'nobody'])
      .describe('Which process runs it: the one that answers, another replica, or none.'),
  })
  .meta({ id: 'Sink', description: 'Where what is stored is streamed to.' });
export type WireSink = z.infer<typeof sink>;

export const sinks = z.object({ items: z.array(sink).describe('As they are configured.') });
export type WireSinks = z.infer<typeof sinks>;

export const sinkRefusal = z
  .object({
    id: z.string().describe('Of the refusal.'),
    record: z.string().describe('Id of the record, as it was sent.'),
    at: time.describe('When it was refused.'),
    reason: z.string().describe('What the other side said.'),
    document: z.string().describe('The record: JSON on one line, redacted as all that is stored.'),
    cut: z.boolean().describe('The record is long and its end is not kept: it cannot be sent again.'),
    replaying: z.boolean().describe('Somebody asked for it to be sent again, and it waits for its turn.'),
  })
  .meta({ id: 'SinkRefusal', description: 'A record that the other side of a sink refused for good.' });
export type WireSinkRefusal = z.infer<typeof sinkRefusal>;

export const sinkRefusalPage = pageOf(sinkRefusal);
export type WireSinkRefusalPage = z.infer<typeof sinkRefusalPage>;

export const sinkReplay = z.strictObject({
  ids: z
    .array(z.string().regex(/^\d{1,15}$/, 'is no id of a refusal'))
    .min(1)
    .max(1000)
    .optional()
    .describe('Ids of refusals; left out, all of the sink.'),
});
export type WireSinkReplay = z.infer<typeof sinkReplay>;

export const sinkReplayed = z.object({
  waiting: z
    .int()
    .describe('How many of those that were asked for wait for their turn now. Records that are cut do not.'),
});
export type WireSinkReplayed = z.infer<typeof sinkReplayed>;
