/** The lines of one NDJSON file, read in chunks, so that a recording of any size takes the memory of one chunk and one line. */
import { open } from 'node:fs/promises';

export interface FileLine {
  readonly number: number;
  readonly text: string;
  /** The line was longer than the limit: `text` is only its beginning. */
  readonly tooLong: boolean;
}

const CHUNK_BYTES = 1 << 18;
/** A LIST of 5,000 pods of 7 kB is 35 MB in one line. */
const LONGEST_LINE_BYTES = 1 << 28;
const EXCERPT_BYTES = 200;

/** Batches of lines without their line ends; empty lines are skipped but counted. */
export async function* readLines(
  path: string,
  longest: number = LONGEST_LINE_BYTES,
): AsyncGenerator<readonly FileLine[], void, void> {
  const file = await open(path, 'r');
  try {
    const splitter = new LineSplitter(longest);
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null);
      if (bytesRead === 0) break;
      const lines = splitter.push(buffer.subarray(0, bytesRead));
      if (lines.length > 0) yield lines;
    }
    const last = splitter.end();
    if (last.length > 0) yield last;
  } finally {
    await file.close();
  }
}

class LineSplitter {
  readonly #longest: number;
  #number = 0;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  push(chunk: Buffer): FileLine[] {
    const lines: FileLine[] = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      this.#keep(chunk.subarray(from, end));
      this.#finish(lines);
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  end(): FileLine[] {
    const lines: FileLine[] = [];
    if (this.#bytes > 0) this.#finish(lines);
    return lines;
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    // Past the limit only the length is counted: the first parts are kept for the excerpt.
    if (this.#bytes <= this.#longest) this.#parts.push(part);
    this.#bytes += part.length;
  }

  #finish(lines: FileLine[]): void {
    this.#number += 1;
    const tooLong = this.#bytes > this.#longest;
    const kept = tooLong ? this.#parts.slice(0, 1).map((part) => part.subarray(0, EXCERPT_BYTES)) : this.#parts;
    const text = Buffer.concat(kept).toString('utf8').trim();
    this.#parts = [];
    this.#bytes = 0;
    if (text !== '') lines.push({ number: this.#number, text, tooLong });
  }
}
