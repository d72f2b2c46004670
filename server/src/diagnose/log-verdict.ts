/**
 * Reads the logs of what failed and decides which line tells why: the loudest near the end, the innermost of a chain of
 * causes, and nothing that was got over afterwards. One verdict a container; the analyzers put it into words.
 */
import type { CauseCode, Citation, Dependency } from '../model/diagnosis.ts';
import type { Case, LogCase } from './case.ts';
import { citeLine } from './cite.ts';
import { type FailedRun, failedRuns } from './failed-runs.ts';
import { addressIn } from './log-address.ts';
import { type LogLine, readLine } from './log-line.ts';
import { AUTHENTICATION_SIGNS } from './log-signs/authentication.ts';
import { COMMAND_SIGNS } from './log-signs/command.ts';
import { CONFIGURATION_FILE_SIGNS, CONFIGURATION_SIGNS } from './log-signs/configuration.ts';
import { DNS_SIGN } from './log-signs/dns.ts';
import { EXCEPTION_SIGN } from './log-signs/exception.ts';
import { MACHINE_SIGNS } from './log-signs/machine.ts';
import { PERMISSION_SIGNS } from './log-signs/permission.ts';
import { REACH_SIGNS } from './log-signs/reach.ts';
import type { Sign } from './log-signs/sign.ts';
import { TLS_SIGNS } from './log-signs/tls.ts';
import { continues, type Frame, frameIn, framesAround } from './stack-trace.ts';

export interface Verdict {
  readonly run: FailedRun;
  readonly cause: CauseCode;
  readonly kind: string;
  readonly subject: string;
  readonly dependency: Dependency | undefined;
  readonly confidence: number;
  /** The decisive line as it is read, and as it is cited. */
  readonly words: string;
  readonly citations: readonly Citation[];
  readonly frames: readonly Frame[];
  /** How many pods of the incident say the same. */
  readonly pods: number;
}

/** On one line, what stands first here says more: a name that does not resolve also refuses the connection. */
const SIGNS: readonly Sign[] = [
  DNS_SIGN,
  ...TLS_SIGNS,
  ...MACHINE_SIGNS,
  ...AUTHENTICATION_SIGNS,
  ...COMMAND_SIGNS,
  ...PERMISSION_SIGNS,
  ...CONFIGURATION_SIGNS,
  ...REACH_SIGNS,
  ...CONFIGURATION_FILE_SIGNS,
  EXCEPTION_SIGN,
];

/** Lines beyond these are history. */
const MOST_LINES = 400;

/** The verdicts that name one of the causes, the surest of each cause. */
export function verdictsOn(the: Case, causes: readonly CauseCode[]): readonly Verdict[] {
  const best = new Map<CauseCode, Verdict>();
  for (const run of failedRuns(the)) {
    const verdict = verdictOf(run);
    if (verdict === null || !causes.includes(verdict.cause)) continue;
    const other = best.get(verdict.cause);
    const pods = other === undefined ? 1 : other.pods + (other.run.pod === run.pod ? 0 : 1);
    const surer = other === undefined || verdict.confidence > other.confidence ? verdict : other;
    best.set(verdict.cause, { ...surer, pods });
  }
  return [...best.values()];
}

/** The first log is that of the run that ended; the others are asked where it does not say, or says less. */
export function verdictOf(run: FailedRun): Verdict | null {
  let best: Verdict | null = null;
  for (const log of logsOf(run)) {
    const verdict = readLog(run, log);
    if (verdict !== null && (best === null || verdict.confidence > best.confidence + 0.1)) best = verdict;
  }
  return best;
}

/** What runs and does not answer tells why in the log of now. */
function logsOf({ how, logs }: FailedRun): readonly LogCase[] {
  const current = logs.filter(({ previous }) => !previous);
  return how === 'unready' ? current : logs;
}

interface Candidate {
  readonly sign: Sign;
  readonly index: number;
  readonly rank: number;
  readonly score: number;
  readonly distance: number;
  readonly subject: string;
  readonly dependency: Dependency | undefined;
}

function readLog(run: FailedRun, log: LogCase): Verdict | null {
  const lines = log.lines.slice(-MOST_LINES).flatMap(readLine);
  const candidates = candidatesIn(lines, run);
  const best = decisive(candidates, lines);
  if (best === null) return null;
  const { sign, index, subject, dependency } = best;
  const line = lines[index];
  if (line === undefined) return null;
  const same = candidates.filter((other) => other.sign.cause === sign.cause && other.rank >= 1).length;
  return {
    run,
    cause: sign.cause,
    kind: sign.kind,
    subject,
    dependency,
    confidence: confidenceOf(best, line, run, same),
    words: line.text.trim(),
    citations: [citeLine(log, cutAround(line)), ...placeCitation(log, lines, index)],
    frames: framesAround(lines, index),
    pods: 1,
  };
}

/** Nearby lines of the same cause may name what this one leaves out. */
const RICHER_WITHIN = 4;

function decisive(candidates: readonly Candidate[], lines: readonly LogLine[]): Candidate | null {
  let best: Candidate | null = null;
  for (const candidate of candidates) if (best === null || candidate.score > best.score) best = candidate;
  if (best?.dependency === undefined || namesAddress(lines[best.index])) return best;
  const { score, sign } = best;
  const richer = candidates.find(
    (other) =>
      other.sign.cause === sign.cause && score - other.score < RICHER_WITHIN && namesAddress(lines[other.index]),
  );
  return richer ?? best;
}

function namesAddress(line: LogLine | undefined): boolean {
  return line !== undefined && addressIn(line.text) !== undefined;
}

/** From the last line to the first, so that of two that weigh the same the later one is kept. */
function candidatesIn(lines: readonly LogLine[], run: FailedRun): readonly Candidate[] {
  const ranks = ranksOf(lines);
  const found: Candidate[] = [];
  let distance = 0;
  let isOver = false;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index];
    const rank = ranks[index] ?? 0;
    if (line === undefined) continue;
    if (frameIn(line.text) === null) distance += 1;
    if (rank <= 1 && tellsOfSuccess(line)) isOver = true;
    if (rank === 0) continue;
    const candidate = candidateAt(lines, index, rank, distance);
    if (candidate === null || (candidate.sign.passes === true && isOver && rank < 3)) continue;
    if (isTelling(candidate, run)) found.push(candidate);
  }
  return found;
}

const SCORES = [0, 10, 22, 30];

function candidateAt(lines: readonly LogLine[], index: number, rank: number, distance: number): Candidate | null {
  const line = lines[index];
  if (line === undefined) return null;
  for (const sign of SIGNS) {
    const told = sign.find(line, { lines, index });
    if (told === null) continue;
    const specific = sign === EXCEPTION_SIGN ? 0 : 6;
    const score = (SCORES[rank] ?? 0) + specific + (sign.weight ?? 0) - Math.min(distance, 30) * 0.5;
    return { sign, index, rank, score, distance, subject: told.subject, dependency: told.dependency };
  }
  return null;
}

/** How much a line must say depends on how the run ended: who was killed, or only does not answer, names no culprit by itself. */
function isTelling({ sign, rank, distance }: Candidate, { how }: FailedRun): boolean {
  const isException = sign === EXCEPTION_SIGN;
  switch (how) {
    case 'crashed':
    case 'unseen':
      return rank >= 2 || (!isException && distance <= 20);
    case 'ended':
      return rank >= 2 && !isException;
    case 'killed':
    case 'unready':
      return !isException && (rank >= 2 ? distance <= 15 : distance <= 6);
    case 'not-started':
      return false;
  }
}

function confidenceOf({ sign, rank }: Candidate, { level }: LogLine, { how }: FailedRun, same: number): number {
  const isException = sign === EXCEPTION_SIGN;
  const clear = rank === 3 ? 0.94 : rank === 2 ? (level === null ? 0.89 : 0.91) : 0.68;
  const by = isException ? (rank === 3 ? 0.82 : 0.72) : clear;
  const most =
    how === 'killed' || how === 'ended'
      ? 0.62
      : how === 'unready'
        ? same >= 3
          ? 0.8
          : 0.7
        : how === 'unseen'
          ? 0.88
          : 1;
  return Math.min(by, sign.atMost ?? 1, most);
}

/** 3 fatal, 2 error or nothing said, 1 warning, 0 quiet. Lines of a stack trace are as loud as what they belong to. */
function ranksOf(lines: readonly LogLine[]): readonly number[] {
  let current = 2;
  let inTrace = false;
  return lines.map(({ text, low, level }, index) => {
    if (level !== null) {
      inTrace = false;
      current = level === 'fatal' ? 3 : level === 'error' ? 2 : level === 'warning' ? 1 : 0;
      if (current === 2 && isUncaught(low)) current = 3;
      return current;
    }
    if (text.startsWith('Traceback (most recent call last)')) {
      const before = lines[index - 1];
      if (!inTrace && (before === undefined || before.level === null || before.level === 'quiet')) current = 3;
      inTrace = true;
      return current;
    }
    // Rust prints what it panicked with on the next line.
    if (inTrace || (index > 0 && (continues(text) || lines[index - 1]?.low.includes('panicked at ')))) return current;
    current = isUncaught(low) ? 3 : 2;
    return current;
  });
}

function isUncaught(low: string): boolean {
  return (
    low.startsWith('panic:') ||
    low.startsWith('exception in thread "main"') ||
    low.startsWith('unhandled exception') ||
    low.startsWith('uncaught ') ||
    low.includes('panicked at') ||
    low.includes('uncaught exception') ||
    low.includes('application run failed') ||
    low.startsWith('terminate called')
  );
}

const SUCCESS = [
  ...[
    'connected to ',
    'connected successfully',
    'connection established',
    'connection restored',
    'successfully connected',
    'reconnected',
    'recovered',
    'connection succeeded',
    'is healthy again',
    'now available',
    'connection ok',
  ],
  ...[
    'retry succeeded',
    'ready to accept connections',
    'succeeded after',
    'server started',
    'application startup complete',
    'started application',
  ],
];
const NO_SUCCESS = ['not ', 'fail', 'could', 'unable', 'error', "n't", 'lost', 'refused', 'disconnected'];

function tellsOfSuccess({ low }: LogLine): boolean {
  const head = low.slice(0, 300);
  return SUCCESS.some((words) => head.includes(words)) && !NO_SUCCESS.some((words) => head.includes(words));
}

/** A long line is cited where its decisive words are, as they stand in it. */
function cutAround({ raw, text }: LogLine): string {
  if (raw.length <= 500) return raw;
  const at = raw.indexOf(text.trim().slice(0, 40));
  const start = at > 300 ? at : 0;
  return raw.slice(start, start + 500);
}

/** The frame of the application that the trace leads to. */
function placeCitation(log: LogCase, lines: readonly LogLine[], index: number): readonly Citation[] {
  const near = [...lines.slice(index + 1, index + 12), ...lines.slice(Math.max(0, index - 8), index).reverse()];
  const raw = lines[index]?.raw;
  const place = near.find((line) => line.raw !== raw && frameIn(line.text)?.own === true);
  return place === undefined ? [] : [citeLine(log, cutAround(place))];
}
