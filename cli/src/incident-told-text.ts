/** Why somebody was, or was not, told of an incident: turn by turn, in sentences. */
import type { WireNoticeDecision } from '@tattle/contract';
import { clockOf, readableTime, wrapped } from './incident-lines.ts';
import { type ToldTurn, toldTurns } from './told-turns.ts';

type Lines = readonly string[];

/** Of the newest turns, in the text of an incident. */
const MOST_TURNS = 5;
/** As wide as the widest: withheld. */
const VERDICT_WIDTH = 8;

/** All that is known. */
export function toldText(decisions: readonly WireNoticeDecision[], width: number): string {
  const lines = toldTurns(decisions).flatMap((turn) => turnLines(turn, width));
  if (lines.length === 0) {
    lines.push(
      ...wrapped(
        '',
        'Nothing was decided about it: there was nothing to tell, or you may see only a part of it.',
        width,
      ),
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

function turnLines({ at, notice, decisions }: ToldTurn, width: number): Lines {
  return [
    ...wrapped('', `${readableTime(at)}  ${notice}`, width),
    ...decisions.flatMap((decision) =>
      wrapped(`  ${decision.verdict.padEnd(VERDICT_WIDTH)}  `, sentence(decision), width),
    ),
  ];
}

/** `ops by route night: the rule paging asked for it; delivered (4711)` */
function sentence({ channel, route, because, until, delivery }: WireNoticeDecision): string {
  const whom = [channel, route === '' ? '' : `by route ${route}`].filter((part) => part !== '').join(' ');
  const again = until === null ? '' : `; looked at again at ${readableTime(until)}`;
  return `${whom === '' ? '' : `${whom}: `}${because}${again}${fate(delivery)}`;
}

function fate(delivery: WireNoticeDecision['delivery']): string {
  if (delivery === null) return '';
  const { id, status, lastError } = delivery;
  return `; ${status} (${id})${status === 'delivered' || lastError === null ? '' : `: ${lastError}`}`;
}

/** A line a turn, the newest ones; none where nothing was decided. */
export function toldLines(decisions: readonly WireNoticeDecision[], id: string, width: number): Lines {
  const turns = toldTurns(decisions);
  if (turns.length === 0) return [];
  const shown = turns.slice(-MOST_TURNS);
  const more = turns.length > shown.length ? `, the newest ${shown.length} of ${turns.length} times` : '';
  return [
    `Told (UTC${more}; tattle incident told ${id.slice(0, 8)} says why):`,
    ...shown.flatMap((turn) => wrapped(`  ${clockOf(turn.at)}  `, summary(turn), width)),
  ];
}

/** `opened: ops delivered, mail pending`, `worse: nobody: silenced until …` */
function summary({ notice, decisions }: ToldTurn): string {
  const told = decisions.filter(({ verdict }) => verdict === 'told');
  if (told.length > 0) {
    return `${notice}: ${told.map(({ channel, delivery }) => `${channel} ${delivery?.status ?? 'told'}`).join(', ')}`;
  }
  const reasons = [...new Set(decisions.map(({ verdict, because }) => `${verdict}: ${because}`))];
  return `${notice}: ${reasons.join('; ')}`;
}
