/** What works and what does not, with how to mend it; and a made-up problem to try it all out, on the wire. */
import { z } from 'zod';
import { clusterTitle, clusterUid, time } from './values.ts';

const check = z.object({
  name: z
    .string()
    .describe('Stable, for programs: `store`, `cluster NAME clock`, `watch CLUSTER STREAM`, `channel NAME`.'),
  title: z.string().describe('What was looked at, for people.'),
  state: z
    .enum(['ok', 'warn', 'fail', 'skipped'])
    .describe(
      '`fail`: without it there is next to nothing to tell. `skipped`: it was not looked at; `detail` says why.',
    ),
  detail: z.string().describe('What was found.'),
  last: time
    .nullable()
    .describe(
      'When it last worked or happened: an event, a delivery, a word of the API server. Null where it never did, or there is no such moment.',
    ),
  mend: z.string().describe('What to do about it; empty where there is nothing to do.'),
  manifest: z
    .string()
    .nullable()
    .describe(
      'What would mend it as YAML, ready for `kubectl apply -f -`: the missing Role and its binding. Null where none would.',
    ),
});

export const checks = z
  .object({
    checkedAt: time,
    simulated: z.boolean().describe('Whether what is watched is a recording, not a cluster.'),
    items: z.array(check).describe('In the order of what needs what.'),
  })
  .meta({ id: 'Checks' });
export type WireChecks = z.infer<typeof checks>;

export const testIncidentRequest = z.strictObject({
  cluster: z.string().min(1).max(253).optional().describe('Uid or name; left out, the first that is watched.'),
  namespace: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'is no namespace name: lower-case letters, digits and -')
    .optional()
    .describe('A monitored one; left out, `default` where it is monitored, else the first that is.'),
});

export const testIncidentBegun = z.object({
  incidentId: z
    .string()
    .nullable()
    .describe(
      'Null where it was not stored within three seconds: it is on its way, and `watchFor` says how to know it.',
    ),
  watchFor: z.object({
    cluster: clusterUid,
    clusterName: clusterTitle,
    namespace: z.string(),
    kind: z.string(),
    name: z.string().describe('No other incident is about an object of this name.'),
    condition: z.string(),
  }),
  resolvesAt: time.describe('About when it is resolved, by itself.'),
});
export type WireTestIncidentBegun = z.infer<typeof testIncidentBegun>;
