/** The policy: the `notify` section checked and made ready to be asked. */
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { Matcher } from '../../model/silence.ts';
import type { Facts } from './facts.ts';
import { FACT_NAMES } from './facts.ts';
import { compileMatchers, matchesNothingKnown, readMatcher } from './matchers.ts';
import { compileEventRule, compileIncidentRule, type RuleAnswer, type RuleSubject } from './rules.ts';
import {
  type InhibitionSettings,
  type NotifySettings,
  notifySettings,
  type RouteSettings,
  routeSettings,
  type RuleSettings,
  type WindowSettings,
} from './settings.ts';
import { compileTimes, type Times } from './times.ts';

export interface Policy {
  readonly incidentRules: readonly (CompiledRule & { readonly ask: (subject: RuleSubject) => RuleAnswer })[];
  readonly eventRules: readonly (CompiledRule & { readonly ask: (event: ClusterEvent) => RuleAnswer })[];
  readonly routes: readonly Route[];
  readonly windows: readonly MaintenanceWindow[];
  readonly inhibitions: readonly Inhibition[];
}

interface CompiledRule {
  readonly settings: RuleSettings;
}

export interface Route {
  readonly settings: RouteSettings;
  readonly matches: (facts: Facts) => boolean;
  /** Null: always. */
  readonly during: Times | null;
  readonly quiet: Times | null;
}

export interface MaintenanceWindow {
  readonly name: string;
  readonly matches: (facts: Facts) => boolean;
  /** When the window that `at` lies in ends; null where it lies in none. */
  readonly endOf: (at: number) => number | null;
}

export interface Inhibition {
  readonly name: string;
  readonly isSource: (facts: Facts) => boolean;
  readonly isTarget: (facts: Facts) => boolean;
  readonly equal: readonly string[];
}

/** Stands in `to` for every channel there is. */
export const EVERY_CHANNEL = '*';

export interface PolicyProblem {
  /** `routes[2].match[0]`. */
  readonly path: string;
  readonly message: string;
}

export type CompiledPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

/** `isChannel` says whether something can be sent to a name that stands in `to`, or why not. */
export function compilePolicy(
  settings: NotifySettings,
  channelProblem: (name: string) => string | null,
): CompiledPolicy {
  const problems: PolicyProblem[] = [];
  const tell = (path: string, message: string) => problems.push({ path, message });
  const policy: Policy = {
    incidentRules: settings.rules.flatMap((rule, index) =>
      readRule(rule, 'incident', compileIncidentRule, `rules[${index}]`, tell),
    ),
    eventRules: settings.rules.flatMap((rule, index) =>
      readRule(rule, 'event', compileEventRule, `rules[${index}]`, tell),
    ),
    routes:
      settings.routes.length === 0
        ? [EVERYONE]
        : settings.routes.map((route, index) => readRoute(route, `routes[${index}]`, tell)),
    windows: settings.maintenance.map((window, index) => readWindow(window, `maintenance[${index}]`, tell)),
    inhibitions: settings.inhibit.map((inhibition, index) => readInhibition(inhibition, `inhibit[${index}]`, tell)),
  };
  const ruleNames = settings.rules.map(({ name }) => name);
  sameNames(ruleNames, 'rules', tell);
  sameNames(
    settings.routes.map(({ name }) => name),
    'routes',
    tell,
  );
  for (const [index, { to, escalate, rules }] of settings.routes.entries()) {
    for (const name of [...to, ...escalate.flatMap((step) => step.to)]) {
      const wrong = name === EVERY_CHANNEL ? null : channelProblem(name);
      if (wrong !== null) tell(`routes[${index}].to`, wrong);
    }
    for (const name of rules.filter((rule) => !ruleNames.includes(rule))) {
      tell(`routes[${index}].rules`, `there is no rule named ${name}`);
    }
  }
  return problems.length === 0 ? { ok: true, policy } : { ok: false, problems };
}

/** Everybody is told of everything: where nothing is configured. */
export function openPolicy(): Policy {
  const compiled = compilePolicy(notifySettings.parse({}), () => null);
  if (!compiled.ok) throw new Error('the default policy is wrong');
  return compiled.policy;
}

type Tell = (path: string, message: string) => void;

/** Where nobody wrote a route, everybody is told of everything. */
const EVERYONE = plainRoute('everyone');

/** To every channel, at once, of everything. */
export function plainRoute(name: string): Route {
  const settings = routeSettings.parse({ name: 'plain', to: [EVERY_CHANNEL] });
  return { settings: { ...settings, name }, matches: () => true, during: null, quiet: null };
}

function readRule<Ask>(
  settings: RuleSettings,
  on: RuleSettings['on'],
  compile: (when: string) => { ok: true; value: Ask } | { ok: false; problem: string },
  path: string,
  tell: Tell,
): readonly { settings: RuleSettings; ask: Ask }[] {
  if (settings.on !== on) return [];
  knownNames(settings.count?.by ?? [], `${path}.count.by`, tell);
  const compiled = compile(settings.when);
  if (compiled.ok) return [{ settings, ask: compiled.value }];
  tell(`${path}.when`, compiled.problem);
  return [];
}

function readRoute(settings: RouteSettings, path: string, tell: Tell): Route {
  const { match, during, quietHours, groupBy } = settings;
  knownNames(groupBy, `${path}.groupBy`, tell);
  return {
    settings,
    matches: compileMatchers(readMatchers(match, `${path}.match`, tell)),
    during: during === undefined ? null : compileTimes(during),
    quiet: quietHours === undefined ? null : compileTimes(quietHours),
  };
}

function readWindow(window: WindowSettings, path: string, tell: Tell): MaintenanceWindow {
  const matches = compileMatchers(readMatchers(window.match, `${path}.match`, tell));
  const { name } = window;
  if ('during' in window) {
    const times = compileTimes(window.during);
    return { name, matches, endOf: (at) => (times.contains(at) ? times.endOf(at) : null) };
  }
  const [starts, ends] = [Date.parse(window.starts), Date.parse(window.ends)];
  if (ends <= starts) tell(`${path}.ends`, 'must be after its start');
  return { name, matches, endOf: (at) => (at >= starts && at < ends ? ends : null) };
}

function readInhibition({ name, source, target, equal }: InhibitionSettings, path: string, tell: Tell): Inhibition {
  knownNames(equal, `${path}.equal`, tell);
  return {
    name,
    isSource: compileMatchers(readMatchers(source, `${path}.source`, tell)),
    isTarget: compileMatchers(readMatchers(target, `${path}.target`, tell)),
    equal,
  };
}

function readMatchers(texts: readonly string[], path: string, tell: Tell): readonly Matcher[] {
  return texts.flatMap((text, index) => {
    const read = readMatcher(text);
    if (read.ok) return [read.value];
    tell(`${path}[${index}]`, read.problem);
    return [];
  });
}

function knownNames(names: readonly string[], path: string, tell: Tell): void {
  for (const name of names) {
    const known = FACT_NAMES.some((fact) => fact === name) || /^label\../.test(name);
    if (!known)
      tell(path, `${name} is nothing that is known of an incident; it can be ${FACT_NAMES.join(', ')} or label.NAME`);
  }
}

function sameNames(names: readonly string[], path: string, tell: Tell): void {
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) !== index) tell(`${path}[${index}].name`, `${name} is the name of another one, too`);
  }
}

/** Matchers of a silence or of a question: at least one that does not hold for everything. */
export function silenceProblem(matchers: readonly Matcher[]): string | null {
  return matchesNothingKnown(matchers)
    ? 'these matchers hold for whatever comes: name at least one value that has to be there'
    : null;
}
