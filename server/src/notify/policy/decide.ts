/**
 * Who is told of a notice, who is not, and why: stages in order, each of which gives its reason.
 *
 *   over, merged → rules → explained by another, maintenance, silences → routes → for each: times, limits, groups → channels
 *
 * Pure: the same question in the same situation is decided the same.
 */
import type { DecisionReason, NoticeDecision } from '../../model/notice-decision.ts';
import type { NewJob } from '../../model/incident.ts';
import type { HeldBack } from './hold-back.ts';
import { heldBack } from './hold-back.ts';
import { plainRoute, type Policy, type Route } from './policy.ts';
import { type Decided, followsBeginning, type Question, type Situation } from './question.ts';
import type { RouteDecision } from './route-decision.ts';
import { byRoute } from './route-notice.ts';
import { lifeOf, toldIn, toldSince } from './told.ts';

export function decide(question: Question, situation: Situation, policy: Policy): Decided {
  const life = lifeOf(situation.earlier, question.kind === 'opened' && question.look === 0);
  const whole = decideWhole(question, situation, policy, life);
  if (whole !== null) return whole;
  const told = toldIn(life);
  const routes = routesOf(question, situation, policy, told);
  if (routes.length === 0) return noRoute(question);
  const decided: RouteDecision[] = [];
  const taken = new Set<string>();
  for (const route of routes) decided.push(byRoute(route, question, situation, told, taken));
  return {
    decisions: decided.flatMap(({ decisions }) => decisions),
    to: [...taken],
    held: decided.flatMap(({ held }) => held),
    jobs: decided.flatMap(({ jobs }) => jobs),
  };
}

/** What stands for every route and channel; null where each is asked. */
function decideWhole(
  question: Question,
  situation: Situation,
  policy: Policy,
  life: readonly NoticeDecision[],
): Decided | null {
  const { kind, incident, look, of } = question;
  if (incident.mergedInto !== null) {
    return withheld(question, 'merged', `It was merged into ${incident.mergedInto}, which tells of it.`);
  }
  // An end is told to whom its beginning was told to: nothing holds it back.
  if (kind === 'resolved') return null;
  // Nor an acknowledgement, which disturbs nobody: whoever was told goes on saying what is so.
  if (kind === 'acknowledged') {
    return incident.state === 'acknowledged' ? null : withheld(question, 'over', 'It was over meanwhile.');
  }
  if (incident.state === 'resolved' && (look > 0 || kind !== 'opened')) {
    return withheld(question, 'over', 'It was over by then.');
  }
  if (incident.state === 'acknowledged' && (kind === 'reminder' || kind === 'escalated')) {
    return withheld(question, 'acknowledged', 'Somebody has acknowledged it.');
  }
  if (of !== '' && !life.some(({ noticeId }) => noticeId === of)) {
    return withheld(question, 'over', 'It was over meanwhile, and what it came back with is told apart.');
  }
  // Of several turns that were held back, the first look tells how things stand by then.
  if (isTurn(kind) && look > 0 && toldSince(of, life)) {
    return withheld(question, 'nothing-new', 'It was told meanwhile, with what it had come to.');
  }
  if (situation.rules?.kind === 'not-asked') {
    const { reason, because, rule } = situation.rules;
    return withheld(question, reason, because, rule);
  }
  const back = heldBack(question, situation, policy);
  if (back === null) return null;
  // A cause alone is no news once the silence is over: then it is told with the rest.
  return kind === 'diagnosed' ? withheld(question, back.reason, back.because, '', back.by) : holding(question, back);
}

function routesOf(
  question: Question,
  situation: Situation,
  policy: Policy,
  told: ReadonlyMap<string, NoticeDecision>,
): readonly Route[] {
  const { kind, facts, at } = question;
  if (kind === 'reminder' || kind === 'escalated')
    return policy.routes.filter(({ settings }) => settings.name === question.route);
  if (followsBeginning(kind)) {
    const names = new Set([...told.values()].map(({ route }) => route));
    // A route that was taken out of the configuration meanwhile still owes the end.
    return [...names].map((name) => policy.routes.find(({ settings }) => settings.name === name) ?? plainRoute(name));
  }
  const asked = situation.rules === null ? null : situation.rules.kind === 'asked' ? situation.rules.names : [];
  const chosen: Route[] = [];
  for (const route of policy.routes) {
    const { rules } = route.settings;
    const byRule = rules.length === 0 || rules.some((name) => asked?.includes(name) === true);
    if (!byRule || !route.matches(facts) || route.during?.contains(at) === false) continue;
    chosen.push(route);
    if (!route.settings.continue) break;
  }
  return chosen;
}

function noRoute(question: Question): Decided {
  const { kind } = question;
  if (followsBeginning(kind)) {
    return withheld(question, 'not-told-before', 'Nobody was told that it began.');
  }
  return withheld(question, 'no-route', 'No route is meant for it at this time.');
}

function withheld(question: Question, reason: DecisionReason, because: string, rule = '', by = ''): Decided {
  return {
    decisions: [about(question, { verdict: 'withheld', reason, because, until: null, by, rule })],
    to: [],
    held: [],
    jobs: [],
  };
}

/** It is looked at again when what holds it back ends. */
function holding(question: Question, back: HeldBack): Decided {
  const { incident, kind, look, noticeId, route, step } = question;
  const of = isTurn(kind) ? noticeId : question.of;
  const jobs: readonly NewJob[] =
    back.until === null
      ? []
      : [
          {
            kind: 'notice',
            incidentId: incident.id,
            key: lookKey(noticeId),
            runAt: back.until,
            payload: { kind, look: look + 1, route, step, of },
          },
        ];
  return { decisions: [about(question, { ...back, verdict: 'held', rule: '' })], to: [], held: [], jobs };
}

/** Of the job that looks at a held notice again. */
export function lookKey(noticeId: string): string {
  return `look:${noticeId}`;
}

function isTurn(kind: Question['kind']): boolean {
  return kind === 'opened' || kind === 'worse';
}

/** A decision about every channel. */
function about(
  { noticeId, incident, kind, at, diagnosis }: Question,
  decision: Pick<NoticeDecision, 'verdict' | 'reason' | 'because' | 'until' | 'by' | 'rule'>,
): NoticeDecision {
  return {
    noticeId,
    incidentId: incident.id,
    kind,
    at,
    route: '',
    channel: '',
    cause: diagnosis?.cause ?? null,
    ...decision,
  };
}
