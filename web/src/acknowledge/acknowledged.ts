/** What became of acknowledging incidents, in words. */
import type { WireIncident } from '@tattle/contract';
import type { ApiProblem } from '../api/problem.ts';
import { conditionWords } from '../design/condition-words.ts';
import { counted } from '../design/numbers.ts';

/** Whether there is anything to acknowledge. */
export function isWaiting({ state }: Pick<WireIncident, 'state'>): boolean {
  return state === 'open' || state === 'regressed';
}

export interface Acknowledged {
  readonly done: readonly WireIncident[];
  readonly refused: readonly { readonly incident: WireIncident; readonly problem: ApiProblem }[];
}

/** For a toast. */
export function acknowledgedWords({ done, refused }: Acknowledged): string {
  const [first] = done;
  const [failed] = refused;
  const good =
    first === undefined
      ? ''
      : done.length === 1
        ? `Acknowledged ${nameOf(first)}. It stays open until it is resolved.`
        : `Acknowledged ${counted(done.length, 'incident')}. They stay open until they are resolved.`;
  if (failed === undefined) return good;
  const which = refused.length === 1 ? nameOf(failed.incident) : counted(refused.length, 'incident');
  return `${good} Could not acknowledge ${which}: ${failed.problem.message}`.trim();
}

function nameOf({ condition, root }: WireIncident): string {
  return `“${conditionWords(condition)}” of ${root.name}`;
}
