/** One query string for people: free words, and `field:value` terms that filter like the parameter of that name. */
import { closest } from '../kit/closest.ts';

export interface SearchText<Field extends string> {
  readonly words: string;
  readonly terms: readonly { readonly field: Field; readonly value: string }[];
  /** `label:key=value` terms, as they stand after the colon. */
  readonly labels: readonly string[];
  /** What looks like a term, but names a field that only resembles one: as a word it would find nothing, in silence. */
  readonly misspelt: readonly { readonly name: string; readonly meant: Field }[];
}

/** A run without spaces or quotes, or a quoted part (an unclosed quote runs to the end), any number of them. */
const TOKEN = /(?:[^\s"]|"[^"]*(?:"|$))+/g;
/** Shorter words resemble a field by chance: `code:137`, `pid:1`. */
const SHORTEST_SLIP = 5;
const TERM = /^([-!]?)([a-z]{1,20}):(.+)$/s;

/** `reason:BackOff -namespace:kube-system "pulling image"`; a leading `-` or `!` negates a term. */
export function parseSearchText<Field extends string>(text: string, fields: readonly Field[]): SearchText<Field> {
  const words: string[] = [];
  const terms: { field: Field; value: string }[] = [];
  const labels: string[] = [];
  const misspelt: { name: string; meant: Field }[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    const [, negation = '', name = '', rawValue = ''] = TERM.exec(token) ?? [];
    const value = rawValue.replaceAll('"', '');
    const field = fields.find((known) => known === name);
    if (field !== undefined && value !== '') terms.push({ field, value: negation === '' ? value : `!${value}` });
    else if (name === 'label' && negation === '' && value.includes('=')) labels.push(value);
    else {
      const meant = name.length < SHORTEST_SLIP ? undefined : closest(name, fields);
      if (meant !== undefined && meant !== name) misspelt.push({ name, meant: meant as Field });
      words.push(token.replaceAll('"', ''));
    }
  }
  return { words: words.join(' ').trim(), terms, labels, misspelt };
}
