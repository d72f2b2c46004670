/**
 * What the hash of an audit entry covers. The canonical form is the netstrings (`LENGTH:BYTES,`, length in bytes of UTF-8) of:
 * the hash before (empty for the first), no, at, actor, action, target, and detail as it is stored; numbers in decimal. The
 * hash is its SHA-256, hexadecimal in small letters. Entries are numbered 1, 2, 3, …
 */
import { createHash } from 'node:crypto';

/** An entry as it is stored. */
export interface AuditRow {
  readonly no: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  /** The text that was hashed. */
  readonly detail: string;
  readonly hash: string;
}

/** How far a chain was read. */
export interface Walked {
  readonly entries: number;
  readonly brokenAt: number | null;
  /** Number and hash of the last one read; 0 and empty before the first. */
  readonly no: number;
  readonly hash: string;
}

export const NOTHING_WALKED: Walked = { entries: 0, brokenAt: null, no: 0, hash: '' };

/** Goes on with what comes next, in the order of their numbers. After a break it looks on, so that all are counted. */
export function walk(walked: Walked, rows: readonly AuditRow[]): Walked {
  let { brokenAt, no, hash } = walked;
  for (const row of rows) {
    if (row.no !== no + 1) brokenAt ??= no + 1;
    else if (row.hash !== hashOf(row, hash)) brokenAt ??= row.no;
    ({ no, hash } = row);
  }
  return { entries: walked.entries + rows.length, brokenAt, no, hash };
}

function hashOf({ no, at, actor, action, target, detail }: AuditRow, before: string): string {
  const fields = [before, String(no), String(at), actor, action, target, detail];
  return createHash('sha256').update(fields.map(netstring).join('')).digest('hex');
}

function netstring(field: string): string {
  return `${String(Buffer.byteLength(field))}:${field},`;
}

/** The same in SQL, over expressions for the fields in their order: only the database knows the hash before. */
export function hashInSql(fields: readonly string[]): string {
  const canonical = fields.map((field) => `octet_length(${field}::text) || ':' || ${field} || ','`).join(' || ');
  return `encode(sha256(convert_to(${canonical}, 'UTF8')), 'hex')`;
}
