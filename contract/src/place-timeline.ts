/** The timeline of a place on the wire: events, changes, turns of incidents and gaps, together. */
import { z } from 'zod';
import { objectRef, severity } from './event.ts';
import { clusterTitle, clusterUid, time } from './values.ts';

export const placeTimeline = z.object({
  items: z
    .array(
      z.object({
        at: time.describe(
          'Of an event: when it happened last. Of an incident and a gap: when it began, or the range did where it went on before; `since` says when it truly began.',
        ),
        kind: z
          .enum(['event', 'change', 'incident', 'resolved', 'gap'])
          .describe(
            '`incident`: one opened, or went on when the range began. `gap`: a source was not watching, so that silence there says nothing.',
          ),
        severity: severity.nullable().describe('Null for changes and gaps.'),
        object: objectRef.nullable().describe('Of an incident: its root. Null for gaps.'),
        rootOwner: objectRef
          .nullable()
          .describe(
            'Top of the chain of controllers of `object`, or that itself where it is not known. Null for gaps.',
          ),
        cluster: clusterUid,
        clusterName: clusterTitle,
        since: time
          .nullable()
          .describe(
            'Of an event: when it happened first. Of an incident, its end and a gap: when it began. Null for changes.',
          ),
        until: time
          .nullable()
          .describe('Of an incident and a gap: when it ended, null while it lasts. Null for what has no length.'),
        count: z.int().nullable().describe('Of an event: how often it happened, as its reporter counts.'),
        type: z.string().nullable().describe('Of an event: `Normal` or `Warning`, as its reporter saw it.'),
        reason: z.string().nullable().describe('Of an event: the reporter’s word. Of a gap: why nobody watched.'),
        revision: z.int().nullable().describe('Of a change that began a rollout: its revision.'),
        uid: z.string().nullable().describe('Of an event: its uid.'),
        text: z.string().describe('One line for people.'),
        incidentId: z.string().nullable().describe('The incident that it is, or belongs to.'),
      }),
    )
    .describe('Oldest first.'),
  partial: z
    .boolean()
    .describe('Whether there is more in the range than is shown: what is shown goes on still, or is the newest.'),
});
export type WirePlaceTimeline = z.infer<typeof placeTimeline>;
