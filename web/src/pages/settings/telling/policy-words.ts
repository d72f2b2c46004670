/** Rules, routes, maintenance and inhibition in the words of a person. Pure; what a newer server adds is left unsaid. */
import type { WireNotifyPolicy } from '@tattle/contract';
import { counted } from '../../../design/numbers.ts';
import { SEVERITIES } from '../../../design/severities.ts';
import { matcherWords, readMatcher } from '../../../telling/matchers.ts';
import { clockWords, durationWords, timesWords } from './times-words.ts';

type Route = WireNotifyPolicy['routes'][number];

export interface RouteWords {
  readonly name: string;
  /** `critical and high in namespace shop`. */
  readonly what: string;
  /** Names of channels; `*` is every channel. */
  readonly to: readonly string[];
  /** Further sentences, such as quiet hours. */
  readonly also: readonly string[];
  /** Whether it takes whatever comes, at any time, and asks no further. */
  readonly takesAll: boolean;
  readonly goesOn: boolean;
}

const TURNS = ['opened', 'worse', 'resolved', 'diagnosed', 'acknowledged'] as const;
const TURN_WORDS: Readonly<Record<string, string>> = {
  opened: 'that it began',
  worse: 'that it got worse',
  resolved: 'that it ended',
  diagnosed: 'why it happens',
  acknowledged: 'that somebody looks at it',
};

export function routeWords(route: Route): RouteWords {
  const { name, match, to, during, rules, continue: goesOn } = route;
  const asked =
    rules.length === 0
      ? ''
      : ` that ${listed(
          rules.map((rule) => `rule ${rule}`),
          'or',
        )} asks for`;
  return {
    name,
    what: `${matchWords(match)}${asked}${during === undefined ? '' : `, ${timesWords(during)}`}`,
    to,
    also: alsoOf(route),
    takesAll: match.length === 0 && rules.length === 0 && during === undefined && !goesOn,
    goesOn,
  };
}

/** How a route follows the one before: asked beside it, or where that did not take it. */
export function leadOf(routes: readonly RouteWords[], index: number): string {
  const before = routes[index - 1];
  if (before === undefined) return '';
  if (before.goesOn) return 'Also';
  return routes[index]?.takesAll === true ? 'Otherwise' : 'Else';
}

/** Of a route that says nothing else: it is the same everywhere, and only of interest where it is not. */
const USUAL_LIMIT = { notices: 30, perMinutes: 10 };

/** `everything`; `critical and high in namespace shop, where kind is not Job`. */
export function matchWords(match: readonly string[]): string {
  const read = match.map((text) => ({ text, matcher: readMatcher(text) }));
  const parts = read.map(({ text, matcher }) => {
    if (matcher?.name === 'severity' && matcher.operator === '>=') return { lead: atLeast(matcher.value) };
    if (matcher?.name === 'severity' && matcher.operator === '=') return { lead: matcher.value };
    if (matcher?.name === 'namespace' && matcher.operator === '=' && matcher.value !== '')
      return { place: `in namespace ${matcher.value}` };
    if (matcher?.name === 'cluster' && matcher.operator === '=' && matcher.value !== '')
      return { place: `in cluster ${matcher.value}` };
    return { rest: matcherWords(text) };
  });
  const leads = parts.flatMap(({ lead }) => (lead === undefined ? [] : [lead]));
  const places = parts.flatMap(({ place }) => (place === undefined ? [] : [place]));
  const rests = parts.flatMap(({ rest }) => (rest === undefined ? [] : [rest]));
  const lead = leads.length === 0 ? 'everything' : listed(leads);
  const where = rests.length === 0 ? '' : `${places.length === 0 ? ' where ' : ', where '}${listed(rests)}`;
  return `${[lead, ...places].join(' ')}${where}`;
}

function atLeast(severity: string): string {
  const until = SEVERITIES.findIndex((known) => known === severity);
  return until === -1 ? `severity at least ${severity}` : listed(SEVERITIES.slice(0, until + 1));
}

function alsoOf({ quietHours, digest, limit, groupBy, notices, escalate, repeatMinutes }: Route): readonly string[] {
  const { notices: most, perMinutes } = limit;
  const isUsual = most === USUAL_LIMIT.notices && perMinutes === USUAL_LIMIT.perMinutes;
  return [
    ...(TURNS.some((turn) => !notices.includes(turn))
      ? [`Tells only ${listed(notices.map((notice) => TURN_WORDS[notice] ?? notice))}.`]
      : []),
    ...(digest === undefined ? [] : [`In one summary, ${clockWords(digest.at, digest)}.`]),
    ...(quietHours === undefined ? [] : [quietWords(quietHours)]),
    ...(groupBy.length === 0 ? [] : [`Tells together what has the same ${listed(groupBy)}.`]),
    ...(repeatMinutes === 0
      ? []
      : [`Reminds every ${durationWords(repeatMinutes * 60)} until somebody acknowledges it.`]),
    ...escalate.map(
      ({ afterMinutes, to }) =>
        `After ${durationWords(afterMinutes * 60)} without an acknowledgement, ${listed(to.map(channelWords))}, too.`,
    ),
    ...(isUsual
      ? []
      : [
          `${counted(most, 'notice')} in ${durationWords(perMinutes * 60)} at the most; what goes beyond comes in a summary.`,
        ]),
  ];
}

function quietWords(quiet: NonNullable<Route['quietHours']>): string {
  const what = quiet.except.length === 0 ? 'everything' : `all but ${listed(quiet.except)}`;
  return `Quiet ${timesWords(quiet)}: then ${what} comes in a summary at the end.`;
}

export function ruleWords({
  count,
  cooldownSeconds,
  on,
  severity,
}: WireNotifyPolicy['rules'][number]): readonly string[] {
  const by = count === undefined || count.by.length === 0 ? '' : `, counted for each ${listed(count.by)}`;
  return [
    ...(count === undefined ? [] : [`At least ${count.atLeast} times in ${durationWords(count.withinSeconds)}${by}.`]),
    ...(cooldownSeconds === 0 ? [] : [`Then silent about the same for ${durationWords(cooldownSeconds)}.`]),
    ...(on === 'event' ? [`Makes an incident of severity ${severity}.`] : []),
  ];
}

/** `everything in namespace shop, from … to …`. `at` writes a moment for the reader. */
export function maintenanceWords(
  window: WireNotifyPolicy['maintenance'][number],
  at: (moment: string) => string,
): string {
  const { during, starts, ends } = window;
  const once = starts === undefined || ends === undefined ? '' : `from ${at(starts)} to ${at(ends)}`;
  const when = during === undefined ? once : timesWords(during);
  return `Nobody is told of ${matchWords(window.match)}${when === '' ? '' : `, ${when}`}.`;
}

export function inhibitionWords({ source, target, equal }: WireNotifyPolicy['inhibit'][number]): string {
  const whole = (matchers: readonly string[]) => listed(matchers.map(matcherWords));
  const same = equal.length === 0 ? '' : `, where ${listed(equal)} ${equal.length === 1 ? 'is' : 'are'} the same`;
  return `An open incident whose ${whole(source)} hides those whose ${whole(target)}${same}.`;
}

export function channelWords(channel: string): string {
  return channel === '*' ? 'every channel' : channel;
}

/** `a, b and c`. */
export function listed(items: readonly string[], joint: 'and' | 'or' = 'and'): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${joint} ${items.at(-1) ?? ''}`;
}
