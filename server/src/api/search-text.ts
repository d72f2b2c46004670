/** One query string for people: free words, and `field:value` terms that filter like the parameter of that name. */
import { FILTER_FIELDS, type FilterField } from '../model/query.ts';

export interface SearchText {
  readonly words: string;
  readonly terms: readonly { readonly field: FilterField; readonly value: string }[];
  /** `label:key=value` terms, as they stand after the colon. */
  readonly labels: readonly string[];
}

/** A run without spaces or quotes, or a quoted part (an unclosed quote runs to the end), any number of them. */
const TOKEN = /(?:[^\s"]|"[^"]*(?:"|$))+/g;
const TERM = /^([-!]?)([a-z]{1,20}):(.+)$/s;

/** `reason:BackOff -namespace:kube-system "pulling image"`; a leading `-` or `!` negates a term. */
export function parseSearchText(text: string): SearchText {
  const words: string[] = [];
  const terms: { field: FilterField; value: string }[] = [];
  const labels: string[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    const [, negation = '', name = '', rawValue = ''] = TERM.exec(token) ?? [];
    const value = rawValue.replaceAll('"', '');
    const field = FILTER_FIELDS.find((known) => known === name);
    if (field !== undefined && value !== '') terms.push({ field, value: negation === '' ? value : `!${value}` });
    else if (name === 'label' && negation === '' && value.includes('=')) labels.push(value);
    else words.push(token.replaceAll('"', ''));
  }
  return { words: words.join(' ').trim(), terms, labels };
}
