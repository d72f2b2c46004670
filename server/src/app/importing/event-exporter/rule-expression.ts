/** Rules of kubernetes-event-exporter as expressions (CEL) over an incident's event, and what that changes. */
import type { Notes } from '../notes.ts';
import { readPattern, takes } from './patterns.ts';
import type { Matched, SourceRule } from './source-rules.ts';

/** Null: nothing can be said to the same effect, and the rule must not count. Empty: it holds for whatever comes. */
export type Expression = readonly string[] | null;

const FIELDS: Readonly<Record<Exclude<Matched, 'apiVersion' | 'reason'>, string>> = {
  message: 'event.message',
  kind: 'event.kind',
  namespace: 'event.namespace',
  type: 'event.type',
  component: 'event.source',
  host: 'event.node',
};

/** What has to hold. A condition that has no counterpart is left out: more is told, never less. */
export function matchExpression(rule: SourceRule, notes: Notes): Expression {
  const terms: string[] = [];
  for (const { field, pattern: text, path } of rule.patterns) {
    const pattern = usable(text, path, notes);
    if (pattern === null) {
      notes.missing(path, 'is no valid expression, so that it never matched anything: nothing is told by this rule');
      return null;
    }
    if (field === 'apiVersion') {
      notes.changed(path, 'is not looked at: Tattle tells objects apart by kind, whatever version they are written in');
    } else if (field !== 'type') {
      terms.push(termOf(field, pattern));
    } else if (!takes(pattern, 'Warning') || !takes(pattern, 'Normal')) {
      terms.push(...typeTerms(pattern, path, notes));
    }
  }
  tellAnnotations(rule, notes);
  const labels = labelTerms(rule, notes);
  return labels === null ? null : [...terms, ...labels, ...countTerms(rule)];
}

/** What must not hold. A rule with a condition that has no counterpart is left out whole: without it, it would hide more. */
export function dropExpression(rule: SourceRule, notes: Notes): Expression {
  const terms: string[] = [];
  for (const { field, pattern: text, path } of rule.patterns) {
    const pattern = usable(text, path, notes);
    if (pattern === null) {
      notes.changed(path, 'is no valid expression, so that it never dropped anything: the rule is left out');
      return null;
    }
    if (field === 'apiVersion') {
      notes.changed(path, 'is not looked at here; the rule is left out, since without it more would be dropped');
      return null;
    }
    terms.push(termOf(field, pattern));
  }
  if (Object.keys(rule.annotations).length > 0) {
    notes.changed(
      `${rule.path}.annotations`,
      'are not looked at by rules; the rule is left out, since without them more would be dropped',
    );
    return null;
  }
  const labels = labelTerms(rule, notes);
  if (labels === null) return null;
  const all = [...terms, ...labels, ...countTerms(rule)];
  if (onlyNormal(rule)) {
    notes.changed(rule.path, ONLY_PROBLEMS);
    return null;
  }
  return all;
}

const ONLY_PROBLEMS =
  'needs no rule: people are told of problems, which are seldom Normal events; the loss of a node is one, and is told';

/** Whether the rule is about nothing but Normal events. */
export function onlyNormal(rule: SourceRule): boolean {
  const [first, ...others] = rule.patterns;
  if (first?.field !== 'type' || others.length > 0 || rule.minCount > 1 || hasMetadata(rule)) return false;
  const read = readPattern(first.pattern);
  return read.kind !== 'invalid' && takes(read.pattern, 'Normal') && !takes(read.pattern, 'Warning');
}

export function hasMetadata({ labels, annotations }: SourceRule): boolean {
  return Object.keys(labels).length + Object.keys(annotations).length > 0;
}

/** The expression, and a note where it was none and was meant for wildcards. */
export function usable(text: string, path: string, notes: Notes): string | null {
  const read = readPattern(text);
  if (read.kind === 'invalid') return null;
  if (read.kind === 'wildcards') {
    notes.changed(
      path,
      `${quoted(text)} is no valid expression, and never matched anything there; it is taken for wildcards, as it was most likely meant`,
    );
  }
  return read.pattern;
}

function termOf(field: Exclude<Matched, 'apiVersion'>, pattern: string): string {
  const literal = JSON.stringify(pattern);
  // People write names of conditions for reasons: no Event has the reason OOMKilled.
  if (field === 'reason') return `(event.reason.matches(${literal}) || event.condition.matches(${literal}))`;
  return `${FIELDS[field]}.matches(${literal})`;
}

function typeTerms(pattern: string, path: string, notes: Notes): readonly string[] {
  if (takes(pattern, 'Warning')) {
    notes.changed(path, ONLY_PROBLEMS);
    return [];
  }
  notes.changed(path, 'people are told of problems, and Normal events seldom tell of any: a sink has them all');
  return [termOf('type', pattern)];
}

function labelTerms({ labels, path }: SourceRule, notes: Notes): readonly string[] | null {
  const terms: string[] = [];
  for (const [name, text] of Object.entries(labels)) {
    const pattern = usable(text, `${path}.labels.${name}`, notes);
    if (pattern === null) {
      notes.missing(
        `${path}.labels.${name}`,
        'is no valid expression, so that it never matched anything: the rule is left out',
      );
      return null;
    }
    const key = JSON.stringify(name);
    terms.push(`${key} in event.labels && event.labels[${key}].matches(${JSON.stringify(pattern)})`);
  }
  if (terms.length > 0)
    notes.changed(`${path}.labels`, 'are those that Tattle knows of the event and its object when the incident turns');
  return terms;
}

function tellAnnotations({ annotations, path }: SourceRule, notes: Notes): void {
  if (Object.keys(annotations).length === 0) return;
  notes.missing(
    `${path}.annotations`,
    'rules do not look at annotations, so that more is told: use a label instead, or filter.annotationSelector for everything',
  );
}

function countTerms({ minCount }: SourceRule): readonly string[] {
  return minCount > 1 ? [`event.count >= ${String(Math.trunc(minCount))}`] : [];
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
