/** The timeline of a place on the wire: events, changes, turns of incidents and gaps, together. */
import { z } from 'zod';
import { objectRef, severity } from './event.ts';
import { clusterTitle, clusterUid, time } from './values.ts';

export const placeTimeline = z.object({
  items: z
    .array(
      z.object({
        at: time.describe('Of an event: when it happened last. Of a gap: when it, or the range, began.'),
        kind: z
          .enum(['event', 'change', 'incident', 'resolved', 'gap'])
          .describe('`incident`: one opened. `gap`: a source was not watching, so that silence there says nothing.'),
        severity: severity.nullable().describe('Null for changes and gaps.'),
        object: objectRef.nullable().describe('Of an incident: its root. Null for gaps.'),
        cluster: clusterUid,
        clusterName: clusterTitle,
        text: z.string().describe('One line for people.'),
        incidentId: z.string().nullable().describe('The incident that it is, or belongs to.'),
      }),
    )
    .describe('Oldest first.'),
  partial: z.boolean().describe('Whether there is more in the range than is shown: what is shown is the newest.'),
});
export type WirePlaceTimeline = z.infer<typeof placeTimeline>;
