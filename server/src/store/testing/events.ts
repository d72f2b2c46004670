/** Events for tests and benches: whole TriagedEvents and change sets from the few fields that matter. */
import { createHash } from 'node:crypto';
import type { ChangeSet, KnownEvent, NewEvent, RepeatedEvent } from '../../model/change-set.ts';
import type { Category, Severity, TriagedEvent } from '../../model/cluster-event.ts';
import type { IncidentNotice } from '../../model/delivery.ts';
import type { Incident, NewJob, Strand } from '../../model/incident.ts';

export const CLUSTER = { uid: '5f6c2f5e-6a53-4f0d-9d5e-0d8f3a1b2c3d', name: 'test' };

export interface EventShape {
  readonly uid: string;
  readonly cluster?: { uid: string; name: string };
  readonly origin?: 'event' | 'state';
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly reason?: string;
  readonly type?: string;
  readonly message?: string;
  readonly category?: Category;
  readonly severity?: Severity;
  readonly component?: string;
  readonly node?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly count?: number;
  readonly at: number;
}

function triaged(shape: EventShape): TriagedEvent {
  const object = {
    kind: shape.kind ?? 'Pod',
    namespace: shape.namespace ?? 'shop',
    name: shape.name ?? 'cart-7d9f',
    uid: `object-of-${shape.uid}`,
  };
  const cluster = shape.cluster ?? CLUSTER;
  const base = {
    cluster,
    uid: shape.uid,
    object,
    reason: shape.reason ?? 'BackOff',
    type: shape.type ?? 'Warning',
    message: shape.message ?? 'Back-off restarting failed container',
    count: shape.count ?? 1,
    firstSeen: shape.at,
    lastSeen: shape.at,
    component: shape.component ?? 'kubelet',
    host: 'node-1',
    labels: shape.labels ?? {},
    annotations: {},
    related: null,
  };
  const print = createHash('sha256').update(`${object.namespace}/${object.name}/${base.reason}`).digest('hex');
  return {
    observation:
      shape.origin === 'state'
        ? { ...base, source: 'state', condition: 'CrashLoopBackOff', transition: 'raised', container: '' }
        : { ...base, source: 'event' },
    category: shape.category ?? 'Crash',
    severity: shape.severity ?? 'high',
    condition: 'CrashLoopBackOff',
    rootOwner: { kind: 'Deployment', namespace: object.namespace, name: 'cart', uid: '' },
    fingerprint: `v1:${print.slice(0, 32)}`,
    correlationId: `v1:${print.slice(32, 64)}`,
    node: shape.node ?? 'node-1',
  };
}

export function created(shape: EventShape, incidentId: string | null = null): NewEvent {
  const event = triaged(shape);
  return { event, delta: event.observation.count, incidentId };
}

export function repeated(shape: EventShape, known: KnownEvent, incidentId: string | null = null): RepeatedEvent {
  const event = triaged(shape);
  return { event, known, delta: Math.max(0, event.observation.count - known.count), incidentId };
}

export function change(at: number, parts: Partial<ChangeSet>): ChangeSet {
  return {
    at,
    created: [],
    repeated: [],
    incidents: [],
    strands: [],
    counted: [],
    log: [],
    ties: [],
    moves: [],
    objectChanges: [],
    jobs: [],
    deadLetters: [],
    gaps: [],
    positions: [],
    audit: [],
    ...parts,
  };
}

export function incident(id: string, at: number, parts: Partial<Incident> = {}): Incident {
  const root = { kind: 'Deployment', namespace: 'shop', name: 'cart', uid: '' };
  return {
    id,
    cluster: CLUSTER,
    state: 'open',
    severity: 'high',
    category: 'Crash',
    condition: 'CrashLoopBackOff',
    root,
    subject: { ...root, kind: 'Pod', name: 'cart-7d9f' },
    title: 'cart crashes',
    openedAt: at,
    lastSeen: at,
    clearedAt: null,
    resolvedAt: null,
    resolvedBy: null,
    eventCount: 1,
    openedBy: 'uid',
    regressions: 0,
    mergedInto: null,
    resolution: null,
    ...parts,
  };
}

export function strand(incidentId: string, at: number, parts: Partial<Strand> = {}): Strand {
  const { cluster, root, subject, condition, category, severity } = incident(incidentId, at);
  return {
    key: `v1:${incidentId}`,
    incidentId,
    bornIn: incidentId,
    cluster,
    root,
    subject,
    condition,
    aspect: '',
    category,
    severity,
    firstSeen: at,
    lastSeen: at,
    clearedAt: null,
    eventCount: 1,
    rule: 'opened',
    because: 'it opened it',
    ...parts,
  };
}

/** About this incident, or an open one of this id. */
export function notice(
  id: string,
  about: string | Incident,
  at: number,
  parts: Partial<IncidentNotice> = {},
): IncidentNotice {
  return {
    id,
    kind: 'opened',
    incident: typeof about === 'string' ? incident(about, at) : about,
    event: null,
    evidence: [],
    diagnosis: null,
    partial: false,
    at,
    also: [],
    ...parts,
  };
}

export function job(key: string, incidentId: string, runAt: number): NewJob {
  return { kind: 'evidence', incidentId, key, runAt, payload: { key } };
}

/** A random generator that a seed makes the same on every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
