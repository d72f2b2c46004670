/** Splitting an incident: some of its strands become one of their own, and stay apart from then on. */
import { createHash } from 'node:crypto';
import type { IncidentHead, Strand } from '../model/incident.ts';
import type { Command, CommandOutcome } from '../model/incident-command.ts';
import type { Assessment } from './assessment.ts';
import type { Draft } from './draft.ts';
import { headlineOf, titleOf } from './headline.ts';
import { done, refused } from './outcome.ts';
import { placeOf, spoken } from './place.ts';
import { pairsOf, stateOf, tieBetween } from './tying.ts';

type Split = Extract<Command, { kind: 'split' }>;

export function split(incident: IncidentHead, command: Split, draft: Draft, assessment: Assessment): CommandOutcome {
  const all = draft.strandsOf(incident.id);
  const chosen = all.filter((strand) => isChosen(strand, command));
  const rest = all.filter((strand) => !chosen.includes(strand));
  const headline = headlineOf(chosen);
  const remaining = headlineOf(rest);
  if (headline === undefined) return refused(`nothing in it is about that; it holds ${all.map(label).join(', ')}`);
  if (remaining === undefined) return refused('that is all of it: there would be nothing left to split it from');
  const own = newIncident(incident, chosen, headline, draft.at);
  for (const strand of chosen) move(strand, incident, own, command, draft);
  keepApart(chosen, rest, command, draft);
  draft.putIncident(own);
  draft.note(own.id, 'split', `split from ${incident.title}${reason(command)}`, draft.at, command.by);
  draft.note(incident.id, 'split', `${own.title} was split off${reason(command)}`, draft.at, command.by, own.id);
  draft.capture(own.id, 'split', draft.at);
  const left = rootedIn(incident, rest, remaining);
  draft.putIncident(left);
  assessment.reassess(own);
  assessment.reassess(left);
  return done(own.id, incident.id);
}

function isChosen({ root, condition }: Strand, { objects, conditions }: Split): boolean {
  const names = [`${root.kind}/${root.name}`, `${root.namespace}/${root.kind}/${root.name}`].map((name) =>
    name.toLowerCase(),
  );
  return (
    objects.some((object) => names.includes(object.toLowerCase())) ||
    conditions.some((name) => name.toLowerCase() === condition.toLowerCase())
  );
}

function label({ root, condition }: Strand): string {
  return `${condition} of ${root.kind}/${root.name}`;
}

function reason({ by, text }: Split): string {
  return ` by ${by}${text === '' ? '' : `: ${text}`}`;
}

/** Its id follows from what it was made of: splitting the same off again makes the same incident. */
function newIncident(from: IncidentHead, chosen: readonly Strand[], headline: Strand, at: number): IncidentHead {
  const keys = chosen.map(({ key }) => key).sort();
  const id = createHash('sha256')
    .update(`split:${from.id}:${keys.join(':')}`)
    .digest('hex')
    .slice(0, 16);
  const state = stateOf(chosen);
  return {
    ...from,
    id,
    state,
    severity: headline.severity,
    category: headline.category,
    condition: headline.condition,
    root: headline.root,
    subject: headline.subject,
    title: titleOf(headline.condition, headline.root),
    openedAt: Math.min(...chosen.map(({ firstSeen }) => firstSeen)),
    resolvedAt: state === 'resolved' ? at : null,
    resolvedBy: state === 'resolved' ? from.resolvedBy : null,
    regressions: 0,
    resolution: null,
  };
}

function move(strand: Strand, from: IncidentHead, to: IncidentHead, command: Split, draft: Draft): void {
  const because = `${label(strand)} was split from ${spoken(from.root)}${reason(command)}`;
  draft.putStrand({ ...strand, incidentId: to.id, rule: 'by-hand', because }, true);
  for (const source of new Set([from.id, strand.bornIn])) {
    draft.moves.push({ from: source, to: to.id, root: strand.root, condition: strand.condition });
  }
}

function keepApart(chosen: readonly Strand[], rest: readonly Strand[], { by, text }: Split, draft: Draft): void {
  const made = new Set<string>();
  for (const [one, other] of pairsOf(chosen, rest)) {
    const clusterUid = one.cluster.uid;
    const places = [placeOf(clusterUid, one.root), placeOf(clusterUid, other.root)] as const;
    const [a, b] = places[0] === places[1] ? [one.key, other.key] : places;
    const tie = tieBetween(a, b, { clusterUid, kind: 'apart', by, reason: text, at: draft.at });
    if (made.has(`${tie.a} ${tie.b}`)) continue;
    made.add(`${tie.a} ${tie.b}`);
    draft.ties.push(tie);
  }
}

/** Where its root went with the others, what remains says where it sits. */
function rootedIn(incident: IncidentHead, rest: readonly Strand[], remaining: Strand): IncidentHead {
  const { root } = incident;
  if (rest.some((strand) => placeOf(strand.cluster.uid, strand.root) === placeOf(incident.cluster.uid, root)))
    return incident;
  return { ...incident, root: remaining.root, title: titleOf(incident.condition, remaining.root) };
}
