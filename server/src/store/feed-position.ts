/** Positions in the feed as text: the epoch that they belong to, the transaction, and the row within it. */

export interface ParsedPosition {
  readonly epoch: string;
  /** Decimal; all of this transaction's rows up to `no` were told, and all of those before it. */
  readonly xid: string;
  readonly no: string;
}

/** Far below 2^63, and far above what a server reaches in a century. */
const FORM = /^([0-9a-f]{32}-[0-9A-F]{8})\.(0|[1-9]\d{0,17})\.(0|[1-9]\d{0,17})$/;

export function writePosition({ epoch, xid, no }: ParsedPosition): string {
  return `${epoch}.${xid}.${no}`;
}

/** Null for text that no store ever gave out. */
export function parsePosition(text: string): ParsedPosition | null {
  const [, epoch, xid, no] = FORM.exec(text) ?? [];
  return epoch === undefined || xid === undefined || no === undefined ? null : { epoch, xid, no };
}
