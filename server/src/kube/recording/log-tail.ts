/** Cuts a recorded log to what `pods/log` was asked for. */

export interface LogCut {
  /** The last so many lines; undefined for all. */
  readonly tailLines?: number;
  /** At most so many bytes of what is left, from its beginning, as the kubelet does it. */
  readonly limitBytes?: number;
  /** Recorded logs carry a timestamp before each line; without this they lose it. */
  readonly timestamps: boolean;
}

const stampAtLineStart = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) /gm;

export function cutLog(log: string, cut: LogCut): string {
  const tail = cut.tailLines === undefined ? log : lastLines(log, cut.tailLines);
  const text = cut.timestamps ? tail : tail.replace(stampAtLineStart, '');
  if (cut.limitBytes === undefined || Buffer.byteLength(text) <= cut.limitBytes) return text;
  const bytes = Buffer.from(text);
  // A character cut in two is left out: it would come back as one that was never logged.
  let end = cut.limitBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString('utf8');
}

function lastLines(log: string, count: number): string {
  if (count <= 0) return '';
  let from = log.endsWith('\n') ? log.length - 1 : log.length;
  for (let line = 0; line < count; line++) {
    if (from === 0) return log;
    from = log.lastIndexOf('\n', from - 1);
    if (from < 0) return log;
  }
  return log.slice(from + 1);
}
