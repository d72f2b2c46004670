/** How loud a line of a log is, read from the ways in which programs write it. */

export type Level = 'fatal' | 'error' | 'warning' | 'quiet';

const WORDS: Readonly<Record<Level, string>> = {
  fatal: 'fatal critical crit emerg emergency alert panic ftl dpanic',
  error: 'error err severe fail failure',
  warning: 'warn warning wrn',
  quiet: 'info inf information informational notice note debug dbug dbg trace trce verbose vrb system',
};

const LEVEL_OF: ReadonlyMap<string, Level> = new Map(
  (Object.keys(WORDS) as Level[]).flatMap((level) => WORDS[level].split(' ').map((word) => [word, level] as const)),
);

const PAIR = /\b(?:level|lvl|severity|loglevel)\s?[=:]\s?"?([A-Za-z]{3,13})/i;
const BRACKETED =
  /[[<](?:[\d:., T-]{0,30} )?(emerg|alert|crit|critical|fatal|error|err|warn|warning|notice|note|info|debug|trace|system)[\]>]/i;
const SHOUTED =
  /\b(FATAL|CRITICAL|CRIT|EMERG|ALERT|PANIC|FTL|ERROR|ERR|SEVERE|WARN|WARNING|WRN|INFO|INF|NOTICE|DEBUG|DBG|TRACE|VERBOSE)\b/;
const LABELLED =
  /^(?:[^:]{0,40}[\s|])?(fatal|critical|crit|panic|error|err|fail|warn|warning|info|notice|debug|dbug|trace|trce)\s?:/i;
/** Ruby's logger, and the log of Kubernetes' own programs: `F, [2024-…`, `E0102 03:04:05.678901`. */
const INITIAL = /^(?:([DIWEFA]), \[|([IWEF])\d{4} \d\d:)/;
const INITIALS: Readonly<Record<string, Level>> = {
  D: 'quiet',
  I: 'quiet',
  W: 'warning',
  E: 'error',
  F: 'fatal',
  A: 'error',
};

/** Null where the line does not say. A level stands near the beginning; the same word later is part of the message. */
export function levelOf(text: string): Level | null {
  const initial = INITIAL.exec(text);
  if (initial !== null) return INITIALS[initial[1] ?? initial[2] ?? ''] ?? null;
  const head = text.slice(0, 160);
  const word = (PAIR.exec(text.slice(0, 400)) ??
    BRACKETED.exec(head) ??
    SHOUTED.exec(head) ??
    LABELLED.exec(head))?.[1];
  if (/\bfatal (?:error|exception)\b/i.test(head)) return 'fatal';
  return word === undefined ? null : levelNamed(word);
}

/** Of a level as JSON logs write it: a word, or the numbers of pino and bunyan (10 to 60) or Monolog (100 to 600). */
export function levelNamed(word: unknown): Level | null {
  if (typeof word === 'string') return LEVEL_OF.get(word.toLowerCase()) ?? mongoLevel(word);
  if (typeof word !== 'number') return null;
  const step = word >= 100 ? word / 10 : word;
  if (word >= 100) return step >= 50 ? 'fatal' : step >= 40 ? 'error' : step >= 30 ? 'warning' : 'quiet';
  if (step < 10) return null;
  return step >= 60 ? 'fatal' : step >= 50 ? 'error' : step >= 40 ? 'warning' : 'quiet';
}

function mongoLevel(letter: string): Level | null {
  return /^[IWEF]$/.test(letter) ? (INITIALS[letter] ?? null) : /^D[1-5]?$/.test(letter) ? 'quiet' : null;
}
