/** Records for tests: occurrences of one event and another, an incident, and text that no encoder likes. */
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { Diagnosis } from '../../model/diagnosis.ts';
import type { Incident } from '../../model/incident.ts';
import type { EventRecord, IncidentRecord } from '../../model/sink.ts';
import { eventRecord, incidentRecord } from '../record.ts';

export const T0 = Date.UTC(2026, 10, 20, 23, 44, 0);
const CLUSTER = { uid: 'c0ffee00-0000-4000-8000-000000000001', name: 'homelab' };
const pod = { kind: 'Pod', namespace: 'shop', name: 'cart-7d9c5-abcde', uid: 'pod-uid-1' };
const deployment = { kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'deployment-uid-1' };

export const HOSTILE = '\ud83d\ude00 "quoted" \\ </script> \u202e \u2028 {{x}} \u0007 end\nnext line\t$1';

export function anEvent(more: Partial<ClusterEvent> = {}): ClusterEvent {
  return {
    uid: 'event-uid-1',
    cluster: CLUSTER.uid,
    clusterName: CLUSTER.name,
    origin: 'event',
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off restarting failed container cart',
    count: 7,
    firstSeen: T0,
    lastSeen: T0 + 60_123,
    ingestedAt: T0 + 5,
    category: 'Crash',
    severity: 'high',
    condition: 'CrashLoopBackOff',
    fingerprint: 'v1:01',
    correlationId: 'v1:02',
    incidentId: 'inc_1',
    object: pod,
    rootOwner: deployment,
    node: 'node-1',
    labels: { app: 'cart' },
    source: 'kubelet',
    ...more,
  };
}

export function anIncident(more: Partial<Incident> = {}): Incident {
  return {
    id: 'inc_1',
    cluster: CLUSTER,
    state: 'open',
    severity: 'high',
    category: 'Crash',
    condition: 'CrashLoopBackOff',
    root: deployment,
    subject: pod,
    title: 'CrashLoopBackOff of Deployment shop/cart',
    openedAt: T0,
    lastSeen: T0 + 60_000,
    clearedAt: null,
    resolvedAt: null,
    eventCount: 7,
    openedBy: 'event-uid-1',
    regressions: 0,
    resolvedBy: null,
    mergedInto: null,
    resolution: null,
    ...more,
  };
}

export function aDiagnosis(more: Partial<Diagnosis> = {}): Diagnosis {
  return {
    incidentId: 'inc_1',
    cause: 'missing-configuration',
    explanation: 'The variable REDIS_URL is missing.',
    confidence: 0.9,
    citations: [],
    nextSteps: [],
    commands: [],
    by: 'configuration',
    at: T0,
    also: [],
    changes: [],
    ...more,
  };
}

export function eventOf(count: number, more: Partial<ClusterEvent> = {}): EventRecord {
  return eventRecord({ event: anEvent(more), at: more.lastSeen ?? T0 + 60_123, count, delta: 1 });
}

export function incidentOf(more: Partial<Incident> = {}, diagnosis: Diagnosis | null = null): IncidentRecord {
  return incidentRecord(anIncident(more), diagnosis);
}

/** `count` occurrences of events of their own. */
export function manyEvents(count: number, more: Partial<ClusterEvent> = {}): readonly EventRecord[] {
  return Array.from({ length: count }, (_, i) =>
    eventOf(1, { uid: `uid-${String(i)}`, object: { ...pod, name: `pod-${String(i)}` }, lastSeen: T0 + i, ...more }),
  );
}
