/** Changes of objects on the wire: what a person or a controller made of a spec, field by field. */
import { z } from 'zod';
import { objectRef } from './event.ts';
import { clusterTitle, clusterUid, pageOf, time } from './values.ts';

export const objectChange = z
  .object({
    at: time,
    object: objectRef,
    summary: z.string().describe('One line: `env TOKEN_TTL changed from 3600 to 1h`.'),
    diff: z.array(
      z.object({
        field: z.string().describe('As a person would say it: `image`, `env TOKEN_TTL`, `memory limit`.'),
        before: z.string().nullable().describe('Redacted; null where it was not there.'),
        after: z.string().nullable().describe('Redacted; null where it is not there any more.'),
      }),
    ),
    revision: z.int().nullable().describe('The rollout that it began; null where it began none.'),
  })
  .meta({ id: 'ObjectChange' });
export type WireObjectChange = z.infer<typeof objectChange>;

export const changePage = pageOf(objectChange.extend({ cluster: clusterUid, clusterName: clusterTitle }));
export type WireChangePage = z.infer<typeof changePage>;
