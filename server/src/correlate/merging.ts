/** Merging incidents, and taking a merge back. Strands remember where they were born, so that they can return. */
import type { IncidentHead, Strand } from '../model/incident.ts';
import type { Command, CommandOutcome } from '../model/incident-command.ts';
import type { Assessment } from './assessment.ts';
import type { Draft } from './draft.ts';
import { done, refused } from './outcome.ts';
import { placeOf } from './place.ts';
import { pairsOf, stateOf, tieBetween } from './tying.ts';

type Merge = Extract<Command, { kind: 'merge' }>;

export function merge(into: IncidentHead, command: Merge, draft: Draft, assessment: Assessment): CommandOutcome {
  const others: IncidentHead[] = [];
  for (const id of new Set(command.others)) {
    const other = draft.incident(id);
    if (other === undefined) return refused(`no incident has the id ${id}`);
    if (other.id === into.id) return refused('an incident cannot be merged into itself');
    if (other.mergedInto !== null) return refused(`${id} was merged into ${other.mergedInto} already`);
    if (other.cluster.uid !== into.cluster.uid) return refused(`${id} is of another cluster`);
    others.push(other);
  }
  if (others.length === 0) return refused('there is nothing to merge into it');
  for (const other of others) mergeOne(into, other, command, draft);
  const strands = draft.strandsOf(into.id);
  const state = into.state === 'resolved' ? stateOf(strands) : into.state;
  const openedAt = Math.min(into.openedAt, ...others.map((other) => other.openedAt));
  const merged = { ...into, state, openedAt, ...(state === 'resolved' ? {} : { resolvedAt: null, resolvedBy: null }) };
  draft.putIncident(merged);
  assessment.reassess(merged);
  return done(into.id, ...others.map(({ id }) => id));
}

function mergeOne(into: IncidentHead, other: IncidentHead, { by, text }: Merge, draft: Draft): void {
  const because = `${by} merged ${other.title} into it${text === '' ? '' : `: ${text}`}`;
  tie(into, other, 'together', { by, text }, draft);
  for (const strand of draft.strandsOf(other.id)) {
    draft.putStrand({ ...strand, incidentId: into.id, rule: 'by-hand', because }, true);
  }
  draft.putIncident({ ...other, mergedInto: into.id });
  // Whoever was told of it hears that it ends there: it goes on under the other's name.
  if (other.state !== 'resolved') draft.tell(other.id, 'resolved', draft.at);
  draft.note(into.id, 'merged', because, draft.at, by, other.id + String(draft.at));
  draft.note(other.id, 'merged', `it goes on as ${into.title}${text === '' ? '' : `: ${text}`}`, draft.at, by);
}

export function unmerge(
  incident: IncidentHead,
  { by, text }: Command,
  draft: Draft,
  assessment: Assessment,
): CommandOutcome {
  const path = pathOf(incident, draft);
  const into = path.at(-1);
  if (into === undefined) return refused('it is not merged into another incident');
  const own = ownStrands(incident, draft.strandsOf(into.id));
  for (const step of path) tie(step, incident, 'apart', { by, text }, draft);
  for (const strand of own) {
    draft.putStrand({ ...strand, incidentId: incident.id, rule: 'opened', because: 'its merge was taken back' }, true);
    // What came while the merge stood was counted there.
    draft.moves.push({ from: into.id, to: incident.id, root: strand.root, condition: strand.condition });
  }
  // One that was open ends by itself, hold-down and all; one that was over may have come back meanwhile.
  const isOver = incident.state === 'resolved' || into.state === 'resolved';
  const state = isOver ? stateOf(own) : incident.state;
  const free: IncidentHead = {
    ...incident,
    mergedInto: null,
    state,
    resolvedAt: state === 'resolved' ? (incident.resolvedAt ?? draft.at) : null,
    resolvedBy: state === 'resolved' ? (incident.resolvedBy ?? by) : null,
  };
  draft.putIncident(free);
  const left = withoutIt(into, incident, draft);
  draft.putIncident(left);
  draft.note(incident.id, 'unmerged', text, draft.at, by);
  draft.note(
    into.id,
    'unmerged',
    `${incident.title} is an incident of its own again`,
    draft.at,
    by,
    incident.id + String(draft.at),
  );
  assessment.reassess(free);
  assessment.reassess(left);
  return done(incident.id, into.id);
}

/** Those that it brought along, and those that began at its places while the merge stood. */
function ownStrands(incident: IncidentHead, strands: readonly Strand[]): readonly Strand[] {
  const place = ({ cluster, root }: Strand) => placeOf(cluster.uid, root);
  const brought = strands.filter(({ bornIn }) => bornIn === incident.id);
  const places = new Set(brought.map(place));
  for (const strand of strands)
    if (strand.bornIn !== incident.id && strand.rule === 'opened') places.delete(place(strand));
  return strands.filter((strand) => strand.bornIn === incident.id || places.has(place(strand)));
}

/** It began with the earlier of the two as long as they were one. */
function withoutIt(into: IncidentHead, incident: IncidentHead, draft: Draft): IncidentHead {
  if (into.openedAt !== incident.openedAt) return into;
  const begun = draft.strandsOf(into.id).map(({ firstSeen }) => firstSeen);
  return begun.length === 0 ? into : { ...into, openedAt: Math.max(into.openedAt, Math.min(...begun)) };
}

/** What it was merged into, and what that was merged into in turn: it lives on in the last one. */
function pathOf(incident: IncidentHead, draft: Draft): readonly IncidentHead[] {
  const path: IncidentHead[] = [];
  for (let at = incident.mergedInto; at !== null; at = path.at(-1)?.mergedInto ?? null) {
    const next = draft.incident(at);
    if (next === undefined || next.id === incident.id || path.includes(next)) break;
    path.push(next);
  }
  return path;
}

/** By their places, so that it holds for later incidents; by their strands where both are at one place. */
function tie(
  into: IncidentHead,
  other: IncidentHead,
  kind: 'together' | 'apart',
  { by, text }: Pick<Command, 'by' | 'text'>,
  draft: Draft,
): void {
  const clusterUid = into.cluster.uid;
  const [a, b] = [placeOf(clusterUid, into.root), placeOf(clusterUid, other.root)];
  const base = { clusterUid, by, reason: text, at: draft.at, kind };
  if (a !== b) draft.ties.push(tieBetween(a, b, base));
  else {
    const pairs = pairsOf(draft.strandsOf(into.id), strandsBornIn(other, into, draft));
    for (const [one, two] of pairs) draft.ties.push(tieBetween(one.key, two.key, base));
  }
}

function strandsBornIn(other: IncidentHead, into: IncidentHead, draft: Draft): readonly Strand[] {
  const own = draft.strandsOf(other.id);
  return own.length > 0 ? own : draft.strandsOf(into.id).filter(({ bornIn }) => bornIn === other.id);
}
