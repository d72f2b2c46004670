/** Matchers: one condition each on what is known of an incident, read from text and checked all together. */
import { RE2JS } from 're2js';
import { closest } from '../../kit/closest.ts';
import { SEVERITIES } from '../../model/cluster-event.ts';
import { MATCH_OPERATORS, type Matcher, type MatchOperator } from '../../model/silence.ts';
import { FACT_NAMES, type Facts } from './facts.ts';
import { compilePattern } from './patterns.ts';

export type Reading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string };

const FORM = /^\s*([A-Za-z_][\w.\-/]*)\s*(=~|!~|!=|>=|=)\s*(.*?)\s*$/s;

/** `namespace="shop"`, `severity>=high`, `label.team=~"pay.*"`; quotes are needed only around blanks at the edges. */
export function readMatcher(text: string): Reading<Matcher> {
  const [, name = '', operator = '', raw = ''] = FORM.exec(text) ?? [];
  if (!isOperator(operator)) {
    return problem(
      `${JSON.stringify(text.slice(0, 100))} is no matcher: write NAME=VALUE, with one of ${MATCH_OPERATORS.join(' ')}`,
    );
  }
  const value = unquoted(raw);
  if (value === null) return problem(`${JSON.stringify(text.slice(0, 100))}: the quotes do not close`);
  return checkMatcher({ name, operator, value });
}

/** The matcher, or what is wrong with it. */
function checkMatcher(matcher: Matcher): Reading<Matcher> {
  const { name, operator, value } = matcher;
  const known = FACT_NAMES.some((fact) => fact === name) || /^label\../.test(name);
  if (!known) {
    const meant = closest(name, FACT_NAMES);
    const hint = meant === undefined ? `it can be ${FACT_NAMES.join(', ')} or label.NAME` : `did you mean ${meant}?`;
    return problem(`${name.slice(0, 100)} is nothing that is known of an incident; ${hint}`);
  }
  const ranked = SEVERITIES.some((severity) => severity === value);
  if (operator === '>=' && (name !== 'severity' || !ranked)) {
    return problem(`>= is for severity alone, with one of ${SEVERITIES.join(', ')}`);
  }
  if (name === 'severity' && (operator === '=' || operator === '!=') && !ranked) {
    return problem(`${value.slice(0, 100)} is no severity; it can be ${SEVERITIES.join(', ')}`);
  }
  if (operator !== '=~' && operator !== '!~') return { ok: true, value: matcher };
  return compilePattern(value, RE2JS.DOTALL) === null
    ? problem(`${JSON.stringify(value.slice(0, 100))} is no pattern of RE2, or too large`)
    : { ok: true, value: matcher };
}

/** All must hold. Throws where a matcher was not checked before. */
export function compileMatchers(matchers: readonly Matcher[]): (facts: Facts) => boolean {
  const tests = matchers.map(compileOne);
  return (facts) => tests.every((test) => test(facts));
}

export function matcherText({ name, operator, value }: Matcher): string {
  return `${name}${operator}${JSON.stringify(value)}`;
}

/** Whether it holds for whatever is not known at all: a silence of such matchers alone would hide everything. */
export function matchesNothingKnown(matchers: readonly Matcher[]): boolean {
  return compileMatchers(matchers)({});
}

function compileOne({ name, operator, value }: Matcher): (facts: Facts) => boolean {
  const of = (facts: Facts) => (Object.hasOwn(facts, name) ? (facts[name] ?? '') : '');
  switch (operator) {
    case '=':
      return (facts) => of(facts) === value;
    case '!=':
      return (facts) => of(facts) !== value;
    case '>=': {
      const least = rankOf(value);
      return (facts) => {
        const rank = rankOf(of(facts));
        return rank !== -1 && rank <= least;
      };
    }
    case '=~':
    case '!~': {
      const pattern = compilePattern(value, RE2JS.DOTALL);
      if (pattern === null) throw new Error(`the pattern of ${name} was not checked`);
      return (facts) => pattern.matches(of(facts)) === (operator === '=~');
    }
  }
}

function rankOf(severity: string): number {
  return SEVERITIES.findIndex((known) => known === severity);
}

/** Null where quotes open and do not close. Inside, `\"` and `\\` are escaped. */
function unquoted(text: string): string | null {
  if (!text.startsWith('"')) return text;
  const [, inside] = /^"((?:[^"\\]|\\.)*)"$/s.exec(text) ?? [];
  return inside === undefined ? null : inside.replace(/\\(["\\])/g, '$1');
}

function isOperator(text: string): text is MatchOperator {
  return MATCH_OPERATORS.some((operator) => operator === text);
}

function problem(text: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem: text };
}
