/** Cuts a byte stream at line feeds and decodes whole lines, so that a character split over two chunks stays whole. */

const LINE_FEED = 10;

export class LineSplitter {
  readonly #maxLineBytes: number;
  #rest: Buffer[] = [];
  #restBytes = 0;
  #skipping = false;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Calls `line` for each line that the chunk completes; a line over the bound is given up on and its first bytes handed to `tooLong`. */
  push(chunk: Buffer, line: (text: string) => void, tooLong: (excerpt: string) => void): void {
    const first = chunk.indexOf(LINE_FEED);
    if (first === -1) return this.#keep(chunk, tooLong);
    this.#finishRest(chunk.subarray(0, first), line, tooLong);
    const last = chunk.lastIndexOf(LINE_FEED);
    if (last > first) eachLine(chunk.toString('utf8', first + 1, last), line);
    if (last + 1 < chunk.length) this.#keep(chunk.subarray(last + 1), tooLong);
  }

  /** What came after the last line feed, and forgets it. */
  end(): string {
    const text = this.#skipping ? '' : Buffer.concat(this.#rest).toString('utf8');
    this.#forget();
    return text;
  }

  #finishRest(head: Buffer, line: (text: string) => void, tooLong: (excerpt: string) => void): void {
    if (!this.#skipping && this.#restBytes + head.length > this.#maxLineBytes) this.#giveUp(head, tooLong);
    if (!this.#skipping) {
      const bytes = this.#restBytes === 0 ? head : Buffer.concat([...this.#rest, head]);
      if (bytes.length > 0) line(bytes.toString('utf8'));
    }
    this.#forget();
  }

  #keep(tail: Buffer, tooLong: (excerpt: string) => void): void {
    if (this.#skipping) return;
    if (this.#restBytes + tail.length > this.#maxLineBytes) return this.#giveUp(tail, tooLong);
    this.#rest.push(tail);
    this.#restBytes += tail.length;
  }

  #giveUp(tail: Buffer, tooLong: (excerpt: string) => void): void {
    tooLong(Buffer.concat([...this.#rest, tail].slice(0, 2)).toString('utf8', 0, 512));
    this.#forget();
    this.#skipping = true;
  }

  #forget(): void {
    this.#rest = [];
    this.#restBytes = 0;
    this.#skipping = false;
  }
}

/** One decode for all lines of a chunk is cheaper than one for each. */
function eachLine(text: string, line: (text: string) => void): void {
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    if (end > start) line(text.slice(start, end));
    start = end + 1;
  }
  if (start < text.length) line(start === 0 ? text : text.slice(start));
}
