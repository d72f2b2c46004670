/** The news and what Tattle's API adds to it, as one situation: what to say, and the key by which it is said once. */
import { type Facts, factsOfIncident } from './facts.ts';
import type { News } from './news.ts';
import { cut, fieldsOf, textOf } from './text.ts';

const MOST_SIMILAR = 5;
const MOST_EVENTS = 20;
/** Each of these is meant to be heard, whatever was said before. */
const SAID_EVERY_TIME = new Set(['reminder', 'escalated', 'digest', 'test']);
const WORTH_A_MODEL = new Set(['opened', 'worse', 'diagnosed']);

export interface Situation {
  readonly notice: string;
  /** The same where nothing is new since it was said. */
  readonly key: string;
  readonly wantsModel: boolean;
  readonly incidents: readonly Facts[];
  readonly more: readonly string[];
  /** Other incidents of the same condition, a line each. */
  readonly similar: readonly string[];
  /** Newest events of the namespace, a line each. */
  readonly events: readonly string[];
  /** Whether Tattle's API answered for every incident. */
  readonly whole: boolean;
}

/** `incidents`, `similar` and `events` are bodies of answers, one a piece of news; anything where there was none. */
export function situationOf(found: {
  readonly news: readonly News[];
  readonly incidents: readonly unknown[];
  readonly similar: readonly unknown[];
  readonly events: readonly unknown[];
}): Situation {
  const answered = found.news.map((_, at) => factsOfIncident(found.incidents[at]));
  const incidents = found.news.map((piece, at) => withLogs(answered[at] ?? null, piece.told));
  const notice = found.news[0]?.notice ?? '';
  const told = new Set(found.news.map(({ incidentId }) => incidentId));
  const similar = linesOf(found.similar, (incident) => (told.has(textOf(incident.id)) ? '' : similarLine(incident)));
  const whole = answered.every((facts) => facts !== null);
  return {
    notice,
    key:
      whole && !SAID_EVERY_TIME.has(notice)
        ? incidents.map(keyOf).join(' ')
        : `${notice} ${found.news[0]?.webhookId ?? ''}`,
    wantsModel: WORTH_A_MODEL.has(notice),
    incidents,
    more: found.news[0]?.more ?? [],
    similar: similar.slice(0, MOST_SIMILAR),
    events: linesOf(found.events, eventLine).slice(0, MOST_EVENTS),
    whole,
  };
}

function keyOf({ id, severity, resolvedAt, regressions, cause }: Facts): string {
  return resolvedAt === '' ? `${id}:${regressions}:${severity}:${cause}` : `${id}:${regressions}:resolved`;
}

/** The API's word is the newest; logs that only the message brought are kept. */
function withLogs(answered: Facts | null, told: Facts): Facts {
  if (answered === null) return told;
  return answered.logs === '' ? { ...answered, logs: told.logs } : answered;
}

function linesOf(pages: readonly unknown[], line: (item: Record<string, unknown>) => string): string[] {
  const items = pages.flatMap((page) => {
    const listed = fieldsOf(page).items;
    return Array.isArray(listed) ? listed.map(fieldsOf) : [];
  });
  return [...new Set(items.map(line))].filter((text) => text !== '');
}

function similarLine({ title, openedAt, state, resolution, diagnosis }: Record<string, unknown>): string {
  const cause = textOf(fieldsOf(diagnosis).cause);
  const ended = textOf(resolution) === '' ? textOf(state) : `fixed by: ${textOf(resolution)}`;
  return cut(`${textOf(openedAt)} ${textOf(title)} [${cause || 'no diagnosis'}] ${ended}`, 250);
}

function eventLine({ lastSeen, type, reason, object, message, count }: Record<string, unknown>): string {
  const { kind, name } = fieldsOf(object);
  return cut(
    `${textOf(lastSeen)} ${textOf(type)} ${textOf(reason)} ${textOf(kind)}/${textOf(name)} x${textOf(count)}: ${textOf(message)}`,
    250,
  );
}
