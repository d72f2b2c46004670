/** Notices for tests: a crash loop with its evidence, and variations of it. */
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { Notice } from '../../model/delivery.ts';
import type { Diagnosis } from '../../model/diagnosis.ts';
import type { Evidence, Incident } from '../../model/incident.ts';

const T0 = Date.UTC(2026, 10, 20, 23, 44, 0);
const cluster = { uid: 'c0ffee00-0000-4000-8000-000000000001', name: 'homelab' };
const pod = { kind: 'Pod', namespace: 'shop', name: 'cart-7d9c5-abcde', uid: 'pod-uid-1' };
const deployment = { kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'deployment-uid-1' };

export function anIncident(more: Partial<Incident> = {}): Incident {
  return {
    id: 'inc_1',
    cluster,
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

export function anEvent(more: Partial<ClusterEvent> = {}): ClusterEvent {
  return {
    uid: 'event-uid-1',
    cluster: cluster.uid,
    clusterName: cluster.name,
    origin: 'event',
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off restarting failed container cart',
    count: 7,
    firstSeen: T0,
    lastSeen: T0 + 60_000,
    ingestedAt: T0,
    category: 'Crash',
    severity: 'high',
    condition: 'CrashLoopBackOff',
    fingerprint: 'v1:01',
    correlationId: 'v1:02',
    incidentId: 'inc_1',
    object: pod,
    rootOwner: deployment,
    node: 'node-1',
    labels: {},
    source: 'kubelet',
    ...more,
  };
}

export function someEvidence(kind: Evidence['kind'], body: unknown, more: Partial<Evidence> = {}): Evidence {
  return {
    id: `ev_${kind}`,
    incidentId: 'inc_1',
    kind,
    object: pod,
    container: kind === 'log' || kind === 'previous-log' ? 'cart' : '',
    capturedAt: T0 + 1000,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    truncated: false,
    error: null,
    ...more,
  };
}

export function aNotice(more: Partial<Notice> = {}): Notice {
  return {
    id: 'msg_0123456789abcdef',
    kind: 'opened',
    incident: anIncident(),
    event: anEvent(),
    evidence: [
      someEvidence('spec', {
        spec: { containers: [{ name: 'cart', image: 'cart:2' }] },
        references: { configMaps: ['cart-settings'], secrets: [], persistentVolumeClaims: [], serviceAccount: 'cart' },
      }),
      someEvidence('status', { containerStatuses: [{ name: 'cart', restartCount: 3 }] }),
      someEvidence('log', 'FATAL: REDIS_URL is not set'),
      someEvidence('previous-log', '', { error: 'previous terminated container "cart" not found' }),
      someEvidence('events', [{ reason: 'BackOff', count: 7 }]),
    ],
    diagnosis: null,
    partial: false,
    at: T0 + 2000,
    ...more,
  };
}

export function aDiagnosis(more: Partial<Diagnosis> = {}): Diagnosis {
  return {
    incidentId: 'inc_1',
    cause: 'missing-configuration',
    explanation: 'The variable REDIS_URL is missing.',
    confidence: 0.9,
    citations: [{ evidenceId: 'ev_log', text: 'FATAL: REDIS_URL is not set' }],
    nextSteps: ['Set REDIS_URL on Deployment cart'],
    commands: ['kubectl -n shop describe deployment cart'],
    by: 'configuration',
    at: T0,
    also: [],
    changes: [],
    ...more,
  };
}
