/** Lines of logs as they are read: without colours, JSON told as text, with their level; what they said stays beside. */
import { type Fields, fields, isFields, text } from '../kit/fields.ts';
import { type Level, levelNamed, levelOf } from './log-level.ts';

export interface LogLine {
  /** As it stands in the log, to be cited. */
  readonly raw: string;
  /** What is searched: bounded, without colours. */
  readonly text: string;
  /** The same in small letters. */
  readonly low: string;
  readonly level: Level | null;
}

/** Lines come from strangers and may be long; the beginning and the end say what happened. */
const HEAD = 1000;
const TAIL = 400;
const LONGEST_JSON = 65_536;
const MOST_STACK_LINES = 80;

/** Terminal colours; the escape character is spelled by its number, since it cannot be seen. */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]{0,20}[A-Za-z]`, 'g');
/** One request of one client, in the formats of web servers. */
const ACCESS = /"[A-Z]{3,7} [^"]{1,1000}" \d{3}\b/;
const METRIC = /^(?:# (?:HELP|TYPE) |[a-z_:]{3,100}\{[^}]{0,500}\} [\d.eE+-]{1,30}$)/;

/** One line, or the several that a JSON line holds where it carries a stack trace. */
export function readLine(raw: string): readonly LogLine[] {
  const json = parseJson(raw);
  if (json !== null) return readJson(raw, json);
  const plain = (raw.length > LONGEST_JSON ? raw.slice(0, LONGEST_JSON) : raw).replace(COLOUR, '').trimEnd();
  return [lineOf(raw, plain, isNoise(plain) ? 'quiet' : levelOf(plain.trimStart()))];
}

function lineOf(raw: string, words: string, level: Level | null): LogLine {
  const short = words.length > HEAD + TAIL ? `${words.slice(0, HEAD)} ${words.slice(-TAIL)}` : words;
  return { raw, text: short, low: short.toLowerCase(), level };
}

function isNoise(line: string): boolean {
  return METRIC.test(line) || ACCESS.test(line.slice(0, HEAD)) || line.includes('TLS handshake error from');
}

function parseJson(raw: string): Fields | null {
  const start = raw.trimStart();
  if (!start.startsWith('{') || raw.length > LONGEST_JSON) return null;
  try {
    const value: unknown = JSON.parse(start);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

const LEVELS = [
  'level_name',
  'levelname',
  'level',
  'log.level',
  'severity',
  'severity_text',
  '@l',
  'LogLevel',
  'lvl',
  's',
];
const MESSAGES = ['msg', 'message', 'Message', '@m', '@mt', 'event', 'short_message', 'body', 'text', 'log'];
const ERRORS = [
  ...['error', 'err', 'error.message', 'error_message', 'errorMessage', 'exception', 'Exception', 'exc_info', '@x'],
  ...[
    'cause',
    'thrown',
    'attr',
    'context',
    'detail',
    'details',
    'error.stack_trace',
    'stack',
    'stacktrace',
    'stack_trace',
  ],
  'errorVerbose',
];
const REQUESTS = ['status', 'statusCode', 'status_code', 'res', 'response_code', 'responseStatus'];

function readJson(raw: string, json: Fields): readonly LogLine[] {
  const level = levelNamed(
    LEVELS.map((key) => json[key]).find((value) => value !== undefined) ?? fields(json['log'])['level'],
  );
  const errors = ERRORS.flatMap((key) => wordsOf(json[key], 0));
  const message = MESSAGES.map((key) => json[key]).find((value) => typeof value === 'string' && value !== '');
  const isRequest = errors.length === 0 && REQUESTS.some((key) => json[key] !== undefined) && level !== 'fatal';
  const [first = '', ...rest] = [text(message, HEAD), ...errors].filter((words) => words !== '').flatMap(linesOf);
  const [second = '', ...others] = rest;
  const joined = second === '' || /^\s/.test(second) ? first : `${first}: ${second}`;
  const more = joined === first ? rest : others;
  const own = level ?? levelOf(first);
  return [
    lineOf(raw, joined, isRequest ? 'quiet' : own),
    ...more
      .slice(0, MOST_STACK_LINES)
      .map((line) => lineOf(raw, line, own === null ? null : isRequest ? 'quiet' : own)),
  ];
}

function linesOf(words: string): readonly string[] {
  return words.split('\n').filter((line) => line.trim() !== '');
}

/** What an error says that was written as a string, or as an object with its type, message, address and causes. */
function wordsOf(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value.slice(0, LONGEST_JSON)];
  if (Array.isArray(value)) return value.slice(0, MOST_STACK_LINES).flatMap((each) => wordsOf(each, depth + 1));
  if (!isFields(value) || depth > 3) return [];
  const named = (...keys: string[]) => keys.map((key) => text(value[key], HEAD)).find((word) => word !== '') ?? '';
  const stack = named('stack', 'stack_trace', 'stackTrace', 'stacktrace');
  const message = named('message', 'msg', 'errmsg', 'reason');
  const address = named('address', 'hostname', 'host', 'hostAndPort', 'remote');
  const at = address === '' ? '' : ` ${address}${named('port') === '' ? '' : `:${named('port')}`}`;
  const head = [named('type', 'name', 'class', 'codeName'), message].filter((word) => word !== '').join(': ') + at;
  const inner = ['cause', 'error', 'exception', 'err', 'errors'].flatMap((key) => wordsOf(value[key], depth + 1));
  return [head, stack, ...inner].filter((word) => word.trim() !== '');
}
