/** What was told of an incident since it last began. */
import type { NoticeDecision } from '../../model/notice-decision.ts';

/**
 * Of decisions, the newest first, those since the incident last began; `begins`: it does now. It began anew where an end lies before an
 * `opened`: that alone says nothing, since what was held back is looked at again under a name of its own.
 */
export function lifeOf(earlier: readonly NoticeDecision[], begins = false): readonly NoticeDecision[] {
  const began = begins ? -1 : earlier.findIndex(({ kind }) => kind === 'opened');
  if (!begins && began === -1) return earlier;
  const ended = earlier.findIndex(({ kind }, place) => kind === 'resolved' && place > began);
  return ended === -1 ? earlier : earlier.slice(0, ended);
}

/** By channel, the newest of its `told` decisions of a life. */
export function toldIn(life: readonly NoticeDecision[]): ReadonlyMap<string, NoticeDecision> {
  const told = new Map<string, NoticeDecision>();
  for (const decision of life) {
    if (decision.verdict === 'told' && !told.has(decision.channel)) told.set(decision.channel, decision);
  }
  return told;
}

/** Whether anybody was told of a turn after the notice `noticeId` was decided. */
export function toldSince(noticeId: string, life: readonly NoticeDecision[]): boolean {
  const place = life.findIndex((decision) => decision.noticeId === noticeId);
  return life
    .slice(0, Math.max(0, place))
    .some(({ verdict, kind }) => verdict === 'told' && (kind === 'opened' || kind === 'worse'));
}
