/** Cuts records into batches by number and bytes, in their order. */
import type { SinkRecord } from '../model/sink.ts';

export interface BatchLimits {
  readonly records: number;
  /** Of JSON in UTF-8. */
  readonly bytes: number;
}

/** A record that is larger than a batch may be goes alone. */
export function batches(records: readonly SinkRecord[], limits: BatchLimits): readonly (readonly SinkRecord[])[] {
  const found: SinkRecord[][] = [];
  let open: SinkRecord[] = [];
  let size = 0;
  for (const record of records) {
    const bytes = Buffer.byteLength(record.json) + 1;
    if (open.length > 0 && (open.length >= limits.records || size + bytes > limits.bytes)) {
      found.push(open);
      open = [];
      size = 0;
    }
    open.push(record);
    size += bytes;
  }
  if (open.length > 0) found.push(open);
  return found;
}
