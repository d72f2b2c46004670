/** The AuditLog port: appends, lists, and proves that nothing was changed. */
import type { AuditEntry, AuditFilter, AuditPage, AuditVerdict, NewAuditEntry } from '../model/access.ts';
import type { AuditLog } from '../model/ports/access.ts';
import { appendAudit } from './append-audit.ts';
import { type AuditRow, NOTHING_WALKED, walk } from './audit-chain.ts';
import type { Connections } from './connections.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { textArray } from './text.ts';

/** Entries read at once while the chain is verified. */
const PAGE = 500;

const COLUMNS = 'no, at, actor, action, target, detail, hash';

export class AuditTrail implements AuditLog {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  async record(entries: readonly NewAuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#connections.transaction((client) => appendAudit(client, entries));
  }

  async entries({ actors, actions, targets, from, to, limit, cursor }: AuditFilter): Promise<AuditPage> {
    const rows = await this.#connections.query<AuditRow & Record<string, unknown>>(
      `SELECT ${COLUMNS} FROM audit_entries
       WHERE ($1::text[] IS NULL OR actor = ANY ($1)) AND ($2::text[] IS NULL OR action = ANY ($2))
         AND ($3::text[] IS NULL OR target = ANY ($3)) AND ($4::bigint IS NULL OR at >= $4) AND ($5::bigint IS NULL OR at < $5)
         AND ($6::bigint IS NULL OR no < $6)
       ORDER BY no DESC LIMIT $7`,
      [
        ...[actors, actions, targets].map((values) => (values === undefined ? null : textArray(values))),
        from ?? null,
        to ?? null,
        cursor === undefined ? null : readCursor('entries', cursor)[0],
        limit + 1,
      ],
    );
    const items = rows.slice(0, limit).map(entryOf);
    const last = items.at(-1);
    return {
      items,
      nextCursor: rows.length > limit && last !== undefined ? writeCursor('entries', last.no) : null,
    };
  }

  /** Page by page, each as it is then: entries that come meanwhile are read as well. */
  async verify(): Promise<AuditVerdict> {
    let walked = NOTHING_WALKED;
    for (;;) {
      const rows = await this.#connections.query<AuditRow & Record<string, unknown>>(
        `SELECT ${COLUMNS} FROM audit_entries WHERE no > $1 ORDER BY no LIMIT ${String(PAGE)}`,
        [walked.entries === 0 ? Number.MIN_SAFE_INTEGER : walked.no],
      );
      walked = walk(walked, rows);
      if (rows.length < PAGE) return { entries: walked.entries, brokenAt: walked.brokenAt, head: walked.hash };
    }
  }
}

function entryOf({ detail, ...row }: AuditRow): AuditEntry {
  return { ...row, detail: readDetail(detail) };
}

/** Whoever changed an entry by hand may have left anything; `verify` tells of it, and the others are still to be read. */
function readDetail(text: string): AuditEntry['detail'] {
  try {
    const detail: unknown = JSON.parse(text);
    if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return { ...detail };
  } catch {
    // As below.
  }
  return { unreadable: text };
}
