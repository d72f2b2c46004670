/**
 * Reads the logs of what failed and decides which line tells why: the loudest near the end, the innermost of a chain of
 * causes, and nothing that was got over afterwards. One verdict a container; the analyzers put it into words.
 */
import type { CauseCode, Citation, Dependency } from '../model/diagnosis.ts';
import type { Case, LogCase } from './case.ts';
import { citeLine } from './cite.ts';
import { type FailedRun, failedRuns } from './failed-runs.ts';
import { type Candidate, candidatesIn, decisive } from './log-candidates.ts';
import { type LogLine, readLine } from './log-line.ts';
import { EXCEPTION_SIGN } from './log-signs/exception.ts';
import { type Frame, frameIn, framesAround } from './stack-trace.ts';

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

function readLog(run: FailedRun, log: LogCase): Verdict | null {
  const lines = log.lines.slice(-MOST_LINES).flatMap(readLine);
  const candidates = candidatesIn(lines, run);
  const best = decisive(candidates, lines);
  if (best === null) return null;
  const { sign, index, subject, dependency } = best;
  const line = lines[index];
  if (line === undefined) return null;
  const told = isBarePanic(line) ? lines[index + 1] : undefined;
  const same = candidates.filter((other) => other.sign.cause === sign.cause && other.rank >= 1).length;
  return {
    run,
    cause: sign.cause,
    kind: sign.kind,
    subject,
    dependency,
    confidence: confidenceOf(best, line, run, same),
    words: [line, told]
      .map((each) => each?.text.trim() ?? '')
      .join(' ')
      .trim(),
    citations: [
      citeLine(log, cutAround(line)),
      ...(told === undefined ? [] : [citeLine(log, cutAround(told))]),
      ...placeCitation(log, lines, index),
    ],
    frames: framesAround(lines, index),
    pods: 1,
  };
}

/** Rust says on one line where it panicked, and on the next with what. */
function isBarePanic({ text }: LogLine): boolean {
  return text.startsWith("thread '") && text.includes(' panicked at ') && text.endsWith(':');
}

function confidenceOf({ sign, rank }: Candidate, { level }: LogLine, { how }: FailedRun, same: number): number {
  const isException = sign === EXCEPTION_SIGN;
  const clear = rank === 3 ? 0.94 : rank === 2 ? (level === null ? 0.89 : 0.91) : 0.68;
  const by = isException ? (rank === 3 ? 0.82 : 0.72) : clear;
  const most =
    how === 'killed' || how === 'ended'
      ? same >= 3
        ? 0.75
        : 0.62
      : how === 'unready'
        ? same >= 3
          ? 0.8
          : 0.7
        : how === 'unseen'
          ? 0.88
          : 1;
  return Math.min(by, sign.atMost ?? 1, most);
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
