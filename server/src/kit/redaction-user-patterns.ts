/** Patterns that users add to redaction, on RE2: linear time whatever they write and whatever arrives. */
import { RE2JS, type RE2JSException } from 're2js';
import type { Finder } from './redaction-spans.ts';

export interface UserPattern {
  /** Becomes part of the mask: lower case letters, digits and dashes. */
  readonly name: string;
  /** RE2 syntax. With a first capture group, only that is masked, else the whole match. */
  readonly pattern: string;
}

export type CompiledPatterns =
  | { readonly ok: true; readonly finders: readonly Finder[] }
  | { readonly ok: false; readonly problems: readonly { field: string; problem: string; mend: string }[] };

const LONGEST_PATTERN = 1000;

/** Compiles all, or says of each that cannot be used where it stands, what is wrong and how to mend it. */
export function compileUserPatterns(patterns: readonly UserPattern[]): CompiledPatterns {
  const finders: Finder[] = [];
  const problems: { field: string; problem: string; mend: string }[] = [];
  patterns.forEach(({ name, pattern }, i) => {
    if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(name)) {
      const mend = 'use up to 41 lower case letters, digits and dashes: it becomes the mask [redacted:name]';
      problems.push({ field: `[${i}].name`, problem: `"${name.slice(0, 60)}" cannot name a pattern`, mend });
      return;
    }
    const compiled = compile(pattern);
    if (typeof compiled === 'string') {
      const mend =
        'write it in RE2 syntax (https://github.com/google/re2/wiki/Syntax): no back-references, no lookaround';
      problems.push({ field: `[${i}].pattern`, problem: compiled, mend });
    } else finders.push(finderOf(compiled, name));
  });
  return problems.length === 0 ? { ok: true, finders } : { ok: false, problems };
}

function compile(pattern: string): RE2JS | string {
  if (pattern.length > LONGEST_PATTERN) return `it is longer than ${LONGEST_PATTERN} characters`;
  try {
    const compiled = RE2JS.compile(pattern);
    return compiled.matches('') ? 'it matches the empty text, so it would mask between all letters' : compiled;
  } catch (error) {
    return (error as RE2JSException).message;
  }
}

function finderOf(pattern: RE2JS, label: string): Finder {
  const group = pattern.groupCount() > 0 ? 1 : 0;
  return (text, found) => {
    const matcher = pattern.matcher(text);
    while (matcher.find()) {
      const start = matcher.start(group);
      const end = matcher.end(group);
      if (start >= 0 && end > start) found.push({ start, end, label });
    }
  };
}
