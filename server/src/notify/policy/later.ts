/** What a route tells later: when, together with what, and how it is kept until then. */
import type { Turn } from '../../model/delivery.ts';
import type { NewJob } from '../../model/incident.ts';
import type { DecisionReason, Held, NoticeDecision } from '../../model/notice-decision.ts';
import { timeText } from '../message/time-text.ts';
import { nextReminder } from './follow-ups.ts';
import type { Route } from './policy.ts';
import { followsBeginning, type Question, type Situation } from './question.ts';
import { about, groupKey, type RouteDecision, ruleOf, type Told, toldNotice } from './route-decision.ts';
import { nextAt } from './times.ts';

const MINUTE_MS = 60_000;

/** Why, and until when, it waits; null where it is told now. */
export interface Later {
  readonly decision: NoticeDecision;
  /** Null where it is not told later either. */
  readonly held: Pick<Held, 'group' | 'how' | 'occasion'> | null;
  readonly dueAt: number;
}

export function laterBy(route: Route, question: Question, situation: Situation, told: Told): Later | null {
  const { settings } = route;
  const { kind, at, incident } = question;
  // An acknowledgement disturbs nobody, and is of no use later.
  if (kind === 'escalated' || kind === 'acknowledged') return null;
  const begunHere = [...told.values()].some((decision) => decision.route === settings.name);
  if (followsBeginning(kind) && !begunHere) return null;
  if (settings.digest !== undefined) {
    const due = nextAt(settings.digest, at);
    return later(route, question, 'digest', `In the summary at ${timeText(due)}.`, due, settings.digest.occasion);
  }
  const quiet = settings.quietHours;
  if (route.quiet?.contains(at) === true && quiet?.except.includes(incident.severity) !== true) {
    const due = route.quiet.endOf(at);
    const because = `Quiet hours until ${timeText(due)}: it comes in the summary at their end.`;
    return later(route, question, 'quiet-hours', because, due, quiet?.occasion ?? '');
  }
  if (kind === 'reminder' || kind === 'diagnosed' || kind === 'resolved') return groupOf(route, question);
  const { notices, perMinutes } = settings.limit;
  if (incident.severity !== 'critical' && (situation.toldLately.get(settings.name) ?? 0) >= notices) {
    const due = at + perMinutes * MINUTE_MS;
    const because = `More than ${notices} notices in ${perMinutes} min: the rest comes in a summary at ${timeText(due)}.`;
    return later(route, question, 'too-many', because, due, `more than ${notices} notices in ${perMinutes} min`);
  }
  return groupOf(route, question);
}

function groupOf(route: Route, question: Question): Later | null {
  const { groupBy, groupWaitSeconds, name } = route.settings;
  const { kind, facts, at } = question;
  if (groupBy.length === 0 || kind === 'reminder' || kind === 'diagnosed') return null;
  const values = groupBy.map((fact) => facts[fact] ?? '');
  const due = at + groupWaitSeconds * 1000;
  const because = `Told together with others of the same ${groupBy.join(', ')}.`;
  return {
    decision: about(route, question, 'held', 'grouped', because, due),
    held: { group: groupKey([name, 'group', ...values]), how: 'group', occasion: '' },
    dueAt: due,
  };
}

function later(
  route: Route,
  question: Question,
  reason: DecisionReason,
  because: string,
  dueAt: number,
  occasion: string,
): Later {
  // What a summary shows is how things stand by then: a cause or a reminder is part of it.
  const inSummary = question.kind !== 'diagnosed' && question.kind !== 'reminder';
  return {
    decision: about(route, question, inSummary ? 'held' : 'withheld', reason, because, inSummary ? dueAt : null),
    held: inSummary ? { group: groupKey([route.settings.name, reason]), how: 'digest', occasion } : null,
    dueAt,
  };
}

/** Ends are told at once to channels that keep an alert for each incident, and they group by themselves; what begins may have to wait. */
export function isHeldForEach({ kind }: Question, { held }: Later): boolean {
  return kind !== 'resolved' && held?.how === 'digest';
}

/**
 * `each`: its incident alone waits, and is told as such. Who hears of it is part of what the group is: nobody is told of what only another
 * one is to know.
 */
export function holdFor(
  route: Route,
  question: Question,
  { rules }: Situation,
  channels: readonly string[],
  { decision, held, dueAt }: Later,
  each = false,
): RouteDecision {
  const { settings } = route;
  const decisions = [{ ...decision, rule: ruleOf(route, rules) }];
  if (held === null) {
    const jobs = question.kind === 'reminder' ? nextReminder(settings, toldNotice(question), dueAt) : [];
    return { decisions, held: [], jobs };
  }
  const { noticeId, incident, kind, at } = question;
  const apart = each ? [incident.id] : [];
  const group = groupKey([held.group, ...apart, ...channels.toSorted()]);
  const how = each ? 'group' : held.how;
  const entry: Held = {
    ...held,
    group,
    how,
    route: settings.name,
    noticeId,
    incidentId: incident.id,
    kind: turnOf(kind),
    at,
    channels,
  };
  const job: NewJob = {
    kind: 'notice-group',
    incidentId: incident.id,
    key: `group:${group}:${noticeId}`,
    runAt: dueAt,
    payload: { group, route: settings.name, how },
  };
  return { decisions, held: [entry], jobs: [job] };
}

function turnOf(kind: Question['kind']): Turn {
  return kind === 'opened' || kind === 'resolved' ? kind : 'worse';
}
