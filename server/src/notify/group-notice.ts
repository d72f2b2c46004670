/** What is told together: the turns that a route held back, as their incidents stand by now, in one message or one summary. */
import { type ClusterEvent, SEVERITIES } from '../model/cluster-event.ts';
import type { AlsoTold, Digest, DigestLine, Notice } from '../model/delivery.ts';
import type { Incident } from '../model/incident.ts';
import type { Held } from '../model/notice-decision.ts';
import type { History } from '../model/ports/history.ts';
import { acknowledgedBy } from './acknowledged-by.ts';
import { newestEvidence } from './newest-evidence.ts';

export interface GroupHistory {
  readonly history: Pick<History, 'incident' | 'event' | 'evidence' | 'diagnosis' | 'log'>;
}

const MOST_DIGEST_LINES = 20;

/** A held turn of an incident, and how the incident stands now. */
export interface Item {
  readonly held: Held;
  readonly incident: Incident;
  /** Why it is not told any more; null where it is. */
  readonly why: 'merged' | 'over' | null;
}

/** The newest held turn of each incident. Whose beginning was never told need not be told that it is over, but in a summary. */
export async function itemsOf(waiting: readonly Held[], { history }: GroupHistory): Promise<readonly Item[]> {
  const newest = new Map(waiting.map((held) => [held.incidentId, held]));
  const items: Item[] = [];
  for (const held of newest.values()) {
    const incident = await history.incident(held.incidentId);
    if (incident === null) continue;
    const isOver = held.how === 'group' && held.kind !== 'resolved' && incident.state === 'resolved';
    const why = incident.mergedInto !== null ? 'merged' : isOver ? 'over' : null;
    items.push({ held, incident, why });
  }
  return items.sort(byWeight);
}

export async function groupNotice(
  id: string,
  [first, ...rest]: readonly Item[],
  at: number,
  { history }: GroupHistory,
): Promise<Notice | null> {
  if (first === undefined) return null;
  const { incident, held } = first;
  const evidence = newestEvidence(await history.evidence(incident.id));
  const diagnosis = await history.diagnosis(incident.id);
  const event: ClusterEvent | null = await history.event(incident.openedBy, incident.cluster.uid);
  const who = await acknowledgedBy(incident, history);
  const also: AlsoTold[] = [];
  for (const item of rest) {
    also.push({ incident: item.incident, kind: item.held.kind, ...(await acknowledgedBy(item.incident, history)) });
  }
  const partial = evidence.length === 0;
  return { id, at, kind: held.kind, incident, event, evidence, diagnosis, partial, also, ...who };
}

export async function digestNotice(
  id: string,
  waiting: readonly Held[],
  items: readonly Item[],
  at: number,
  { history }: GroupHistory,
): Promise<Notice | null> {
  if (items.length === 0) return null;
  const lines: DigestLine[] = [];
  for (const { incident } of items.slice(0, MOST_DIGEST_LINES)) {
    lines.push({ incident, cause: (await history.diagnosis(incident.id))?.cause ?? null });
  }
  const digest: Digest = {
    occasion: waiting[0]?.occasion ?? '',
    from: Math.min(...waiting.map((held) => held.at)),
    to: at,
    lines,
    incidents: items.length,
    stillOpen: items.filter(({ incident }) => incident.state !== 'resolved').length,
    healed: items.filter(({ incident }) => incident.state === 'resolved' && incident.resolvedBy === 'tattle').length,
    repeats: items.reduce((sum, { incident }) => sum + Math.max(0, incident.eventCount - 1), 0),
  };
  return { id, at, kind: 'digest', digest };
}

/** The worst first, then the newest. */
function byWeight(a: Item, b: Item): number {
  const rank = ({ incident }: Item) => SEVERITIES.indexOf(incident.severity);
  const over = ({ incident }: Item) => Number(incident.state === 'resolved');
  return over(a) - over(b) || rank(a) - rank(b) || b.incident.openedAt - a.incident.openedAt;
}
