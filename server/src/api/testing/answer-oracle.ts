/** What no answer may be, whatever was asked. */

export interface GivenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Of errors: enough for what is wrong, too little to hold what is stored. */
const LONGEST_ERROR = 64 * 1024;
const LONGEST_ANSWER = 8 * 1024 * 1024;

/** Words of our insides: of stack traces, files, PostgreSQL's complaints. */
const INSIDES =
  /\n\s+at |node_modules|\.ts:\d|\/server\/src|\/tmp\/|SELECT |INSERT |syntax error at|invalid input syntax|invalid byte sequence|violates |relation "|pg_|postgres|ECONN|RangeError|TypeError|call stack/;

/** What is wrong with it; null where nothing is. `sent` may come back in the words of a refusal. */
export function faultOf({ status, headers, text }: GivenAnswer, secrets: readonly string[]): string | null {
  if (status >= 500) return `a fault of the server: ${text.slice(0, 300)}`;
  if (status < 200) return `the strange status ${status}`;
  if (secrets.some((secret) => text.includes(secret))) return 'it holds a secret';
  if (text.length > LONGEST_ANSWER) return `it is ${text.length} characters long`;
  if (status < 400) return null;
  const inside = INSIDES.exec(text);
  if (inside !== null) return `it tells of our insides: ${JSON.stringify(inside[0])}`;
  if (text.length > LONGEST_ERROR) return `an error of ${text.length} characters`;
  return problemFault(headers, text, status);
}

function problemFault(headers: GivenAnswer['headers'], text: string, status: number): string | null {
  if (!String(headers['content-type']).startsWith('application/problem+json')) return 'an error that is no problem';
  const told = JSON.parse(text) as Record<string, unknown>;
  for (const name of ['type', 'title', 'detail', 'hint', 'requestId']) {
    if (typeof told[name] !== 'string' || told[name] === '') return `a problem without ${name}`;
  }
  if (told['status'] !== status) return 'a problem that names another status';
  return told['requestId'] === headers['x-request-id'] ? null : 'a problem with the id of another request';
}
