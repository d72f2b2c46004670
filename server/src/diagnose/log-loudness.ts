/** How loud each line of a log is: by its own level, by that of the trace it belongs to, or by words that nobody catches. */
import type { LogLine } from './log-line.ts';
import { continues } from './stack-trace.ts';

/** 3 fatal, 2 error or nothing said, 1 warning, 0 quiet. Lines of a stack trace are as loud as what they belong to. */
export function ranksOf(lines: readonly LogLine[]): readonly number[] {
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
