/** A history and an outbox in memory, for tests of the API: the port as its documentation says, in the plainest way. */
import { covers, touchesCluster } from '../../kit/scope.ts';
import type { Scope } from '../../model/access.ts';
import type { ObjectChange } from '../../model/change.ts';
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { Diagnosis } from '../../model/diagnosis.ts';
import type { Evidence, Incident, LogEntry, Strand } from '../../model/incident.ts';
import { CursorError } from '../../model/ports/store.ts';
import type { DeliveryFilter, ListedDelivery, Outbox } from '../../model/ports/telling.ts';
import type { History } from '../../model/ports/history.ts';
import type { Gap } from '../../model/position.ts';
import type { ChangeFilter, EventFilter, FilterField, Profile, ProfileField } from '../../model/query.ts';
import { isCalled, MemoryIncidents } from './memory-incidents.ts';

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
  readonly changes?: readonly ObjectChange[];
  readonly gaps?: readonly Gap[];
}

export function memoryHistory(contents: MemoryContents): History {
  const { events = [], incidents = [], evidence = [], strands = [], log = [], diagnoses = [] } = contents;
  const { changes = [], gaps = [] } = contents;
  const listed = new MemoryIncidents({ incidents, strands, diagnoses, events });
  const matching = (filter: EventFilter) =>
    events.filter((event) => matches(filter, event)).sort((a, b) => b.lastSeen - a.lastSeen);
  return {
    events: async (filter, page) => ({ ...pageOf(matching(filter), page), partial: false }),
    event: async (uid, cluster, scope) =>
      matching({ fields: {}, ...(scope === undefined ? {} : { scope }) }).find(
        (event) => event.uid === uid && (cluster === undefined || event.cluster === cluster),
      ) ?? null,
    facets: async (filter, fields, limit) =>
      fields.map((field) => {
        const counts = new Map<string, number>();
        for (const event of matching({ ...filter, fields: { ...filter.fields, [field]: [] } }))
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
    async aggregate(filter, groupBy, limit, { trend = 0, compare = false } = {}) {
      const groups = Map.groupBy(matching(filter), (event) =>
        JSON.stringify(groupBy.map((field) => valueOf(event, field))),
      );
      const rows = [...groups.values()].slice(0, limit).map((group) => {
        const occurrences = group.reduce((sum, { count }) => sum + count, 0);
        const [event] = group as [ClusterEvent];
        return {
          key: Object.fromEntries(groupBy.map((field) => [field, valueOf(event, field)])),
          events: group.length,
          occurrences,
          perMinute: 1,
          firstSeen: Math.min(...group.map(({ firstSeen }) => firstSeen)),
          lastSeen: Math.max(...group.map(({ lastSeen }) => lastSeen)),
          distinctObjects: new Set(group.map(({ object }) => JSON.stringify(object))).size,
          trend: Array.from({ length: trend }, () => occurrences),
          before: compare ? 0 : null,
        };
      });
      return { rows, partial: false };
    },
    async profile(filter, except) {
      const all = matching(filter).filter((event) => except === undefined || !matches(except, event));
      const values = new Map<string, Profile['values'][number]>();
      for (const event of all) {
        for (const [field, value] of profiled(event)) {
          const { events: known = 0, occurrences = 0 } = values.get(`${field} ${value}`) ?? {};
          const tally = { events: known + 1, occurrences: occurrences + event.count };
          values.set(`${field} ${value}`, { field, value, ...tally });
        }
      }
      const occurrences = all.reduce((sum, { count }) => sum + count, 0);
      const oldest = all.length === 0 ? null : Math.min(...all.map(({ firstSeen }) => firstSeen));
      return { events: all.length, occurrences, values: [...values.values()], oldest, partial: false };
    },
    incidents: async (filter, page) => pageOf(listed.matching(filter), page),
    incidentFacets: async (filter, fields, limit) => fields.map((field) => listed.facet(filter, field, limit)),
    incidentIdsLike: async (prefix, scope) =>
      incidents
        .filter((incident) => incident.id.startsWith(prefix) && listed.see(incident, scope) !== null)
        .map(({ id }) => id)
        .slice(0, 2),
    incidentObjects: async () => [],
    earlierIncidents: async () => [],
    strands: async (...ids) => strands.filter(({ incidentId }) => ids.includes(incidentId)),
    log: async (id) => log.filter(({ incidentId }) => incidentId === id),
    changes: async (filter) =>
      pageOf(
        changes.filter((change) => isMeant(filter, change)).sort((a, b) => b.at - a.at),
        filter,
      ),
    diagnoses: async (ids) => diagnoses.filter(({ incidentId }) => ids.includes(incidentId)),
    diagnosis: async (id) => diagnoses.find(({ incidentId }) => incidentId === id) ?? null,
    incident: async (id) => incidents.find((incident) => incident.id === id) ?? null,
    incidentsById: async (ids) => incidents.filter(({ id }) => ids.includes(id)),
    captures: async (id) => {
      const own = evidence.filter(({ incidentId }) => incidentId === id);
      return [...new Set(own.map(({ capturedAt }) => capturedAt))].sort().map((at) => {
        const pieces = own.filter(({ capturedAt }) => capturedAt === at);
        const had = pieces.filter(({ error }) => error === null).length;
        return { at, had, missed: pieces.length - had };
      });
    },
    evidence: async (id) => evidence.filter(({ incidentId }) => incidentId === id),
    evidenceAbout: async (about, ids, limit) =>
      evidence
        .filter(({ incidentId, object }) => ids.includes(incidentId) && isCalled(object, about))
        .sort((a, b) => b.capturedAt - a.capturedAt)
        .slice(0, limit)
        .map(({ id, incidentId, kind, container, capturedAt }) => ({ id, incidentId, kind, container, capturedAt })),
    gaps: async ({ from = -Infinity, to = Infinity, clusters, scope = 'everything', limit }) =>
      gaps
        .map((gap) => ({ ...gap, clusterName: clusterOf(events, gap.clusterUid).name }))
        .filter((gap) => gap.from < to && (gap.to ?? Infinity) > from)
        .filter((gap) => clusters?.some((each) => each === gap.clusterUid || each === gap.clusterName) ?? true)
        .filter(({ clusterUid, stream }) => {
          const [, namespace] = stream.split('@');
          const cluster = clusterOf(events, clusterUid);
          return namespace === undefined ? touchesCluster(scope, cluster) : covers(scope, { cluster, namespace });
        })
        .sort((a, b) => b.from - a.from)
        .slice(0, limit),
    namespaces: async (scope) => {
      const seen = new Map<string, { cluster: string; clusterName: string; namespace: string; events: number }>();
      for (const { cluster, clusterName, object } of matching({
        fields: {},
        ...(scope === undefined ? {} : { scope }),
      })) {
        const key = `${cluster}/${object.namespace}`;
        const row = seen.get(key) ?? { cluster, clusterName, namespace: object.namespace, events: 0 };
        row.events++;
        seen.set(key, row);
      }
      return [...seen.values()];
    },
    eventSizes: async () => ({
      bytes: events.length * 1000,
      events: events.length,
      oldest: events.length === 0 ? null : Math.min(...events.map(({ firstSeen }) => firstSeen)),
      latelySince: events.length === 0 ? null : Math.min(...events.map(({ ingestedAt }) => ingestedAt)),
      lately: { short: 0, normal: events.length, long: 0 },
    }),
    totals: async () => ({ stored: events.length, occurrences: events.length, incidents: incidents.length }),
  };
}

/** Remembers the filters that it was asked with. */
export function memoryOutbox(
  deliveries: readonly ListedDelivery[] = [],
  { incidents = [], strands = [] }: Pick<MemoryContents, 'incidents' | 'strands'> = {},
): Outbox & { readonly asked: DeliveryFilter[] } {
  const asked: DeliveryFilter[] = [];
  const listed = new MemoryIncidents({ incidents, strands, diagnoses: [] });
  const isWhole = (id: string, scope: Scope) =>
    scope === 'everything' || incidents.some((each) => each.id === id && listed.see(each, scope)?.whole === true);
  const chosen = (filter: DeliveryFilter) => {
    asked.push(filter);
    const all = deliveries.filter(
      ({ id, status, incidentId }) =>
        (filter.ids?.includes(id) ?? true) &&
        (filter.statuses?.includes(status) ?? true) &&
        isWhole(incidentId ?? '', filter.scope ?? 'everything'),
    );
    return pageOf(all, filter);
  };
  const unused = () => Promise.reject(new Error('the API never sends'));
  return {
    asked,
    addDeliveries: unused,
    claimDeliveries: unused,
    finishDelivery: unused,
    deliveries: async (filter) => chosen(filter),
    replayDeliveries: async (filter) => chosen(filter).items.length,
  };
}

function pageOf<T>(
  all: readonly T[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
): { items: readonly T[]; nextCursor: string | null } {
  if (cursor !== undefined && !/^c\d+$/.test(cursor)) throw new CursorError(cursor);
  const start = cursor === undefined ? 0 : Number(cursor.slice(1));
  return {
    items: all.slice(start, start + limit),
    nextCursor: start + limit < all.length ? `c${start + limit}` : null,
  };
}

function clusterOf(events: readonly ClusterEvent[], uid: string): { uid: string; name: string } {
  return { uid, name: events.find(({ cluster }) => cluster === uid)?.clusterName ?? '' };
}

function isMeant(filter: ChangeFilter, { cluster, object, at }: ObjectChange): boolean {
  const { from = -Infinity, to = Infinity, scope = 'everything' } = filter;
  return (
    [undefined, cluster.uid, cluster.name].includes(filter.cluster) &&
    (filter.namespaces?.includes(object.namespace) ?? true) &&
    (filter.kinds?.includes(object.kind) ?? true) &&
    (filter.names?.includes(object.name) ?? true) &&
    at >= from &&
    at < to &&
    covers(scope, { cluster, namespace: object.namespace })
  );
}

function matches(filter: EventFilter, event: ClusterEvent): boolean {
  const cluster = { uid: event.cluster, name: event.clusterName };
  if (!covers(filter.scope ?? 'everything', { cluster, namespace: event.object.namespace })) return false;
  if (filter.from !== undefined && event.lastSeen < filter.from) return false;
  if (filter.to !== undefined && event.firstSeen >= filter.to) return false;
  for (const [field, values] of Object.entries(filter.fields)) {
    const own = valueOf(event, field as FilterField);
    // A cluster is found by its uid or by the name that people know.
    const told = field === 'cluster' ? [own, event.clusterName] : [own];
    const wanted = values.filter((candidate) => !candidate.startsWith('!'));
    if (told.some((value) => values.includes(`!${value}`))) return false;
    if (wanted.length > 0 && !told.some((value) => wanted.includes(value))) return false;
  }
  const { ownedBy } = filter;
  if (ownedBy !== undefined && (!isCalled(event.rootOwner, ownedBy) || isCalled(event.object, ownedBy))) return false;
  const labels = Object.entries(filter.labels ?? {});
  if (!labels.every(([key, value]) => event.labels[key] === value)) return false;
  const text = `${event.message} ${event.reason} ${event.object.name}`.toLowerCase();
  return (filter.text ?? '')
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function profiled({
  object,
  rootOwner,
  node,
  reason,
  source,
  cluster,
  labels,
}: ClusterEvent): readonly (readonly [ProfileField, string])[] {
  const owner = [rootOwner.namespace, rootOwner.kind, rootOwner.name].filter((part) => part !== '').join('/');
  const { namespace, kind } = object;
  const plain = Object.entries({ cluster, namespace, kind, reason, source, node, owner }) as [ProfileField, string][];
  const pairs = Object.entries(labels).map(([key, value]) => ['label', `${key}=${value}`] as const);
  return [...plain, ...pairs].filter(([, value]) => value !== '');
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
