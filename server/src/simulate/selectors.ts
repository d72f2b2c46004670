/** Field and label selectors in the syntax of the API server's query parameters. */

interface Selectable {
  readonly labels: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
}

type Selector = (object: Selectable) => boolean;

/** The selector, or what is wrong with it in the API server's words. */
export type ParsedSelector = Selector | { readonly wrong: string };

export function parseFieldSelector(text: string, supported: readonly string[]): ParsedSelector {
  const terms: Selector[] = [];
  for (const term of splitUnescaped(text)) {
    const match = /^([^=!]+?)(==|=|!=)(.*)$/s.exec(term);
    if (match === null) return { wrong: `invalid selector: '${text}'; can't understand '${term}'` };
    const [, field = '', operator, escaped = ''] = match;
    if (!supported.includes(field)) return { wrong: `field label not supported: ${field}` };
    const value = escaped.replaceAll(/\\([\\,=])/g, '$1');
    const wanted = operator !== '!=';
    terms.push((object) => (object.fields[field] === value) === wanted);
  }
  return all(terms);
}

export function parseLabelSelector(text: string): ParsedSelector {
  const terms: Selector[] = [];
  for (const term of splitOutsideParentheses(text)) {
    const selector = labelTerm(term);
    if (selector === null) return { wrong: `unable to parse requirement: found '${term}'` };
    terms.push(selector);
  }
  return all(terms);
}

function all(terms: readonly Selector[]): Selector {
  return (object) => terms.every((term) => term(object));
}

const labelKey = '([A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?)';
const setTerm = new RegExp(`^${labelKey}\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const equalityTerm = new RegExp(`^${labelKey}\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)$`);
const existenceTerm = new RegExp(`^(!?)\\s*${labelKey}$`);

function labelTerm(term: string): Selector | null {
  const set = setTerm.exec(term);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return operator === 'in'
      ? ({ labels }) => Object.hasOwn(labels, key) && values.includes(labels[key] ?? '')
      : ({ labels }) => !Object.hasOwn(labels, key) || !values.includes(labels[key] ?? '');
  }
  const equality = equalityTerm.exec(term);
  if (equality !== null) {
    const [, key = '', operator, value = ''] = equality;
    const wanted = operator !== '!=';
    return ({ labels }) => (Object.hasOwn(labels, key) && labels[key] === value) === wanted;
  }
  const existence = existenceTerm.exec(term);
  if (existence === null) return null;
  const [, not, key = ''] = existence;
  return ({ labels }) => Object.hasOwn(labels, key) === (not === '');
}

function splitUnescaped(text: string): string[] {
  return text
    .split(/(?<!\\),/)
    .map((term) => term.trim())
    .filter((term) => term !== '');
}

function splitOutsideParentheses(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '');
}
