/** Holds the events that the server lists against what the store has: repairs what a watch missed, and counts it. */
import { isOlder } from '../kube/resource-version.ts';
import type { KubeClient } from '../kube/client.ts';
import { resourceVersionOf } from '../kube/watch-stream.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { Arrival, Observation } from '../model/observation.ts';
import type { Intake } from '../model/ports/source.ts';
import type { Metrics } from '../model/ports/process.ts';
import type { Store } from '../model/ports/store.ts';
import type { EventNormaliser } from './ports.ts';
import { listWhole, type StreamTarget } from './reflector-list.ts';

export interface AuditLookup {
  readonly identify: Store['identify'];
  readonly position: Store['position'];
  /** Whether triage would keep it: what a filter drops is not in the store, and not missed. */
  readonly wanted: (observation: Observation) => boolean;
}

export interface AuditedStream {
  readonly client: Pick<KubeClient, 'list'>;
  readonly cluster: ClusterRef;
  readonly stream: string;
  readonly target: StreamTarget;
  readonly normalise: EventNormaliser;
  readonly intake: Intake;
  readonly metrics: Metrics;
  readonly lookup: AuditLookup;
}

export type AuditResult =
  | { readonly kind: 'audited'; readonly listed: number; readonly missed: number }
  /** Nothing is saved yet, or the server could not be asked. */
  | { readonly kind: 'not-possible'; readonly why: string };

const PAGE_SIZE = 500;

/** Only what the saved position claims to cover is judged, so that events still on their way are never called missed. */
export async function auditStream(audited: AuditedStream, signal: AbortSignal): Promise<AuditResult> {
  const { client, target, lookup, cluster, stream } = audited;
  const position = await lookup.position(cluster.uid, stream);
  if (position === null) return { kind: 'not-possible', why: 'no position is saved yet' };
  let listed = 0;
  let missed = 0;
  const take = async (items: readonly unknown[]) => {
    const covered = items.filter((item) => !isOlder(position.resourceVersion, resourceVersionOf(item)));
    listed += covered.length;
    const lost = await missing(audited, covered);
    missed += lost.length;
    if (lost.length === 0) return;
    await audited.intake.offer(lost);
    audited.metrics.count('tattle_watch_missed_total', { cluster: cluster.name, stream }, lost.length);
  };
  const answer = await listWhole(client, target, PAGE_SIZE, take, signal);
  if (!answer.ok) return { kind: 'not-possible', why: answer.failure.message };
  return { kind: 'audited', listed, missed };
}

async function missing(audited: AuditedStream, items: readonly unknown[]): Promise<Arrival[]> {
  const { cluster, lookup, normalise } = audited;
  const listed = items
    .map((item) => normalise(item, 'LIST', cluster))
    .flatMap((arrival) => (arrival.kind === 'observation' && lookup.wanted(arrival.observation) ? [arrival] : []));
  if (listed.length === 0) return [];
  const known = await lookup.identify(
    listed.map(({ observation }) => ({ clusterUid: cluster.uid, uid: observation.uid })),
  );
  return listed.filter(({ observation }, index) => (known[index]?.count ?? 0) < observation.count);
}
