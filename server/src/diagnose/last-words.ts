/** What a container that failed said last, where no line of its log is the sign of a known cause. */
import type { Case, LogCase } from './case.ts';
import { failedRuns } from './failed-runs.ts';
import { readLine } from './log-line.ts';
import { ranksOf } from './log-loudness.ts';
import { frameIn } from './stack-trace.ts';

export interface LastWords {
  readonly container: string;
  readonly log: LogCase;
  /** As it stands in the log. */
  readonly line: string;
  /** Bare and short enough for a sentence. */
  readonly words: string;
}

/** Lines before these are about something else. */
const LAST_LINES = 15;
const LONGEST = 160;
/** Louder than a warning. */
const LOUD = 2;

/** The loudest of the last lines, the latest of the loudest. */
export function lastWords(the: Case): LastWords | undefined {
  for (const { container, how, logs } of failedRuns(the)) {
    const log = logs.find(({ lines }) => lines.length > 0);
    if (log === undefined || how === 'not-started' || how === 'unready') continue;
    const lines = log.lines.slice(-LAST_LINES).flatMap(readLine);
    const ranks = ranksOf(lines);
    const said = lines
      .map((line, index) => ({ ...line, rank: Math.max(ranks[index] ?? 0, LOUD - 1) }))
      .filter(({ text }) => /[\p{L}\d]/u.test(text) && frameIn(text) === null)
      .reduceRight<{ rank: number; raw: string; text: string } | undefined>(
        (best, line) => (best === undefined || line.rank > best.rank ? line : best),
        undefined,
      );
    if (said === undefined) continue;
    const words = said.text.replace(/\s+/g, ' ').trim();
    const short = words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
    return { container: container.name, log, line: said.raw, words: short };
  }
  return undefined;
}
