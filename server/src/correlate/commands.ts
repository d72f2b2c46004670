/** What people do to incidents: acknowledge, resolve, note, merge, take a merge back, split. It sticks, and is logged with the reason. */
import type { IncidentHead } from '../model/incident.ts';
import type { Command, CommandOutcome } from '../model/incident-command.ts';
import type { Assessment } from './assessment.ts';
import type { Draft } from './draft.ts';
import { merge, unmerge } from './merging.ts';
import { done, refused } from './outcome.ts';
import { split } from './splitting.ts';

export function perform(command: Command, draft: Draft, assessment: Assessment): CommandOutcome {
  const incident = draft.incident(command.id);
  if (incident === undefined) return refused(`no incident has the id ${command.id}`);
  const merged = incident.mergedInto;
  if (merged !== null && command.kind !== 'unmerge' && command.kind !== 'note') {
    return refused(`it was merged into ${merged}: do it there, or take the merge back with unmerge`);
  }
  switch (command.kind) {
    case 'acknowledge':
      return acknowledge(incident, command, draft);
    case 'resolve':
      return resolve(incident, command, draft);
    case 'note':
      draft.note(incident.id, 'note', command.text, draft.at, command.by);
      return done(incident.id);
    case 'merge':
      return merge(incident, command, draft, assessment);
    case 'unmerge':
      return unmerge(incident, command, draft, assessment);
    case 'split':
      return split(incident, command, draft, assessment);
  }
}

function acknowledge(incident: IncidentHead, { by, text }: Command, draft: Draft): CommandOutcome {
  if (incident.state === 'resolved') return refused('it is resolved: there is nothing to acknowledge');
  if (incident.state !== 'acknowledged') draft.putIncident({ ...incident, state: 'acknowledged' });
  draft.note(incident.id, 'acknowledged', text, draft.at, by);
  draft.tell(incident.id, 'acknowledged', draft.turnOfAct);
  return done(incident.id);
}

function resolve(incident: IncidentHead, { by, text }: Command, draft: Draft): CommandOutcome {
  const resolution = text === '' ? incident.resolution : text;
  if (incident.state === 'resolved') {
    if (text === '') return refused('it is resolved already; say what fixed it to keep that for the next time');
    // Said afterwards what fixed it: worth keeping for the next time.
    draft.putIncident({ ...incident, resolution });
    draft.note(incident.id, 'note', text, draft.at, by);
    return done(incident.id);
  }
  for (const strand of draft.strandsOf(incident.id)) {
    if (strand.clearedAt === null) draft.putStrand({ ...strand, clearedAt: draft.at }, true);
  }
  draft.putIncident({ ...incident, state: 'resolved', resolvedAt: draft.at, resolvedBy: by, resolution });
  draft.note(incident.id, 'resolved', text, draft.at, by);
  draft.tell(incident.id, 'resolved', draft.at);
  return done(incident.id);
}
