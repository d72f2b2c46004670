/** Whether a silence holds for an incident, as far as that can be told here. Pure. */
import type { WireIncident, WireSilence } from '@tattle/contract';
import { SEVERITIES } from '../design/severities.ts';
import { type Matcher, matcherText, readMatcher } from './matchers.ts';

export type Holding = 'yes' | 'no' | 'unsure';

type Known = Pick<
  WireIncident,
  'clusterName' | 'root' | 'severity' | 'category' | 'condition' | 'state' | 'title' | 'diagnosis'
>;

/** Patterns, labels, nodes and reasons are for the server to say. */
export function holdingOf({ matchers }: Pick<WireSilence, 'matchers'>, incident: Known): Holding {
  const answers = matchers.map((text) => answerOf(readMatcher(text), incident));
  if (answers.includes('no')) return 'no';
  return answers.includes('unsure') ? 'unsure' : 'yes';
}

function answerOf(matcher: Matcher | null, incident: Known): Holding {
  const value = matcher === null ? undefined : factsOf(incident)[matcher.name];
  if (matcher === null || value === undefined) return 'unsure';
  switch (matcher.operator) {
    case '=':
      return value === matcher.value ? 'yes' : 'no';
    case '!=':
      return value === matcher.value ? 'no' : 'yes';
    case '>=':
      return rankOf(value) <= rankOf(matcher.value) ? 'yes' : 'no';
    case '=~':
    case '!~':
      return 'unsure';
  }
}

function factsOf(incident: Known): Readonly<Record<string, string | undefined>> {
  const { root, clusterName: cluster, severity, category, condition, state, title, diagnosis } = incident;
  const { namespace, kind, name } = root;
  const cause = diagnosis?.cause ?? '';
  return { cluster, namespace, severity, category, condition, cause, kind, name, state, title };
}

function rankOf(severity: string): number {
  return SEVERITIES.findIndex((known) => known === severity);
}

/** The silence narrowed to one incident: what the server then finds is that one, or one beside it. */
export function narrowedTo({ matchers }: Pick<WireSilence, 'matchers'>, { root, condition }: Known): string[] {
  const { namespace, kind, name } = root;
  const here = Object.entries({ namespace, kind, name, condition }).map(([fact, value]) =>
    matcherText({ name: fact, operator: '=', value }),
  );
  return [...matchers, ...here].slice(0, 50);
}
