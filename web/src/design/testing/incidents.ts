/** Incidents to try the pages with, as the API answers them. */
import type { WireDiagnosis, WireIncident, WireIncidentView } from '@tattle/contract';

const OPENED = '2026-01-31T14:00:00.000Z';

export function anIncident(parts: Partial<WireIncident> = {}): WireIncident {
  return {
    id: 'a1',
    cluster: 'c1',
    clusterName: 'prod',
    state: 'open',
    severity: 'high',
    category: 'Crash',
    condition: 'CrashLoopBackOff',
    title: 'CrashLoopBackOff: Deployment shop/web',
    root: { uid: 'd1', kind: 'Deployment', namespace: 'shop', name: 'web', cluster: 'c1' },
    subject: { uid: 'p1', kind: 'Pod', namespace: 'shop', name: 'web-1' },
    openedAt: OPENED,
    lastSeen: OPENED,
    clearedAt: null,
    resolvedAt: null,
    resolvedBy: null,
    eventCount: 3,
    regressions: 0,
    mergedInto: null,
    resolution: null,
    diagnosis: null,
    restricted: false,
    ...parts,
  };
}

export function anIncidentView(parts: Partial<WireIncidentView> = {}): WireIncidentView {
  return {
    ...anIncident(),
    objects: [],
    changes: [],
    together: [],
    timeline: [],
    timelineCut: false,
    earlier: [],
    ...parts,
  };
}

export function aDiagnosis(parts: Partial<WireDiagnosis> = {}): WireDiagnosis {
  return {
    cause: 'missing-configuration',
    confidence: 0.94,
    explanation: 'The variable DATABASE_URL is missing.',
    citations: [],
    by: 'crash',
    at: OPENED,
    nextSteps: [],
    commands: [],
    also: [],
    ...parts,
  };
}
