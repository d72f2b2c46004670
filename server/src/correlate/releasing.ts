/** What a node's trouble leaves behind: workloads that stay broken after it is over go on as incidents of their own. */
import { createHash } from 'node:crypto';
import type { IncidentHead, Strand } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { ObjectCache } from '../model/slim-object.ts';
import type { Assessment } from './assessment.ts';
import { workloadsBehind } from './chains/service.ts';
import type { Draft } from './draft.ts';
import { headlineOf, titleOf } from './headline.ts';
import { placeOf, spoken } from './place.ts';

export interface Left {
  readonly from: IncidentHead;
  /** Strands that hold although the node's own are over. */
  readonly strands: readonly Strand[];
  /** When it was clear that they would not end with the node. */
  readonly since: number;
}

/** A strand of a node's incident that only suffers from the node. */
export function isVictim({ root, rule }: Strand, incident: IncidentHead): boolean {
  return incident.root.kind === 'Node' && root.kind !== 'Node' && rule !== 'by-hand';
}

export function release(left: Left, draft: Draft, assessment: Assessment, cache: ObjectCache): void {
  for (const strands of grouped(left.strands, cache)) releaseOne({ ...left, strands }, draft, assessment);
}

/** One a workload, which comes first in it, each with the services that it leaves without endpoints. */
function grouped(strands: readonly Strand[], cache: ObjectCache): Iterable<readonly Strand[]> {
  const groups = new Map<string, Strand[]>();
  const inOrder = [...strands].sort((a, b) => Number(isOfService(a)) - Number(isOfService(b)));
  for (const strand of inOrder) {
    const place = placeIn(groups, strand, cache);
    const group = groups.get(place);
    if (group === undefined) groups.set(place, [strand]);
    else group.push(strand);
  }
  return groups.values();
}

function isOfService({ root }: Strand): boolean {
  return root.kind === 'Service';
}

function placeIn(groups: ReadonlyMap<string, unknown>, strand: Strand, cache: ObjectCache): string {
  const clusterUid = strand.cluster.uid;
  const own = placeOf(clusterUid, strand.root);
  const service = isOfService(strand) ? cache.find(clusterUid, strand.root) : undefined;
  if (service === undefined) return own;
  const behind = [...workloadsBehind(clusterUid, service, { cache })].map((ref: ObjectRef) => placeOf(clusterUid, ref));
  return behind.find((place) => groups.has(place)) ?? own;
}

function releaseOne({ from, strands, since }: Left, draft: Draft, assessment: Assessment): void {
  const place = placeOf(from.cluster.uid, (strands[0] ?? from).root);
  const headline = headlineOf(strands.filter((strand) => placeOf(strand.cluster.uid, strand.root) === place));
  if (headline === undefined) return;
  const { condition, category, root, subject } = headline;
  const id = createHash('sha256').update(`left:${from.id}:${from.regressions}:${place}`).digest('hex').slice(0, 16);
  const why = `${condition} of ${spoken(root)} went on after ${spoken(from.root)} was well again`;
  for (const strand of strands) {
    draft.putStrand({ ...strand, incidentId: id, rule: 'opened', because: why }, true);
    for (const source of new Set([from.id, strand.bornIn])) {
      draft.moves.push({ from: source, to: id, root: strand.root, condition: strand.condition });
    }
  }
  draft.putIncident({
    ...from,
    id,
    state: 'open',
    severity: assessment.severityOf(strands),
    category,
    condition,
    root,
    subject,
    title: titleOf(condition, root),
    openedAt: since,
    resolvedAt: null,
    resolvedBy: null,
    regressions: 0,
    resolution: null,
  });
  draft.note(id, 'opened', why, since, 'tattle', 'first');
  draft.note(from.id, 'split', why, since, 'tattle', id);
  draft.capture(id, 'opened', 0);
  draft.tell(id, 'opened', 0);
}
