/**
 * Memory for the rows of commits, used again and again: half a megabyte for each batch, given back by the garbage collector in any
 * order, left the C library's heap in pieces and drove collections of its own.
 */
const SMALLEST = 16 * 1024;
/** Larger ones are rare, and not kept. */
const LARGEST = 1024 * 1024;
/** Of one size: as many as commits are kept to be run again. */
const KEPT = 32;

export class RowBuffers {
  readonly #free = new Map<number, Buffer[]>();

  /** The rows one after the other, in UTF-8. */
  fill(rows: readonly string[]): Buffer {
    const text = rows.join('');
    const bytes = Buffer.byteLength(text, 'utf8');
    if (bytes > LARGEST) return Buffer.from(text, 'utf8');
    const size = sizeFor(bytes);
    const buffer = this.#free.get(size)?.pop() ?? Buffer.allocUnsafeSlow(size);
    buffer.write(text, 0, 'utf8');
    return buffer.subarray(0, bytes);
  }

  /** What `fill` gave, once nobody reads it any more. */
  release(rows: Buffer): void {
    const size = rows.buffer.byteLength;
    if (rows.byteOffset !== 0 || size > LARGEST || size !== sizeFor(size)) return;
    const free = this.#free.get(size);
    if (free === undefined) this.#free.set(size, [Buffer.from(rows.buffer)]);
    else if (free.length < KEPT) free.push(Buffer.from(rows.buffer));
  }
}

function sizeFor(bytes: number): number {
  let size = SMALLEST;
  while (size < bytes) size *= 2;
  return size;
}
