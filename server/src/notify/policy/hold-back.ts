/** What keeps a notice back whatever its route: another incident that explains it, maintenance, silences. */
import type { NoticeDecision } from '../../model/notice-decision.ts';
import { timeText } from '../message/time-text.ts';
import type { Policy } from './policy.ts';
import type { Question, Situation } from './question.ts';
import { compileMatchers } from './matchers.ts';

export type HeldBack = Pick<NoticeDecision, 'reason' | 'because' | 'until' | 'by'>;

/** Null where nothing does. Of several silences and windows the one that lasts longest is named. */
export function heldBack(question: Question, situation: Situation, policy: Policy): HeldBack | null {
  return inhibited(question, situation, policy) ?? inMaintenance(question, policy) ?? silenced(question, situation);
}

/** How long it is at the most until it is looked at whether the incident that explains it is over: its end is told at once, mostly. */
const LOOK_AGAIN_MS = 15 * 60_000;

function inhibited(
  { incident, facts, at }: Question,
  { sources }: Situation,
  { inhibitions }: Policy,
): HeldBack | null {
  for (const { name, isSource, isTarget, equal } of inhibitions) {
    if (!isTarget(facts)) continue;
    const source = sources.find(
      (candidate) =>
        candidate.incident.id !== incident.id &&
        isSource(candidate.facts) &&
        // What explains each other would hide each other.
        !(isTarget(candidate.facts) && isSource(facts)) &&
        equal.every((fact) => (facts[fact] ?? '') !== '' && facts[fact] === candidate.facts[fact]),
    );
    if (source === undefined) continue;
    return {
      reason: 'inhibited',
      because: `Explained by another incident that is open: ${source.incident.title} (${name}).`,
      until: at + LOOK_AGAIN_MS,
      by: source.incident.id,
    };
  }
  return null;
}

function inMaintenance({ facts, at }: Question, { windows }: Policy): HeldBack | null {
  const ends = windows.flatMap((window) => {
    const until = window.matches(facts) ? window.endOf(at) : null;
    return until === null ? [] : [{ name: window.name, until }];
  });
  const last = latest(ends);
  if (last === undefined) return null;
  return {
    reason: 'maintenance',
    because: `Maintenance ${last.name} goes on until ${timeText(last.until)}.`,
    until: last.until,
    by: last.name,
  };
}

function silenced({ facts }: Question, { silences }: Situation): HeldBack | null {
  const matching = silences.filter(({ matchers }) => compileMatchers(matchers)(facts));
  const last = latest(matching.map((silence) => ({ ...silence, until: silence.endsAt })));
  if (last === undefined) return null;
  const comment = last.comment === '' ? '' : `: ${last.comment}`;
  return {
    reason: 'silenced',
    because: `Silenced by ${last.createdBy} until ${timeText(last.until)}${comment}`,
    until: last.until,
    by: last.id,
  };
}

function latest<Ending extends { readonly until: number }>(endings: readonly Ending[]): Ending | undefined {
  return endings.reduce<Ending | undefined>(
    (last, one) => (last === undefined || one.until > last.until ? one : last),
    undefined,
  );
}
