/** What a PromQL expression asks for: enough of the grammar to find every metric and label, and to refuse what it does not know. */

export interface Selector {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

export interface PromQl {
  readonly selectors: readonly Selector[];
  /** Labels of by, without, on, ignoring, group_left and group_right. */
  readonly grouping: readonly string[];
}

const TOKEN =
  /\s+|"(?:\\.|[^"\\])*"|\[[^\]]*\]|[a-zA-Z_:][\w:]*|\d+(?:\.\d+)?(?:e-?\d+)?(?:ms|[smhdwy])?|[=!]~|[=!<>]=|[-+*/%^<>=(){},]/y;
const NAME = /^[a-zA-Z_:]/;
const GROUPING = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
const WORDS = new Set(['and', 'or', 'unless', 'offset', 'bool']);
const FUNCTIONS = new Set(
  `sum min max avg count topk bottomk quantile rate irate increase delta histogram_quantile time absent absent_over_time
   max_over_time min_over_time avg_over_time clamp_min clamp_max changes resets vector scalar`.split(/\s+/),
);

/** Throws, naming the place, where it is not understood. */
export function readPromQl(expression: string): PromQl {
  const tokens = tokensOf(expression);
  const selectors: Selector[] = [];
  const grouping: string[] = [];
  let depth = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? '';
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (depth < 0) throw new Error(`a ) too many: ${expression}`);
    if (!NAME.test(token) || WORDS.has(token)) continue;
    if (GROUPING.has(token)) {
      const end = tokens.indexOf(')', at);
      grouping.push(...tokens.slice(at + 2, end).filter((each) => each !== ','));
      at = end;
    } else if (/^(\(|by|without)$/.test(tokens[at + 1] ?? '')) {
      if (!FUNCTIONS.has(token)) throw new Error(`no function ${token}: ${expression}`);
    } else {
      const end = tokens[at + 1] === '{' ? tokens.indexOf('}', at) : at;
      selectors.push({ metric: token, matchers: matchersOf(tokens.slice(at + 2, end), expression) });
      at = end;
    }
  }
  if (depth !== 0) throw new Error(`a ) is missing: ${expression}`);
  return { selectors, grouping };
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(expression)?.[0];
    if (token === undefined) throw new Error(`not understood at ${at}: ${expression}`);
    if (token.trim() !== '') tokens.push(token);
  }
  return tokens;
}

function matchersOf(tokens: readonly string[], expression: string): Selector['matchers'] {
  const matchers: { label: string; operator: string; value: string }[] = [];
  for (let at = 0; at < tokens.length; at += 4) {
    const [label = '', operator = '', value = '', comma = ','] = tokens.slice(at, at + 4);
    if (!/^(=|!=|=~|!~)$/.test(operator) || !value.startsWith('"') || comma !== ',') {
      throw new Error(`no label matcher at ${label}: ${expression}`);
    }
    matchers.push({ label, operator, value: value.slice(1, -1) });
  }
  return matchers;
}
