/** What other filter rules would keep and drop of what arrived lately, on the wire. */
import { z } from 'zod';
import { objectRef } from './event.ts';
import { filterPatch } from './settings.ts';
import { clusterTitle, clusterUid, time } from './values.ts';

export const dropReason = z
  .enum([
    'ttl-expired',
    'poison',
    'namespace-not-monitored',
    'namespace-excluded',
    'cluster-scoped-off',
    'event-type',
    'reason',
    'kind',
    'component',
    'label-selector',
    'annotation-selector',
    'minimum-count',
    'ignored-by-annotation',
    'made-by-tattle',
    'outside-scope',
    'truncated',
  ])
  .describe('Why something that arrived is not kept; the same words as in the tally of `/api/v1/status`.');
export type WireDropReason = z.infer<typeof dropReason>;

export const configPreviewRequest = z.strictObject({
  filter: filterPatch.describe('The rules to try: what is not named stays as it is in force.'),
  hours: z
    .int()
    .min(1)
    .max(168)
    .default(24)
    .describe('How far back to look. Arrivals are counted for the last day; stored events may go back further.'),
});
export type WireConfigPreviewRequest = z.input<typeof configPreviewRequest>;

const arrivals = z
  .int()
  .describe('Arrivals: each time that a Kubernetes Event was read, be it new, a repeat, or read again after a break.');

const verdicts = z.object({
  kept: arrivals.describe('Arrivals that pass.'),
  dropped: arrivals.describe('Arrivals that do not.'),
});

export const configPreview = z
  .object({
    from: time.describe('Where the window begins: at a full hour.'),
    to: time.describe('Where it ends: now.'),
    since: time.describe(
      'From when on arrivals are counted: `from`, or later where this process started later, or the last day began later.',
    ),
    now: verdicts.describe('Of all arrivals since `since`, by the rules in force now, whatever the rules were then.'),
    then: verdicts.describe('The same arrivals by the rules that are tried.'),
    byReason: z
      .array(z.object({ reason: dropReason, count: arrivals }))
      .describe('What `then.dropped` is made of, the most first.'),
    byNamespace: z
      .array(
        z.object({
          cluster: clusterUid,
          clusterName: clusterTitle,
          namespace: z.string().describe('Empty for what lies in none, such as nodes.'),
          seen: arrivals.describe('Arrivals since `since`.'),
          keptNow: arrivals.describe('Of those, by the rules in force.'),
          keptThen: arrivals.describe('Of those, by the rules that are tried.'),
        }),
      )
      .describe('The most seen first, 200 at the most.'),
    ungrouped: arrivals.describe(
      'Arrivals beyond the number of groups that are counted apart; they are part of no other number here. Nearly always 0.',
    ),
    examples: z
      .array(
        z.object({
          uid: z.string(),
          cluster: clusterUid,
          clusterName: clusterTitle,
          object: objectRef,
          reason: z.string(),
          type: z.string(),
          message: z.string().describe('Redacted.'),
          lastSeen: time,
          dropReason,
        }),
      )
      .describe(
        'Stored events of the window that the rules would drop, the newest first, 50 at the most. What is dropped already is stored nowhere.',
      ),
    onStored: z
      .object({
        rules: z.array(z.enum(['labelSelector', 'minimumCount'])),
        events: z.int().describe('Stored events that were judged: those of the window that pass the other rules.'),
        dropped: z.int().describe('Of those, how many these rules drop.'),
      })
      .nullable()
      .describe(
        'Rules among those that are tried that need more of an event than is counted, judged on stored events instead. They are not part of `now`, `then` and what follows from them. Null where there is none.',
      ),
    notJudged: z
      .array(z.literal('annotationSelector'))
      .describe(
        'Rules among those that are tried that nothing which is remembered can judge: annotations are not stored.',
      ),
    partial: z
      .boolean()
      .describe('Whether only the newest of the stored events were looked at, for `examples` and `onStored`.'),
  })
  .meta({
    id: 'ConfigPreview',
    description:
      'Arrivals of the event stream of this process, judged by namespace, kind, component, type and reason. Annotations that ask to ignore an object are not judged.',
  });
export type WireConfigPreview = z.infer<typeof configPreview>;
