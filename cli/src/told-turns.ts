/** What was decided about telling people, by turn: one look of Tattle's at one thing that there was to tell. */
import type { WireNoticeDecision } from '@tattle/contract';

export interface ToldTurn {
  readonly at: string;
  readonly notice: WireNoticeDecision['notice'];
  readonly decisions: readonly WireNoticeDecision[];
}

/** The oldest first. */
export function toldTurns(decisions: readonly WireNoticeDecision[]): readonly ToldTurn[] {
  const turns = new Map<string, ToldTurn & { readonly decisions: WireNoticeDecision[] }>();
  for (const decision of decisions.toReversed()) {
    const { at, notice } = decision;
    const key = `${at} ${notice}`;
    const turn = turns.get(key) ?? { at, notice, decisions: [] };
    turns.set(key, turn);
    turn.decisions.push(decision);
  }
  return [...turns.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
