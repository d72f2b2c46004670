/** A cause that came to light after what it brought about: the incidents of that go on in the cause's own. */
import type { IncidentHead } from '../model/incident.ts';
import type { Draft } from './draft.ts';
import type { Victim } from './home.ts';
import { spoken } from './place.ts';

/** Answers with the cause's incident as it is by then. No tie: it holds for this time only. */
export function gather(into: IncidentHead, victims: readonly Victim[], draft: Draft): IncidentHead {
  for (const victim of victims) gatherOne(into, victim, draft);
  const openedAt = Math.min(into.openedAt, ...victims.map(({ incident }) => incident.openedAt));
  const whole = { ...into, openedAt };
  draft.putIncident(whole);
  return whole;
}

function gatherOne(into: IncidentHead, { incident, rule, because }: Victim, draft: Draft): void {
  for (const strand of draft.strandsOf(incident.id)) {
    const isDirect = strand.rule === 'opened' || strand.rule === 'same-owner';
    draft.putStrand({ ...strand, incidentId: into.id, ...(isDirect && { rule, because }) }, true);
  }
  draft.putIncident({
    ...incident,
    state: 'resolved',
    resolvedAt: draft.at,
    resolvedBy: 'tattle',
    mergedInto: into.id,
  });
  const turn = `${into.id}:${incident.regressions}`;
  draft.note(
    into.id,
    'merged',
    `${incident.title}: ${because}`,
    draft.at,
    'tattle',
    `${incident.id}:${incident.regressions}`,
  );
  draft.note(
    incident.id,
    'merged',
    `it goes on as ${into.condition} of ${spoken(into.root)}`,
    draft.at,
    'tattle',
    turn,
  );
  // Whoever was told of it hears of its cause; what its notice opened elsewhere would stay open for ever.
  draft.tell(incident.id, 'resolved', `merged:${turn}`);
}
