/** Where a page ended: opaque to whoever hands it back, and good for the list that gave it out alone. */
import { createHash } from 'node:crypto';
import { CursorError } from '../model/ports/store.ts';

const PARTS = {
  events: /^(-?\d{1,16}):(\d{1,16})$/,
  incidents: /^(\d{1,15}):([0-9a-z_-]{1,64})$/,
  changes: /^(-?\d{1,15}):([0-9a-f]{32}):([0-9a-f]{32})$/,
  deliveries: /^(\d{1,15})$/,
  entries: /^(\d{1,15})$/,
  refusals: /^(\d{1,15})$/,
} as const;
type List = keyof typeof PARTS;

export function writeCursor(list: List, ...parts: readonly (string | number)[]): string {
  const text = `${list}:${parts.join(':')}`;
  return Buffer.from(`${checksum(text)}:${text}`).toString('base64url');
}

/** Throws `CursorError` for what `writeCursor` does not make of this list. */
export function readCursor(list: List, cursor: string): readonly string[] {
  const [, kind, rest = ''] =
    /^[0-9a-f]{8}:([a-z]+):(.*)$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  const [, ...parts] = (kind === list && PARTS[list].exec(rest)) || [];
  // Decoding passes over what is no base64url, and one that was cut off looks like an earlier place: only the very cursor is one.
  if (parts.length === 0 || writeCursor(list, ...parts) !== cursor) {
    throw new CursorError(`this cursor is not one of a list of ${list}: start again without one`);
  }
  return parts;
}

/** Against accidents: who makes up a cursor sees what they may see, from another place on. */
function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
