/** Matchers of silences and routes: read from text, written as text, said in words. Pure; the server decides whether one holds. */

const OPERATORS = ['=', '!=', '=~', '!~', '>='] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Matcher {
  /** What is known of an incident: `namespace`, `label.team`. */
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
}

/** What can be matched beside labels, what people choose most often first. */
export const MATCHER_NAMES = [
  'namespace',
  'kind',
  'name',
  'condition',
  'severity',
  'cluster',
  'cause',
  'category',
  'node',
  'reason',
  'state',
  'title',
] as const;

export const OPERATOR_WORDS: Readonly<Record<Operator, string>> = {
  '=': 'is',
  '!=': 'is not',
  '=~': 'matches',
  '!~': 'does not match',
  '>=': 'is at least',
};

const FORM = /^\s*([A-Za-z_][\w.\-/]*)\s*(=~|!~|!=|>=|=)\s*(.*?)\s*$/s;

/** Null where it is no matcher, or its quotes do not close. */
export function readMatcher(text: string): Matcher | null {
  const [, name = '', written = '', raw = ''] = FORM.exec(text) ?? [];
  const operator = OPERATORS.find((known) => known === written);
  if (operator === undefined) return null;
  if (!raw.startsWith('"')) return { name, operator, value: raw };
  const [, inside] = /^"((?:[^"\\]|\\.)*)"$/s.exec(raw) ?? [];
  return inside === undefined ? null : { name, operator, value: inside.replace(/\\(["\\])/g, '$1') };
}

/** As the API takes it: quotes keep blanks at the edges. */
export function matcherText({ name, operator, value }: Matcher): string {
  return `${name}${operator}"${value.replace(/["\\]/g, String.raw`\$&`)}"`;
}

/** `namespace is shop`; of a label `label team is pay`. What cannot be read stands as it is. */
export function matcherWords(text: string): string {
  const matcher = readMatcher(text);
  if (matcher === null) return text;
  const { operator, value } = matcher;
  if (value === '' && operator === '!=') return `${nameWords(matcher.name)} is set`;
  if (value === '' && operator === '=') return `${nameWords(matcher.name)} is not set`;
  return `${nameWords(matcher.name)} ${OPERATOR_WORDS[operator]} ${value}`;
}

function nameWords(name: string): string {
  return name.startsWith('label.') ? `label ${name.slice('label.'.length)}` : name;
}

/** Those that make sense for a name: only severities have an order. */
export function operatorsFor(name: string): readonly Operator[] {
  return name === 'severity' ? ['=', '!=', '>='] : ['=', '!=', '=~', '!~'];
}
