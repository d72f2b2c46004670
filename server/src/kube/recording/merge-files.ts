/** The lines of all files of a recording in the order of time. */
import type { ApiResource } from '../api-resource.ts';
import { readRecordedFile, type RecordedFile } from './recorded-file.ts';
import type { BrokenLine, RecordedLine } from './recorded-line.ts';
import { isEventResource, resourceKey } from './recorded-resource.ts';

export interface MergedLine {
  readonly resource: ApiResource;
  readonly line: RecordedLine | BrokenLine;
}

/**
 * By `t`; at the same `t` objects before Events (what an Event speaks of is then known), then by resource and file name, so that
 * every reading gives the same order. Within a file the order is the file's.
 */
export async function* mergeFiles(files: readonly RecordedFile[]): AsyncGenerator<MergedLine, void, void> {
  const cursors = files.toSorted(inOrder).map((file) => new FileCursor(file));
  try {
    await Promise.all(cursors.map((cursor) => cursor.refill()));
    for (;;) {
      let next: FileCursor | undefined;
      for (const cursor of cursors) {
        if (cursor.head !== undefined && (next?.head === undefined || cursor.head.t < next.head.t)) next = cursor;
      }
      if (next?.head === undefined) return;
      yield { resource: next.file.resource, line: next.head };
      if (!next.advance()) await next.refill();
    }
  } finally {
    await Promise.all(cursors.map((cursor) => cursor.close()));
  }
}

function inOrder(a: RecordedFile, b: RecordedFile): number {
  const rank = (file: RecordedFile) =>
    `${isEventResource(file.resource) ? 1 : 0} ${resourceKey(file.resource)} ${file.name}`;
  return rank(a) < rank(b) ? -1 : 1;
}

class FileCursor {
  readonly file: RecordedFile;
  head: RecordedLine | BrokenLine | undefined;
  readonly #batches: AsyncGenerator<readonly (RecordedLine | BrokenLine)[], void, void>;
  #batch: readonly (RecordedLine | BrokenLine)[] = [];
  #at = 0;

  constructor(file: RecordedFile) {
    this.file = file;
    this.#batches = readRecordedFile(file);
  }

  /** False where the next batch has to be read first. */
  advance(): boolean {
    this.#at += 1;
    this.head = this.#batch[this.#at];
    return this.head !== undefined;
  }

  async refill(): Promise<void> {
    const read = await this.#batches.next();
    this.#batch = read.done === true ? [] : read.value;
    this.#at = 0;
    this.head = this.#batch[0];
  }

  async close(): Promise<void> {
    await this.#batches.return();
  }
}
