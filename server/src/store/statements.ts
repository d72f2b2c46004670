/** A commit as a list of statements, so that it can be run again as it was when a crash of the server lost it. */
import type { ClientBase } from 'pg';
import { ConflictError } from '../model/ports.ts';
import { CopyIn } from './copy-in.ts';

export type Statement =
  | { readonly kind: 'copy'; readonly text: string; readonly rows: Buffer }
  | {
      readonly kind: 'query';
      /** Prepared under this name once a connection. */
      readonly name?: string;
      readonly text: string;
      readonly values: readonly unknown[];
      /** Rows that must be touched; fewer mean that another writer was faster. */
      readonly expect?: number;
    };

export async function runStatement(client: ClientBase, statement: Statement): Promise<void> {
  if (statement.kind === 'copy') {
    await client.query(new CopyIn(statement.text, statement.rows)).done;
    return;
  }
  const { name, text, values, expect } = statement;
  const result = await client.query({ ...(name === undefined ? {} : { name }), text, values: [...values] });
  if (expect !== undefined && result.rowCount !== expect) {
    throw new ConflictError(
      `${String(expect)} rows were to change, ${String(result.rowCount)} did: another writer was faster`,
    );
  }
}
