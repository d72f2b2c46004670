/** What one route makes of a notice: when it is told, together with what, and by which of its channels. */
import type { NewJob } from '../../model/incident.ts';
import type { DecisionReason, NoticeDecision } from '../../model/notice-decision.ts';
import { firstFollowUps, nextReminder } from './follow-ups.ts';
import { holdFor, isHeldForEach, laterBy } from './later.ts';
import { EVERY_CHANNEL, type Route } from './policy.ts';
import { acknowledgementTo } from './acknowledgement.ts';
import { followsBeginning, type Question, type Situation } from './question.ts';
import { about, alone, type RouteDecision, ruleOf, type Told, toldNotice } from './route-decision.ts';

/** `taken` gets the channels that are told; one that another route has taken is not told twice. */
export function byRoute(
  route: Route,
  question: Question,
  situation: Situation,
  told: Told,
  taken: Set<string>,
): RouteDecision {
  const { settings } = route;
  const wanted = channelsOf(route, question, situation, told);
  const missing = wanted.filter((name) => !situation.channels.some((channel) => channel.name === name));
  const known = wanted.filter((name) => !missing.includes(name));
  const gone = missing.map((name) => noChannel(route, question, name));
  if (known.length === 0)
    return { decisions: gone.length > 0 ? gone : [noChannel(route, question, '')], held: [], jobs: [] };
  if (isTurnOrReminder(question) && !wantsKind(route, question)) {
    return alone(about(route, question, 'withheld', 'not-wanted', `Route ${settings.name} does not tell of this.`));
  }
  const tellNow = (names: readonly string[]): RouteDecision => {
    const decisions = names.map((name) => byChannel(route, question, situation, told, taken, name));
    const jobs = decisions.some(({ verdict }) => verdict === 'told') ? followUps(route, question, told) : [];
    return { decisions, held: [], jobs };
  };
  const later = laterBy(route, question, situation, told);
  if (later === null) return joined([alone(...gone), tellNow(known)]);
  const hold = (names: readonly string[], each = false) =>
    names.length === 0 ? alone() : holdFor(route, question, situation, names, later, each);
  if (later.held === null) return joined([alone(...gone), hold(known)]);
  // Those that take no summary keep an alert for each incident.
  const wants = (name: string) => situation.channels.find((channel) => channel.name === name)?.wants;
  const together = known.filter((name) => wants(name)?.has('digest') === true);
  const each = known.filter((name) => !together.includes(name));
  const forEach = isHeldForEach(question, later) ? hold(each, true) : tellNow(each);
  // That the route waits is said once.
  const saidBefore = together.length > 0 && forEach.held.length > 0;
  return joined([alone(...gone), hold(together), saidBefore ? { ...forEach, decisions: [] } : forEach]);
}

function joined(parts: readonly RouteDecision[]): RouteDecision {
  return {
    decisions: parts.flatMap(({ decisions }) => decisions),
    held: parts.flatMap(({ held }) => held),
    jobs: parts.flatMap(({ jobs }) => jobs),
  };
}

/** What follows a beginning goes to whom that was told by this route. */
function channelsOf(
  { settings }: Route,
  { kind, step }: Question,
  { channels }: Situation,
  told: Told,
): readonly string[] {
  if (followsBeginning(kind)) {
    return [...told].toReversed().flatMap(([name, { route }]) => (route === settings.name ? [name] : []));
  }
  const names = kind === 'escalated' ? (settings.escalate[step]?.to ?? []) : settings.to;
  return [
    ...new Set(names.flatMap((name) => (name === EVERY_CHANNEL ? channels.map((channel) => channel.name) : [name]))),
  ];
}

function isTurnOrReminder({ kind }: Question): boolean {
  return kind !== 'reminder' && kind !== 'escalated';
}

function wantsKind({ settings }: Route, { kind }: Question): boolean {
  return settings.notices.some((wanted) => wanted === kind);
}

function byChannel(
  route: Route,
  question: Question,
  { channels, rules }: Situation,
  told: Told,
  taken: Set<string>,
  name: string,
): NoticeDecision {
  const { kind, diagnosis } = question;
  const to = (verdict: NoticeDecision['verdict'], reason: DecisionReason, because: string) => ({
    ...about(route, question, verdict, reason, because),
    channel: name,
    rule: ruleOf(route, rules),
  });
  if (taken.has(name)) return to('withheld', 'nothing-new', 'Another route tells this channel already.');
  const before = told.get(name);
  if (followsBeginning(kind) && before === undefined) {
    return to('withheld', 'not-told-before', 'This channel was not told that it began.');
  }
  if (kind === 'resolved' && before?.kind === 'resolved')
    return to('withheld', 'nothing-new', 'Its end was told before.');
  if (kind === 'diagnosed' && (before?.kind === 'resolved' || before?.cause === diagnosis?.cause)) {
    return to('withheld', 'nothing-new', 'This cause was told before.');
  }
  const channel = channels.find((one) => one.name === name);
  if (channel?.wants.has(kind) !== true) {
    const isChange = kind === 'diagnosed' || kind === 'acknowledged';
    const because = isChange
      ? 'This channel cannot change what it has said.'
      : 'This channel does not take such notices.';
    return to('withheld', 'not-wanted', because);
  }
  const needless = kind === 'acknowledged' ? acknowledgementTo(channel, question) : null;
  if (needless !== null) return to('withheld', needless.reason, needless.because);
  taken.add(name);
  return to('told', 'routed', whyTold(route, question));
}

function whyTold({ settings }: Route, { kind, acknowledgement }: Question): string {
  if (kind === 'escalated') return 'Nobody acknowledged it in time.';
  const by = acknowledgement?.by ?? '';
  return by === '' ? `By route ${settings.name}.` : `${by} acknowledged it; told before by route ${settings.name}.`;
}

/** Escalations begin when it is told for the first time; reminders follow each other. */
function followUps({ settings }: Route, question: Question, told: Told): readonly NewJob[] {
  const { kind } = question;
  if (kind === 'reminder') return nextReminder(settings, toldNotice(question));
  const isFirst =
    (kind === 'opened' || kind === 'worse') && ![...told.values()].some(({ route }) => route === settings.name);
  return isFirst ? firstFollowUps(settings, toldNotice(question)) : [];
}

function noChannel(route: Route, question: Question, channel: string): NoticeDecision {
  const because = channel === '' ? 'No channel is configured.' : `There is no channel ${channel} any more.`;
  return { ...about(route, question, 'withheld', 'no-channel', because), channel };
}
