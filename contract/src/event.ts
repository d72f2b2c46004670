/** Events on the wire, and the answers to questions about them. */
import { z } from 'zod';
import { clusterTitle, clusterUid, pageOf, time } from './values.ts';

export const severity = z.enum(['critical', 'high', 'medium', 'low', 'info']).describe('How bad, the worst first.');
export type WireSeverity = z.infer<typeof severity>;

export const category = z
  .enum([
    'Scheduling',
    'Image',
    'Crash',
    'Memory',
    'Probe',
    'Storage',
    'Network',
    'Node',
    'Config',
    'Quota',
    'Autoscaling',
    'Job',
    'Security',
    'ControlPlane',
    'Application',
    'Other',
  ])
  .describe('The area that the condition or reason belongs to.');

export const objectRef = z
  .object({
    kind: z.string(),
    namespace: z.string().describe('Empty for cluster-scoped objects.'),
    name: z.string(),
    uid: z.string().describe('Empty where the reporter did not say.'),
  })
  .meta({ id: 'ObjectRef', description: 'An object of Kubernetes.' });
export type WireObjectRef = z.infer<typeof objectRef>;

export const clusterEvent = z
  .object({
    uid: z.string().describe('Of the Event, or made from what tells of it.'),
    cluster: clusterUid,
    clusterName: clusterTitle,
    origin: z
      .enum(['event', 'state', 'alert', 'report'])
      .describe(
        '`event`: a Kubernetes Event; `state`: read from an object’s state; `alert`: of Alertmanager; `report`: handed in by an application or a log shipper.',
      ),
    type: z.string().describe('`Normal` or `Warning`, as its reporter saw it.'),
    reason: z.string().describe('The reporter’s word. `condition` says what it means.'),
    message: z.string().describe('Redacted: secrets are masked as `[redacted:kind]`.'),
    count: z.int().describe('How often it happened, as its reporter counts.'),
    firstSeen: time.describe('When it happened first.'),
    lastSeen: time.describe('When it happened last.'),
    ingestedAt: time.describe('When Tattle first stored it.'),
    category,
    severity,
    condition: z
      .string()
      .nullable()
      .describe('The problem by the name people know, such as CrashLoopBackOff; null where it tells of none.'),
    fingerprint: z.string().describe('Shared by repeats: the same root owner, condition and wording of the message.'),
    correlationId: z.string().describe('Shared by all that happened to one root owner.'),
    incidentId: z.string().nullable().describe('The incident that it belongs to; null where it belongs to none.'),
    object: objectRef.describe('What it is about.'),
    rootOwner: objectRef.describe(
      'Top of the chain of controllers, for a pod most often its Deployment; the object itself where that is not known.',
    ),
    node: z.string().describe('Name of the node involved; empty where unknown.'),
    labels: z.record(z.string(), z.string()).describe('Labels of the object and of the Event.'),
    source: z.string().describe('The reporting component, such as kubelet.'),
  })
  .meta({ id: 'Event' });
export type WireEvent = z.infer<typeof clusterEvent>;

export const eventPage = pageOf(clusterEvent).meta({ id: 'EventPage', description: 'Most recent activity first.' });
export type WireEventPage = z.infer<typeof eventPage>;

export const facetField = z.enum(['cluster', 'namespace', 'kind', 'reason', 'type', 'category', 'severity', 'source']);

/** What events can be grouped by. */
export const filterField = z.enum([...facetField.options, 'name', 'node', 'incident', 'fingerprint', 'uid']);

const distinctEvents = z.int().describe('Distinct events.');
const occurrences = z.int().describe('How often those happened.');
const partial = z.boolean().describe('Whether a time budget ran out: only the newest occurrences are counted.');

export const facets = z.object({
  facets: z.array(
    z.object({
      field: facetField,
      values: z
        .array(z.object({ value: z.string(), events: distinctEvents, occurrences }))
        .describe('The most frequent first.'),
    }),
  ),
});
export type WireFacets = z.infer<typeof facets>;

export const histogram = z.object({
  from: time.describe('Where the first bucket begins.'),
  to: time.describe('Where the last one ends.'),
  bucketMs: z.number().describe('Length of a bucket, milliseconds.'),
  buckets: z
    .array(
      z.object({
        start: time,
        occurrences: z.record(z.string(), z.int()).describe('By severity; one that did not occur is left out.'),
        total: z.int().describe('Of all severities.'),
      }),
    )
    .describe('Oldest first.'),
  partial,
});
export type WireHistogram = z.infer<typeof histogram>;

export const aggregate = z.object({
  rows: z
    .array(
      z.object({
        key: z.record(z.string(), z.string()).describe('The value of each field that was grouped by.'),
        events: distinctEvents,
        occurrences,
        perMinute: z
          .number()
          .describe('Occurrences a minute, over the range asked for, or from the first to the last.'),
        firstSeen: time.describe('Of the occurrences that are counted.'),
        lastSeen: time.describe('Of the occurrences that are counted.'),
        distinctObjects: z
          .int()
          .nullable()
          .describe(
            'How many objects they are about. Null where `trend` or `compare` of a large range was told from sums.',
          ),
        trend: z
          .array(z.int())
          .describe(
            'Occurrences in each of `trend` equal slices of the range, the oldest first; empty unless asked for.',
          ),
        before: z
          .int()
          .nullable()
          .describe(
            'Occurrences in the stretch of the same length just before the range. Null unless `compare=yes`, without `from`, and where a time budget ran out.',
          ),
      }),
    )
    .describe('The most frequent first.'),
  partial,
});
export type WireAggregate = z.infer<typeof aggregate>;

export const namespaces = z.object({
  items: z.array(
    z.object({
      cluster: clusterUid,
      clusterName: clusterTitle,
      namespace: z.string(),
      events: z.int().describe('Stored events that are about objects in it.'),
      seenLastDay: z
        .int()
        .describe(
          'How often an Event about something in it arrived in the last day, kept or not; where the process started later, since then.',
        ),
      monitored: z.boolean().describe('Whether new events of it are kept.'),
    }),
  ),
});
export type WireNamespaces = z.infer<typeof namespaces>;
