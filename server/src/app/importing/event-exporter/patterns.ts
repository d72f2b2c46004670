/** Patterns of kubernetes-event-exporter: RE2 expressions that look for a part of a text, as Tattle's own do. */
import { compilePattern } from '../../../notify/policy/patterns.ts';

export type PatternReading =
  | { readonly kind: 'expression'; readonly pattern: string }
  /** No expression, and most likely meant for wildcards: written as an expression. */
  | { readonly kind: 'wildcards'; readonly pattern: string }
  | { readonly kind: 'invalid' };

export function readPattern(text: string): PatternReading {
  if (compilePattern(text) !== null) return { kind: 'expression', pattern: text };
  if (!/^[\w*./:-]{1,300}$/.test(text)) return { kind: 'invalid' };
  const escaped = text.replace(/[.]/g, '\\.').replaceAll('*', '.*');
  return { kind: 'wildcards', pattern: `^${escaped}$` };
}

/** Whether a readable pattern takes this text. */
export function takes(pattern: string, text: string): boolean {
  return compilePattern(pattern)?.matcher(text).find() ?? false;
}

/** The same as a list with `*` for anything, as filters have it; null where that cannot be said. */
export function wildcardsOf(pattern: string): readonly string[] | null {
  const [, grouped] = /^\^\(([^()]*)\)\$$/.exec(pattern) ?? [];
  const parts = grouped === undefined ? pattern.split('|') : grouped.split('|').map((part) => `^${part}$`);
  const wildcards = parts.map(wildcardOf);
  return wildcards.includes(null) ? null : wildcards.filter((part) => part !== null);
}

function wildcardOf(part: string): string | null {
  const [, start, body = '', end] = /^(\^?)(.*?)(\$?)$/.exec(part) ?? [];
  const plain = body.replaceAll('.*', '*').replaceAll('\\.', '\u0000');
  if (!/^[\w*\0/:-]+$/.test(plain) || /^\*+$/.test(plain)) return null;
  const before = start === '^' ? '' : '*';
  const after = end === '$' ? '' : '*';
  return `${before}${plain.replaceAll('\u0000', '.')}${after}`.replace(/\*+/g, '*');
}
