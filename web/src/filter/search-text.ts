/** The one query string, taken apart as the API takes it: free words, and `field:value` terms; quotes keep blanks together. */
import type { Term } from './term.ts';

/** A run without spaces or quotes, or a quoted part (an unclosed quote runs to the end), any number of them. */
const TOKEN = /(?:[^\s"]|"[^"]*(?:"|$))+/g;
const TERM = /^([-!]?)([a-z]{1,20}):(.+)$/s;

interface Token {
  /** As it was written. */
  readonly text: string;
  /** Null for a free word. */
  readonly term: Term | null;
}

export function tokensOf(text: string, fields: readonly string[]): readonly Token[] {
  return [...text.matchAll(TOKEN)].map(([token]) => ({ text: token, term: termIn(token, fields) }));
}

function termIn(token: string, fields: readonly string[]): Term | null {
  const [, negation = '', field = '', rawValue = ''] = TERM.exec(token) ?? [];
  const value = rawValue.replaceAll('"', '');
  if (!fields.includes(field) || value === '') return null;
  // Labels cannot be negated, and are pairs: what is neither is looked for as a word.
  if (field === 'label') return negation === '' && value.includes('=') ? { field, value, negated: false } : null;
  return readValue(field, negation === '' ? value : `!${value}`);
}

/** A value as parameters write it: a leading `!` negates. */
export function readValue(field: string, written: string): Term {
  const negated = field !== 'label' && written.startsWith('!');
  return { field, value: negated ? written.slice(1) : written, negated };
}

/** The text without what a test finds; unchanged, blanks and all, where it finds nothing. */
export function withoutTokens(text: string, fields: readonly string[], goes: (term: Term) => boolean): string {
  const tokens = tokensOf(text, fields);
  const kept = tokens.filter(({ term }) => term === null || !goes(term));
  return kept.length === tokens.length ? text : kept.map((token) => token.text).join(' ');
}
