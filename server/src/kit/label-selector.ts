/** Kubernetes label selectors: `app=web, tier in (a, b), env notin (dev), !legacy, release` compiled to one predicate. */

export type LabelMap = Readonly<Record<string, string>>;

export type CompiledSelector =
  | { readonly ok: true; readonly matches: (labels: LabelMap) => boolean }
  | { readonly ok: false; readonly problem: string };

type Requirement = (labels: LabelMap) => boolean;

const LONGEST = 10_000;

/**
 * The syntax of `kubectl -l`: requirements joined by commas, all of which must hold. As in Kubernetes, `!=` and `notin` also
 * hold where the key is missing, and the empty selector matches everything. Values are not limited to label values, so that
 * the same syntax serves annotations; a value with blanks, commas or parentheses stands in double quotes.
 */
export function compileSelector(source: string): CompiledSelector {
  if (source.length > LONGEST) return { ok: false, problem: `it is longer than ${LONGEST} characters` };
  const tokens = tokenize(source);
  if (typeof tokens === 'string') return { ok: false, problem: tokens };
  const reader = new Reader(tokens);
  const requirements: Requirement[] = [];
  while (!reader.done) {
    const requirement = readRequirement(reader);
    if (typeof requirement === 'string') return { ok: false, problem: requirement };
    requirements.push(requirement);
    if (reader.done) break;
    if (!reader.take(',')) return { ok: false, problem: `expected a comma before ${reader.shown}` };
    if (reader.done) return { ok: false, problem: 'nothing follows the last comma' };
  }
  return { ok: true, matches: (labels) => requirements.every((holds) => holds(labels)) };
}

interface Token {
  readonly text: string;
  readonly kind: 'word' | 'sign';
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  get shown(): string {
    const token = this.#tokens[this.#at];
    return token === undefined ? 'the end' : `"${token.text}"`;
  }

  take(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.#at++;
    return true;
  }

  word(): string | null {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word') return null;
    this.#at++;
    return token.text;
  }
}

function readRequirement(reader: Reader): Requirement | string {
  const absent = reader.take('!');
  const key = reader.word();
  if (key === null) return `expected a label key, found ${reader.shown}`;
  if (!/^(?:[A-Za-z0-9][A-Za-z0-9.-]{0,252}\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/.test(key)) {
    return `"${key.slice(0, 80)}" is no label key`;
  }
  if (absent) return (labels) => !Object.hasOwn(labels, key);
  if (reader.take('=') || reader.take('==')) {
    const value = reader.word() ?? '';
    return (labels) => Object.hasOwn(labels, key) && labels[key] === value;
  }
  if (reader.take('!=')) {
    const value = reader.word() ?? '';
    return (labels) => !Object.hasOwn(labels, key) || labels[key] !== value;
  }
  return readSetRequirement(reader, key);
}

function readSetRequirement(reader: Reader, key: string): Requirement | string {
  const operator = reader.word();
  if (operator === null) return (labels) => Object.hasOwn(labels, key);
  if (operator !== 'in' && operator !== 'notin')
    return `expected =, !=, in or notin after "${key}", found "${operator}"`;
  if (!reader.take('(')) return `expected ( after ${operator}, found ${reader.shown}`;
  const values = new Set<string>();
  do values.add(reader.word() ?? '');
  while (reader.take(','));
  if (!reader.take(')')) return `expected , or ) in the list of "${key}", found ${reader.shown}`;
  if (operator === 'in') return (labels) => Object.hasOwn(labels, key) && values.has(labels[key] ?? '');
  return (labels) => !Object.hasOwn(labels, key) || !values.has(labels[key] ?? '');
}

/** Signs, quoted words and bare words, or what cannot be read. */
function tokenize(source: string): Token[] | string {
  const pattern = /\s*(?:([,()]|==|!=|=|!)|"([^"]*)"|([^\s,()=!"]+))/y;
  const tokens: Token[] = [];
  const end = source.trimEnd().length;
  while (pattern.lastIndex < end) {
    const from = pattern.lastIndex;
    const match = pattern.exec(source);
    if (match === null) return `it cannot be read from "${source.slice(from, from + 20).trim()}" on`;
    const [, sign, quoted, bare] = match;
    if (sign !== undefined) tokens.push({ text: sign, kind: 'sign' });
    else tokens.push({ text: quoted ?? bare ?? '', kind: 'word' });
  }
  return tokens;
}
