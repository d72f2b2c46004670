/** An open incident of a crash, for tests of what is captured for it. */
import type { Incident } from '../../model/incident.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import { CLUSTER } from './recorded-cluster.ts';

export function incidentAt(root: ObjectRef, subject = root): Incident {
  return {
    id: 'inc_1',
    cluster: CLUSTER,
    state: 'open',
    severity: 'high',
    category: 'Crash',
    condition: 'CrashLoopBackOff',
    root,
    subject,
    title: '',
    openedAt: 0,
    lastSeen: 0,
    clearedAt: null,
    resolvedAt: null,
    eventCount: 1,
    openedBy: 'e',
    resolvedBy: null,
    regressions: 0,
    mergedInto: null,
    resolution: null,
  };
}
