/** A made-up incident for tests and previews of channels: recognisable as one, and as long as real ones are. */
import type { IncidentNotice } from '../model/delivery.ts';
import type { Evidence, Incident } from '../model/incident.ts';

const MINUTE_MS = 60_000;

/** `id` becomes the notice's. */
export function sampleNotice(id: string, kind: IncidentNotice['kind'], at: number): IncidentNotice {
  const isOver = kind === 'resolved';
  const isTaken = kind === 'acknowledged';
  const subject = { kind: 'Pod', namespace: 'example', name: 'tattle-sample-7d9c5b-x2x4z', uid: 'sample' };
  const root = { kind: 'Deployment', namespace: 'example', name: 'tattle-sample', uid: 'sample-root' };
  const incident: Incident = {
    id: 'sample',
    cluster: { uid: 'sample', name: 'example' },
    state: isOver ? 'resolved' : isTaken ? 'acknowledged' : 'open',
    severity: 'info',
    category: 'Crash',
    condition: 'CrashLoopBackOff',
    root,
    subject,
    title: 'CrashLoopBackOff of Deployment example/tattle-sample',
    openedAt: at - 2 * MINUTE_MS,
    lastSeen: at,
    clearedAt: isOver ? at : null,
    resolvedAt: isOver ? at : null,
    resolvedBy: isOver ? 'tattle' : null,
    openedBy: 'sample-event',
    regressions: 0,
    mergedInto: null,
    resolution: null,
    eventCount: 5,
  };
  const log: Evidence = {
    id: 'sample-log',
    incidentId: incident.id,
    kind: 'previous-log',
    object: subject,
    container: 'app',
    capturedAt: at - MINUTE_MS,
    body: 'starting\nFATAL: the variable DATABASE_URL is not set',
    truncated: false,
    error: null,
  };
  return {
    id,
    kind,
    at,
    incident,
    event: null,
    evidence: [log],
    diagnosis: {
      incidentId: incident.id,
      cause: 'missing-configuration',
      explanation: 'The container app ends at start because the variable DATABASE_URL is not set.',
      confidence: 0.9,
      citations: [{ evidenceId: log.id, text: 'FATAL: the variable DATABASE_URL is not set' }],
      nextSteps: ['Set DATABASE_URL in the Deployment tattle-sample, or in the ConfigMap that it reads.'],
      commands: ['kubectl -n example describe deployment tattle-sample'],
      by: 'sample',
      at,
      also: [],
      changes: [],
    },
    partial: false,
    also: [],
    ...(isTaken && { acknowledgedBy: 'somebody' }),
  };
}
