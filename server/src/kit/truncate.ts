/** Cuts text to a number of UTF-8 bytes without splitting a character, and says whether it did. */

export interface Truncated {
  readonly text: string;
  readonly truncated: boolean;
}

/**
 * At most `maxBytes` of UTF-8, from the start or the end. A cut at the start of what is kept moves to the next line where
 * one begins within the kept half, so that a log does not open in the middle of a line.
 */
export function truncateBytes(text: string, maxBytes: number, keep: 'start' | 'end'): Truncated {
  // A UTF-16 unit takes at most three bytes: most texts are short enough to know without encoding.
  if (text.length * 3 <= maxBytes) return { text, truncated: false };
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= maxBytes) return { text, truncated: false };
  if (maxBytes <= 0) return { text: '', truncated: true };
  if (keep === 'start') {
    let end = maxBytes;
    while (end > 0 && isContinuation(bytes[end])) end -= 1;
    return { text: bytes.toString('utf8', 0, end), truncated: true };
  }
  let start = bytes.length - maxBytes;
  while (start < bytes.length && isContinuation(bytes[start])) start += 1;
  const nextLine = bytes.indexOf(0x0a, start) + 1;
  if (nextLine > 0 && nextLine - start <= maxBytes / 2) start = nextLine;
  return { text: bytes.toString('utf8', start), truncated: true };
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
