/** Events on the wire, and the answers to questions about them. */
import { z } from 'zod';

export const severity = z.enum(['critical', 'high', 'medium', 'low', 'info']);
export type WireSeverity = z.infer<typeof severity>;

/** RFC 3339 with milliseconds, in UTC. */
const time = z.iso.datetime();

export const objectRef = z.object({
  kind: z.string(),
  /** Empty for cluster-scoped objects. */
  namespace: z.string(),
  name: z.string(),
  /** Empty where the reporter did not say. */
  uid: z.string(),
});
export type WireObjectRef = z.infer<typeof objectRef>;

export const clusterEvent = z.object({
  uid: z.string(),
  /** The uid of the cluster's kube-system namespace, else its configured name. */
  cluster: z.string(),
  clusterName: z.string(),
  /** `event`: a Kubernetes Event; `state`: read from an object's state. */
  origin: z.enum(['event', 'state']),
  type: z.string(),
  reason: z.string(),
  message: z.string(),
  count: z.int(),
  firstSeen: time,
  lastSeen: time,
  ingestedAt: time,
  category: z.string(),
  severity,
  condition: z.string().nullable(),
  fingerprint: z.string(),
  correlationId: z.string(),
  incidentId: z.string().nullable(),
  object: objectRef,
  rootOwner: objectRef,
  /** Empty where unknown. */
  node: z.string(),
  labels: z.record(z.string(), z.string()),
  /** The reporting component. */
  source: z.string(),
});
export type WireEvent = z.infer<typeof clusterEvent>;

/** Most recent activity first. `partial`: the time budget ran out before the answer was whole. */
export const eventPage = z.object({
  items: z.array(clusterEvent),
  nextCursor: z.string().nullable(),
  partial: z.boolean(),
});
export type WireEventPage = z.infer<typeof eventPage>;

export const facets = z.object({
  facets: z.array(
    z.object({
      field: z.string(),
      values: z.array(z.object({ value: z.string(), events: z.int(), occurrences: z.int() })),
    }),
  ),
});
export type WireFacets = z.infer<typeof facets>;

export const histogram = z.object({
  from: time,
  to: time,
  bucketMs: z.number(),
  buckets: z.array(
    z.object({
      start: time,
      /** Occurrences by severity. */
      occurrences: z.record(z.string(), z.int()),
      total: z.int(),
    }),
  ),
  partial: z.boolean(),
});
export type WireHistogram = z.infer<typeof histogram>;

export const aggregate = z.object({
  rows: z.array(
    z.object({
      key: z.record(z.string(), z.string()),
      events: z.int(),
      occurrences: z.int(),
      perMinute: z.number(),
      firstSeen: time,
      lastSeen: time,
      distinctObjects: z.int(),
    }),
  ),
  partial: z.boolean(),
});
export type WireAggregate = z.infer<typeof aggregate>;

export const namespaces = z.object({
  items: z.array(
    z.object({
      /** The cluster's uid. */
      cluster: z.string(),
      namespace: z.string(),
      /** Stored events that are about objects in it. */
      events: z.int(),
      /** Whether new events of it are kept. */
      monitored: z.boolean(),
    }),
  ),
});
export type WireNamespaces = z.infer<typeof namespaces>;
