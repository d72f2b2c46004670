/** Notices for tests: a crash loop with its evidence, and variations of it. */
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { AlsoTold, Digest, DigestNotice, IncidentNotice, Notice } from '../../model/delivery.ts';
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

export function aNotice(more: Partial<IncidentNotice> = {}): IncidentNotice {
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
    also: [],
    at: T0 + 2000,
    ...more,
  };
}

/** Two more incidents that are told along with the one of `aNotice`. */
export function someAlso(): readonly AlsoTold[] {
  const of = (name: string) => ({ ...deployment, name, uid: `deployment-uid-${name}` });
  const queue = anIncident({
    id: 'inc_2',
    root: of('queue'),
    title: 'OOMKilled of Deployment shop/queue',
    condition: 'OOMKilled',
  });
  const mail = anIncident({
    id: 'inc_3',
    root: of('mail'),
    title: 'ImagePullBackOff of Deployment shop/mail',
    condition: 'ImagePullBackOff',
    severity: 'medium',
  });
  return [
    { incident: queue, kind: 'opened' },
    { incident: mail, kind: 'worse' },
  ];
}

export function aDigest(more: Partial<Digest> = {}): DigestNotice {
  const healed = { state: 'resolved', resolvedAt: T0 + 3_600_000, resolvedBy: 'tattle' } as const;
  const [queue, mail] = someAlso().map(({ incident }) => incident);
  return {
    id: 'msg_fedcba9876543210',
    kind: 'digest',
    at: T0 + 28_800_000,
    digest: {
      occasion: 'overnight',
      from: T0,
      to: T0 + 28_800_000,
      lines: [
        { incident: anIncident(), cause: 'missing-configuration' },
        { incident: anIncident({ ...queue, ...healed }), cause: 'memory-limit-too-low' },
        { incident: anIncident({ ...mail, ...healed }), cause: null },
      ],
      incidents: 3,
      stillOpen: 1,
      healed: 2,
      repeats: 1204,
      ...more,
    },
  };
}

/** One of each kind that a channel is asked to deliver, and some that differ within theirs. */
export function noticesOfEveryKind(): Readonly<Record<string, Notice>> {
  const diagnosis = aDiagnosis();
  const resolved = anIncident({ state: 'resolved', clearedAt: T0, resolvedAt: T0 + 300_000, resolvedBy: 'tattle' });
  const taken = anIncident({ state: 'acknowledged' });
  return {
    opened: aNotice({ diagnosis }),
    'opened without a diagnosis': aNotice({ partial: true, evidence: [] }),
    'opened without an event': aNotice({ event: null, evidence: [] }),
    worse: aNotice({ kind: 'worse', diagnosis, incident: anIncident({ severity: 'critical' }) }),
    diagnosed: aNotice({ kind: 'diagnosed', diagnosis }),
    acknowledged: aNotice({ kind: 'acknowledged', diagnosis, incident: taken, acknowledgedBy: 'ana' }),
    resolved: aNotice({ kind: 'resolved', diagnosis, incident: resolved }),
    reminder: aNotice({ kind: 'reminder', diagnosis }),
    escalated: aNotice({ kind: 'escalated', diagnosis }),
    test: aNotice({ kind: 'test' }),
    grouped: aNotice({ diagnosis, also: someAlso() }),
    digest: aDigest(),
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
