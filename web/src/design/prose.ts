/** Sentences that the server wrote, in pieces: moments and commands in them are more than words. Pure. */

export interface ProsePiece {
  readonly kind: 'words' | 'moment' | 'code';
  /** Of a moment, RFC 3339 in UTC. */
  readonly text: string;
}

/** What a program said stands between quotation marks, and stays as it is. */
const PIECES =
  /"[^"]*"|`(?<code>[^`\n]+)`|(?<day>\d{4}-\d{2}-\d{2})[T ](?<time>\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?:Z| UTC)(?!\w)/g;

export function prosePieces(text: string): readonly ProsePiece[] {
  const pieces: ProsePiece[] = [];
  let done = 0;
  for (const match of text.matchAll(PIECES)) {
    const { code, day, time } = match.groups ?? {};
    if (code === undefined && day === undefined) continue;
    if (match.index > done) pieces.push({ kind: 'words', text: text.slice(done, match.index) });
    pieces.push(code === undefined ? { kind: 'moment', text: `${day}T${time}Z` } : { kind: 'code', text: code });
    done = match.index + match[0].length;
  }
  if (done < text.length) pieces.push({ kind: 'words', text: text.slice(done) });
  return pieces;
}
