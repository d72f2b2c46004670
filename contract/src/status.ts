/** How Tattle is doing, on the wire. */
import { z } from 'zod';
import { sinkState } from './sink.ts';
import { clusterTitle, clusterUid, time } from './values.ts';

export const queue = z.object({
  arrivals: z.int().describe('Arrivals that wait to be stored.'),
  capacity: z.int().describe('How many may wait: a full queue makes the watches wait.'),
  jobs: z.record(z.string(), z.int()).describe('Jobs not finished yet, by kind.'),
});
export type WireQueue = z.infer<typeof queue>;

const stream = z.string().describe('What is watched: `events.k8s.io/v1/events`, `v1/events@NAMESPACE`.');

const streamStatus = z.object({
  cluster: clusterUid,
  clusterName: clusterTitle,
  stream,
  health: z
    .enum(['starting', 'listing', 'watching', 'stale', 'unreachable', 'denied', 'stopped'])
    .describe('Only `watching` is well.'),
  since: time.describe('When it came to be so.'),
  lastHeard: time.nullable().describe('When the API server last said anything on it; null before the first time.'),
  detail: z.string().describe('What to do about it; empty when all is well. A denial holds the Role that mends it.'),
});

export const gap = z.object({
  cluster: clusterUid,
  clusterName: clusterTitle,
  stream,
  reason: z
    .enum(['not-running', 'expired', 'unreachable', 'silent', 'denied', 'restored', 'overload'])
    .describe('`not-running`: Tattle itself. `expired`: the API server no longer knew where the watch had been.'),
  from: time,
  to: time.nullable().describe('Null while it lasts.'),
  detail: z.string(),
});

const tally = z.object({
  received: z.int().describe('stored + repeats + the sum of dropped.'),
  stored: z.int(),
  repeats: z.int().describe('Known already: nothing new was to be stored.'),
  dropped: z.record(z.string(), z.int()).describe('By reason.'),
  observed: z.int().describe('Object-state traffic, counted apart.'),
  occurrences: z.int().describe('How often the stored events happened.'),
});

export const status = z
  .object({
    version: z.string(),
    startedAt: time,
    now: time.describe('The server’s clock.'),
    ready: z.boolean().describe('As `/readyz` has it.'),
    streams: z.array(streamStatus),
    gaps: z.array(gap).describe('Stretches of time in which a source was not watching: the newest 100, newest first.'),
    store: z.object({
      available: z.boolean(),
      detail: z.string().describe('What is wrong with it; empty when all is well.'),
    }),
    queue,
    tally: tally.nullable().describe('Since the start. Null for callers who see a part.'),
    sinks: z
      .array(z.object({ name: z.string(), state: sinkState }))
      .nullable()
      .describe('Where what is stored is streamed to. Null for callers who see a part.'),
    notices: z.array(z.string()).describe('What a person should know, such as that nothing is monitored yet.'),
  })
  .meta({ id: 'Status' });
export type WireStatus = z.infer<typeof status>;

export const readiness = z.object({
  ready: z.boolean().describe('False where any check fails.'),
  checks: z.array(
    z.object({
      name: z.string().describe('`process`, `store`, or `watch CLUSTER STREAM`.'),
      state: z.enum(['ok', 'degraded', 'failing']).describe('`degraded` does not make it unready.'),
      detail: z.string().describe('Empty when all is well.'),
    }),
  ),
});
export type WireReadiness = z.infer<typeof readiness>;
