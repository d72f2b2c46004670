/** How bad something is, in the words of Prometheus rules, syslog, loggers and people. */
import type { Severity } from '../../model/severity.ts';

const WORDS: ReadonlyMap<string, Severity> = new Map(
  Object.entries({
    critical: 'critical crit page emergency emerg disaster fatal p1 sev1 1',
    high: 'high major error err p2 sev2 2',
    medium: 'medium moderate warning warn average ticket p3 sev3 3',
    low: 'low minor p4 sev4 4',
    info: 'info informational information notice none debug trace ok p5 sev5 5',
  } satisfies Record<Severity, string>).flatMap(([severity, words]) =>
    words.split(' ').map((word) => [word, severity as Severity] as const),
  ),
);

/** Undefined for a word that says nothing of it. */
export function severityOf(word: string): Severity | undefined {
  return WORDS.get(word.trim().toLowerCase());
}

interface LogLevel {
  readonly reason: string;
  readonly severity: Severity;
}

/** What one line of a log is worth: many programs call an error what they get over by themselves, so that only a fatal one opens an incident. */
const LEVELS: readonly (readonly [from: number, level: LogLevel])[] = [
  [21, { reason: 'LogFatal', severity: 'medium' }],
  [17, { reason: 'LogError', severity: 'low' }],
  [13, { reason: 'LogWarning', severity: 'low' }],
  [0, { reason: 'Log', severity: 'info' }],
];

/** `number` as OpenTelemetry counts: 9 and more is info, 13 a warning, 17 an error, 21 fatal. */
export function logLevel(number: number): LogLevel {
  const [, level] = LEVELS.find(([from]) => number >= from) ?? [0, { reason: 'Log', severity: 'info' }];
  return level;
}

const NUMBERS: Readonly<Record<string, number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  notice: 10,
  warn: 13,
  warning: 13,
  err: 17,
  error: 17,
  crit: 21,
  critical: 21,
  alert: 21,
  emerg: 21,
  emergency: 21,
  fatal: 21,
  panic: 21,
};

/** Of a level's name; 0 where it is none. */
export function levelNumber(name: string): number {
  const word = name.trim().toLowerCase();
  return Object.hasOwn(NUMBERS, word) ? (NUMBERS[word] ?? 0) : 0;
}
