/** How Tattle is doing, on the wire. */
import { z } from 'zod';

const time = z.iso.datetime();

export const status = z.object({
  version: z.string(),
  startedAt: time,
  now: time,
  ready: z.boolean(),
  streams: z.array(
    z.object({
      cluster: z.string(),
      clusterName: z.string(),
      stream: z.string(),
      health: z.enum(['starting', 'listing', 'watching', 'stale', 'unreachable', 'denied', 'stopped']),
      since: time,
      lastHeard: time.nullable(),
      detail: z.string(),
    }),
  ),
  /** Stretches of time in which a source was not watching, the newest first. */
  gaps: z.array(
    z.object({
      cluster: z.string(),
      stream: z.string(),
      reason: z.string(),
      from: time,
      to: time.nullable(),
      detail: z.string(),
    }),
  ),
  store: z.object({ available: z.boolean(), detail: z.string() }),
  queue: z.object({
    /** Arrivals that wait for a batch, and how many may. */
    arrivals: z.int(),
    capacity: z.int(),
    /** Jobs not finished yet, by kind. */
    jobs: z.record(z.string(), z.int()),
  }),
  /** Since the start: received = stored + repeats + the sum of dropped. */
  tally: z.object({
    received: z.int(),
    stored: z.int(),
    repeats: z.int(),
    dropped: z.record(z.string(), z.int()),
    observed: z.int(),
    occurrences: z.int(),
  }),
  notices: z.array(z.string()),
});
export type WireStatus = z.infer<typeof status>;

export const readiness = z.object({
  ready: z.boolean(),
  checks: z.array(
    z.object({
      name: z.string(),
      /** `degraded` does not make it unready. */
      state: z.enum(['ok', 'degraded', 'failing']),
      detail: z.string(),
    }),
  ),
});
export type WireReadiness = z.infer<typeof readiness>;
