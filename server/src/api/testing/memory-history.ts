/** A history and an outbox in memory, for tests of the API: the port as its documentation says, in the plainest way. */
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { Delivery } from '../../model/delivery.ts';
import type { Diagnosis } from '../../model/diagnosis.ts';
import type { Evidence, Incident, LogEntry, Strand } from '../../model/incident.ts';
import { CursorError, type DeliveryFilter, type History, type IncidentFilter, type Outbox } from '../../model/ports.ts';
import type { EventFilter, FilterField } from '../../model/query.ts';

export function clusterEvent(overrides: Partial<ClusterEvent> = {}): ClusterEvent {
  const object = { kind: 'Pod', namespace: 'shop', name: 'checkout-7d9f-abcde', uid: 'p1' };
  return {
    uid: 'e1',
    cluster: 'c1',
    clusterName: 'lab',
    origin: 'event',
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off restarting failed container',
    count: 1,
    firstSeen: 1_000,
    lastSeen: 2_000,
    ingestedAt: 2_500,
    category: 'Crash',
    severity: 'high',
    condition: 'CrashLoopBackOff',
    fingerprint: 'v1:f',
    correlationId: 'v1:c',
    incidentId: null,
    object,
    rootOwner: { kind: 'Deployment', namespace: 'shop', name: 'checkout', uid: 'd1' },
    node: 'node-1',
    labels: { app: 'checkout' },
    source: 'kubelet',
    ...overrides,
  };
}

export interface MemoryContents {
  readonly events?: readonly ClusterEvent[];
  readonly incidents?: readonly Incident[];
  readonly evidence?: readonly Evidence[];
  readonly strands?: readonly Strand[];
  readonly log?: readonly LogEntry[];
  readonly diagnoses?: readonly Diagnosis[];
}

export function memoryHistory(contents: MemoryContents): History {
  const { events = [], incidents = [], evidence = [], strands = [], log = [], diagnoses = [] } = contents;
  const matching = (filter: EventFilter) =>
    events.filter((event) => matches(filter, event)).sort((a, b) => b.lastSeen - a.lastSeen);
  return {
    async events(filter, { limit, cursor }) {
      if (cursor !== undefined && !/^c\d+$/.test(cursor)) throw new CursorError(cursor);
      const start = cursor === undefined ? 0 : Number(cursor.slice(1));
      const all = matching(filter);
      const items = all.slice(start, start + limit);
      return { items, nextCursor: start + limit < all.length ? `c${start + limit}` : null, partial: false };
    },
    event: async (uid, cluster) =>
      events.find((event) => event.uid === uid && (cluster === undefined || event.cluster === cluster)) ?? null,
    facets: async (filter, fields, limit) =>
      fields.map((field) => {
        const counts = new Map<string, number>();
        for (const event of matching(filter))
          counts.set(valueOf(event, field), (counts.get(valueOf(event, field)) ?? 0) + 1);
        const values = [...counts]
          .map(([value, count]) => ({ value, events: count, occurrences: count }))
          .slice(0, limit);
        return { field, values };
      }),
    histogram: async (filter, buckets) => ({
      from: filter.from ?? 0,
      to: filter.to ?? buckets * 1000,
      bucketMs: 1000,
      buckets: Array.from({ length: buckets }, (_, index) => ({
        start: index * 1000,
        occurrences: { high: 1 },
        total: 1,
      })),
      partial: false,
    }),
    async aggregate(filter, groupBy, limit) {
      const rows = matching(filter)
        .slice(0, limit)
        .map((event) => ({
          key: Object.fromEntries(groupBy.map((field) => [field, valueOf(event, field)])),
          events: 1,
          occurrences: event.count,
          perMinute: 1,
          firstSeen: event.firstSeen,
          lastSeen: event.lastSeen,
          distinctObjects: 1,
        }));
      return { rows, partial: false };
    },
    async incidents(filter) {
      const { limit, cursor } = filter;
      if (cursor !== undefined && !/^c\d+$/.test(cursor)) throw new CursorError(cursor);
      const start = cursor === undefined ? 0 : Number(cursor.slice(1));
      const all = incidents.filter((incident) => isListed(filter, incident)).sort((a, b) => b.openedAt - a.openedAt);
      const nextCursor = start + limit < all.length ? `c${start + limit}` : null;
      return { items: all.slice(start, start + limit), nextCursor };
    },
    incidentIdsLike: async (prefix) =>
      incidents
        .map(({ id }) => id)
        .filter((id) => id.startsWith(prefix))
        .slice(0, 2),
    incidentObjects: async () => [],
    earlierIncidents: async () => [],
    strands: async (id) => strands.filter(({ incidentId }) => incidentId === id),
    log: async (id) => log.filter(({ incidentId }) => incidentId === id),
    changes: async () => [],
    diagnoses: async (ids) => diagnoses.filter(({ incidentId }) => ids.includes(incidentId)),
    diagnosis: async (id) => diagnoses.find(({ incidentId }) => incidentId === id) ?? null,
    incident: async (id) => incidents.find((incident) => incident.id === id) ?? null,
    captures: async (id) => {
      const own = evidence.filter(({ incidentId }) => incidentId === id);
      return [...new Set(own.map(({ capturedAt }) => capturedAt))].sort().map((at) => {
        const pieces = own.filter(({ capturedAt }) => capturedAt === at);
        const had = pieces.filter(({ error }) => error === null).length;
        return { at, had, missed: pieces.length - had };
      });
    },
    evidence: async (id) => evidence.filter(({ incidentId }) => incidentId === id),
    gaps: async () => [],
    namespaces: async () => {
      const seen = new Map<string, { cluster: string; namespace: string; events: number }>();
      for (const { cluster, object } of events) {
        const key = `${cluster}/${object.namespace}`;
        const row = seen.get(key) ?? { cluster, namespace: object.namespace, events: 0 };
        row.events++;
        seen.set(key, row);
      }
      return [...seen.values()];
    },
    totals: async () => ({ stored: events.length, occurrences: events.length, incidents: incidents.length }),
  };
}

/** Remembers the filters that it was asked with. */
export function memoryOutbox(deliveries: readonly Delivery[] = []): Outbox & { readonly asked: DeliveryFilter[] } {
  const asked: DeliveryFilter[] = [];
  const chosen = (filter: DeliveryFilter) => {
    asked.push(filter);
    return deliveries
      .filter(({ id, status }) => (filter.ids?.includes(id) ?? true) && (filter.statuses?.includes(status) ?? true))
      .slice(0, filter.limit);
  };
  const unused = () => Promise.reject(new Error('the API never sends'));
  return {
    asked,
    addDeliveries: unused,
    claimDeliveries: unused,
    finishDelivery: unused,
    deliveries: async (filter) => chosen(filter),
    replayDeliveries: async (filter) => chosen(filter).length,
  };
}

function isListed(filter: IncidentFilter, { state, severity, cluster, root, subject, mergedInto }: Incident): boolean {
  const { states, severities, clusters, namespaces } = filter;
  return (
    mergedInto === null &&
    (states?.includes(state) ?? true) &&
    (severities?.includes(severity) ?? true) &&
    (clusters === undefined || clusters.includes(cluster.uid) || clusters.includes(cluster.name)) &&
    (namespaces === undefined || namespaces.includes(root.namespace) || namespaces.includes(subject.namespace))
  );
}

function matches(filter: EventFilter, event: ClusterEvent): boolean {
  if (filter.from !== undefined && event.lastSeen < filter.from) return false;
  if (filter.to !== undefined && event.firstSeen >= filter.to) return false;
  for (const [field, values] of Object.entries(filter.fields)) {
    const value = valueOf(event, field as FilterField);
    const wanted = values.filter((candidate) => !candidate.startsWith('!'));
    if (values.includes(`!${value}`) || (wanted.length > 0 && !wanted.includes(value))) return false;
  }
  const labels = Object.entries(filter.labels ?? {});
  if (!labels.every(([key, value]) => event.labels[key] === value)) return false;
  const text = `${event.message} ${event.reason} ${event.object.name}`.toLowerCase();
  return (filter.text ?? '')
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function valueOf(event: ClusterEvent, field: FilterField): string {
  switch (field) {
    case 'namespace':
    case 'kind':
    case 'name':
      return event.object[field];
    case 'incident':
      return event.incidentId ?? '';
    default:
      return event[field];
  }
}
