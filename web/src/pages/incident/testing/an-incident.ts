/** An incident as the API answers it, for tests. */
import type { WireIncidentDetail } from '@tattle/contract';

const root = { cluster: 'c1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'd1' };
const pod = { kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'p1' };

export const anIncident: WireIncidentDetail = {
  id: 'inc_1',
  cluster: 'c1',
  clusterName: 'prod',
  state: 'open',
  severity: 'high',
  category: 'Crash',
  condition: 'CrashLoopBackOff',
  title: 'CrashLoopBackOff: Deployment shop/web',
  root,
  subject: pod,
  openedAt: '2026-01-31T14:00:00.000Z',
  lastSeen: '2026-01-31T14:10:00.000Z',
  clearedAt: null,
  resolvedAt: null,
  resolvedBy: null,
  eventCount: 16,
  regressions: 0,
  mergedInto: null,
  resolution: null,
  restricted: false,
  diagnosis: {
    cause: 'missing-configuration',
    confidence: 0.94,
    explanation: 'The variable URL is missing.',
    citations: [{ evidenceId: 'ev_log', text: 'FATAL: URL is not set' }],
    by: 'crash',
    at: '2026-01-31T14:00:02.000Z',
    nextSteps: ['Set URL'],
    commands: ['kubectl -n shop describe pod web-1'],
    also: [],
  },
  objects: [root, pod],
  changes: [
    {
      at: '2026-01-31T13:58:00.000Z',
      object: root,
      summary: 'env URL was removed',
      diff: [{ field: 'env URL', before: 'x', after: null }],
      revision: 2,
    },
  ],
  together: [],
  timeline: [],
  timelineCut: false,
  earlier: [],
  evidence: [
    {
      id: 'ev_log',
      kind: 'log',
      object: pod,
      container: 'web',
      capturedAt: '2026-01-31T14:00:01.000Z',
      body: 'start\nFATAL: URL is not set\n',
      truncated: false,
      error: null,
    },
  ],
};
