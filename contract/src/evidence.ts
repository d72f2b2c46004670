/** Evidence on the wire: what was captured at the time of failure. */
import { z } from 'zod';
import { objectRef } from './event.ts';
import { time } from './values.ts';

export const evidence = z
  .object({
    id: z.string(),
    kind: z
      .enum([
        'spec',
        'status',
        'log',
        'previous-log',
        'events',
        'owners',
        'node',
        'changes',
        'quota',
        'endpoints',
        'usage',
      ])
      .describe('`previous-log`: of the run of the container before.'),
    object: objectRef,
    container: z.string().describe('Empty where it is not about a container.'),
    capturedAt: time,
    body: z
      .string()
      .describe('Text for logs, JSON text otherwise, redacted; empty when `error` says why it could not be had.'),
    truncated: z.boolean().describe('Whether it was cut to its bound.'),
    error: z.string().nullable().describe('Why it could not be had; null where it was.'),
  })
  .meta({ id: 'Evidence' });
export type WireEvidence = z.infer<typeof evidence>;
