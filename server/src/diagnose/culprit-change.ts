/** What was done to the workload behind a dependency just before it stopped to answer: the failing one is only the first to notice. */
import type { ObjectChange } from '../model/change.ts';
import type { Finding } from '../model/diagnosis.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { Case, Piece } from './case.ts';
import { describeCommand } from './kubectl.ts';
import { isSame } from './leading-changes.ts';
import { timeBefore } from './time-before.ts';

/** The finding with the change, where it is one of the culprits' own and came before; else as it is. */
export function withCulpritChange(
  the: Case,
  finding: Finding,
  leading: Piece<ObjectChange> | undefined,
  culprits: readonly ObjectRef[],
): Finding {
  if (leading === undefined || !culprits.some((culprit) => isSame(culprit, leading.value.object))) return finding;
  const { object, at, summary } = leading.value;
  const before = the.incident.openedAt - at;
  if (before < 0) return finding;
  const describe = describeCommand(object);
  return {
    ...finding,
    explanation: `${finding.explanation} ${timeBefore(before)} before, ${object.kind} ${object.name} was changed: ${summary}.`,
    citations: [...finding.citations, { evidenceId: leading.evidenceId, text: summary }],
    nextSteps: [`Take the change of ${object.kind} ${object.name} back: ${summary}`, ...finding.nextSteps].slice(0, 4),
    commands: [...(describe === null ? [] : [describe]), ...finding.commands].slice(0, 3),
  };
}
