/** Who was told of an incident at each of its turns, who was not, and why: decisions gathered as people read them. Pure. */
import type { WireNoticeDecision } from '@tattle/contract';

/** One decision of a turn, and how often it was made again with the same outcome. */
export interface ToldLine {
  readonly decision: WireNoticeDecision;
  /** `discord`; empty where it is about everybody. */
  readonly channel: string;
  readonly times: number;
}

export interface ToldTurn {
  readonly key: string;
  readonly notice: WireNoticeDecision['notice'];
  /** Of the newest of its decisions. */
  readonly at: string;
  readonly lines: readonly ToldLine[];
}

/** Decisions of one look are made at once, in one transaction or moments apart. */
const TOGETHER_MS = 2000;

/** `decisions` come the newest first, and so do the turns. What is looked at again and again with one outcome is one line. */
export function turnsOf(decisions: readonly WireNoticeDecision[]): readonly ToldTurn[] {
  const looks: WireNoticeDecision[][] = [];
  for (const decision of decisions) {
    const look = looks.at(-1);
    const newest = look?.[0];
    const isSame = newest?.notice === decision.notice && Date.parse(newest.at) - Date.parse(decision.at) <= TOGETHER_MS;
    if (look !== undefined && isSame) look.push(decision);
    else looks.push([decision]);
  }
  const turns: { look: readonly WireNoticeDecision[]; times: number }[] = [];
  for (const look of looks) {
    const before = turns.at(-1);
    if (before !== undefined && signature(before.look) === signature(look)) before.times += 1;
    else turns.push({ look, times: 1 });
  }
  return turns.map(({ look, times }, index) => ({
    key: `${turns.length - index}`,
    notice: look[0]?.notice ?? 'opened',
    at: look[0]?.at ?? '',
    lines: look.map((decision) => ({ decision, channel: decision.channel, times })),
  }));
}

/** Two looks with the same one say the same; what was really sent is never one with another. */
function signature(look: readonly WireNoticeDecision[]): string {
  return JSON.stringify(
    look.map(({ notice, verdict, reason, route, channel, by, delivery }) => [
      ...[notice, verdict, reason, route, channel, by],
      delivery?.id,
    ]),
  );
}

/** What holds it back now: the newest word about it, if that is that it waits for something to end. Null where it is not held back. */
export function holdOf(decisions: readonly WireNoticeDecision[], now: number): WireNoticeDecision | null {
  // That somebody looks at it holds nothing back, and ends no holding back.
  const newest = decisions.find(({ notice }) => notice !== 'acknowledged');
  if (newest === undefined || newest.verdict !== 'held') return null;
  if (newest.reason !== 'maintenance' && newest.reason !== 'inhibited') return null;
  return newest.until === null || Date.parse(newest.until) > now ? newest : null;
}
