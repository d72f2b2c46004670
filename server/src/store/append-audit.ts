/** Appends to the audit chain, as part of the transaction that does what an entry tells. */
import type { ClientBase } from 'pg';
import type { NewAuditEntry } from '../model/access.ts';
import { hashInSql } from './audit-chain.ts';
import { json } from './json.ts';
import { plain, type Statement } from './statements.ts';
import { storable } from './text.ts';

/** Of the actor, the action and the target, characters. What is longer fits no index. */
const LONGEST_NAME = 512;
/** Of one member of a detail, and of all of it, characters of JSON. */
const LONGEST_MEMBER = 15_000;
const LONGEST_DETAIL = 32_000;

/** Held to the end of the transaction: the next one sees what this one appended, or that it was rolled back. */
const LOCK: Statement = plain('SELECT pg_advisory_xact_lock(8284450)');

const APPEND = `WITH head AS (SELECT no, hash FROM audit_entries ORDER BY no DESC LIMIT 1),
    entry AS (SELECT COALESCE((SELECT hash FROM head), '') AS before, COALESCE((SELECT no FROM head), 0) + 1 AS no,
      $1::bigint AS at, $2::text AS actor, $3::text AS action, $4::text AS target, $5::text AS detail, $6::text AS key)
  INSERT INTO audit_entries (no, at, actor, action, target, detail, hash, key)
  SELECT no, at, actor, action, target, detail, ${hashInSql(['before', 'no', 'at', 'actor', 'action', 'target', 'detail'])}, key FROM entry
  WHERE NOT EXISTS (SELECT FROM audit_entries earlier WHERE earlier.key = entry.key)`;

/**
 * To be the last of their transaction: the lock keeps every other writer of entries waiting, and taken last it is in nobody's
 * circle. A statement of its own for the lock, because what a statement sees is settled before it waits.
 */
export function auditStatements(entries: readonly NewAuditEntry[]): readonly Statement[] {
  return entries.length === 0 ? [] : [LOCK, ...entries.map(appendStatement)];
}

/** Inside a transaction, and the last of it, as above. */
export async function appendAudit(client: ClientBase, entries: readonly NewAuditEntry[]): Promise<void> {
  for (const statement of auditStatements(entries)) {
    await client.query(statement.text, statement.kind === 'query' ? [...statement.values] : []);
  }
}

function appendStatement({ at, actor, action, target, detail, key }: NewAuditEntry): Statement {
  const names = [actor, action, target].map((name) => storable(name.slice(0, LONGEST_NAME)));
  return {
    kind: 'query',
    name: 'audit entry',
    text: APPEND,
    values: [at, ...names, boundedJson(detail), key === undefined ? null : storable(key)],
  };
}

/** What is too long is `{"cut": its length, "begin": its first half of what it may be}`: of its JSON, in characters. */
function boundedJson(detail: NewAuditEntry['detail']): string {
  const members = Object.entries(detail).map(([key, value]) => [key, cut(value, LONGEST_MEMBER)] as const);
  return json(cut(Object.fromEntries(members), LONGEST_DETAIL));
}

function cut(value: unknown, longest: number): unknown {
  const text = json(value);
  return text.length <= longest ? value : { cut: text.length, begin: text.slice(0, longest / 2) };
}
