/** Patterns that people write, on an engine that none can stall, and small enough that looking a text through for one takes no time. */
import { RE2JS } from 're2js';

const LONGEST = 1000;
/** Instructions; as many as the longest pattern of plain text has. Each may be looked at once a character. */
const MOST_INSTRUCTIONS = 1000;
/** What counted repetitions may be written out to before the engine counts: it takes its time for a million. */
const MOST_WRITTEN_OUT = 20_000;

/** RE2; null where it is none, or would be too large. */
export function compilePattern(pattern: string, flags = 0): RE2JS | null {
  if (pattern.length > LONGEST || writtenOut(pattern) > MOST_WRITTEN_OUT) return null;
  try {
    const compiled = RE2JS.compile(pattern, flags);
    return compiled.programSize() > MOST_INSTRUCTIONS ? null : compiled;
  } catch {
    return null;
  }
}

/** No less than the characters that it has once its counted repetitions are written out: those of a group take everything along. */
function writtenOut(pattern: string): number {
  let length = pattern.length;
  let times = 1;
  for (const [, before = '', least = '', most = ''] of pattern.matchAll(/([)}?*+]?)\{(\d+)(?:,(\d*))?\}/g)) {
    const repeated = Math.max(1, Number(least), Number(most));
    if (before === '') length += repeated;
    else times *= repeated;
  }
  return length * times;
}
