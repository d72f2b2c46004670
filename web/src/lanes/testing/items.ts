/** Items of timelines for tests. */
import type { WireItem } from '../items.ts';

export const START = Date.UTC(2026, 10, 26, 2, 0, 0);
export const MINUTE = 60_000;

export function moment(minutes: number): string {
  return new Date(START + minutes * MINUTE).toISOString();
}

export function wireItem(kind: WireItem['kind'], minutes: number, said: Partial<WireItem> = {}): WireItem {
  const object = { kind: 'Deployment', namespace: 'shop', name: 'web', uid: '' };
  return {
    at: moment(minutes),
    kind,
    severity: kind === 'change' || kind === 'gap' ? null : 'high',
    object: kind === 'gap' ? null : object,
    rootOwner: kind === 'gap' ? null : object,
    cluster: 'c1',
    clusterName: 'demo',
    since: kind === 'change' ? null : moment(minutes),
    until: null,
    count: kind === 'event' ? 1 : null,
    type: kind === 'event' ? 'Warning' : null,
    reason: null,
    revision: null,
    uid: null,
    text: `${kind} at ${minutes}`,
    incidentId: kind === 'incident' || kind === 'resolved' ? `i${minutes}` : null,
    ...said,
  };
}

export function pod(name: string, namespace = 'shop') {
  return { kind: 'Pod', namespace, name, uid: '' };
}
