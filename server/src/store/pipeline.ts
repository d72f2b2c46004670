/**
 * Many statements in one write and one answer: a batch is a dozen statements, and waiting for each costs more than doing it
 * (40 ms a batch of 1,000 on two busy cores, 12 of them waiting). COPY's rows follow their statement at once, which the
 * protocol allows: after an error the server skips everything up to Sync.
 */
import pg from 'pg';
import type { Connection } from 'pg';
import type { Statement } from './statements.ts';

/** What `pg`'s connection does, where its types say otherwise or nothing. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void; write(bytes: Buffer): void };
  parse(query: { name: string; text: string; types: readonly number[] }): void;
  bind(portal: { portal: string; statement: string; values: readonly (string | null)[] }): void;
  execute(portal: { portal: string; rows: number }): void;
  sync(): void;
  endCopyFrom(): void;
}

/** A `pg.Query` because a pipelining client takes nothing else, for fear of cursors; nothing of it is used. */
export class Pipeline extends pg.Query {
  /** Rejects with the first error, after which none of a transaction's statements counts. */
  readonly done: Promise<void>;
  readonly #statements: readonly Statement[];
  readonly #prepared: Set<string>;
  #error: Error | null = null;
  #resolve: () => void = () => {};
  #reject: (error: Error) => void = () => {};

  /** `prepared` holds the names that this connection already knows; new ones are added. */
  constructor(statements: readonly Statement[], prepared: Set<string>) {
    super('');
    this.#statements = statements;
    this.#prepared = prepared;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  override submit = (connection: Connection): void => {
    const wire = connection as unknown as Wire;
    wire.stream.cork();
    for (const statement of this.#statements) {
      const name = statement.kind === 'query' ? (statement.name ?? '') : '';
      if (name === '' || !this.#prepared.has(name)) {
        wire.parse({ name, text: statement.text, types: [] });
        if (name !== '') this.#prepared.add(name);
      }
      const values = statement.kind === 'query' ? statement.values.map(wireValue) : [];
      wire.bind({ portal: '', statement: name, values });
      wire.execute({ portal: '', rows: 0 });
      if (statement.kind === 'copy') {
        // Past the library, which would copy the rows twice.
        wire.stream.write(copyDataHead(statement.rows.length));
        wire.stream.write(statement.rows);
        wire.endCopyFrom();
      }
    }
    wire.sync();
    wire.stream.uncork();
  };

  handleCopyInResponse(): void {}

  handleRowDescription(): void {}

  handleDataRow(): void {}

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    if (this.#error === null) this.#resolve();
  }

  handleError(error: Error): void {
    this.#error ??= error;
    // Names whose Parse was skipped must be sent again; those that were not would be refused. The journal starts afresh.
    this.#reject(this.#error);
  }
}

/** Of a CopyData message that carries so many bytes. */
function copyDataHead(bytes: number): Buffer {
  const head = Buffer.from('d....', 'latin1');
  head.writeUInt32BE(bytes + 4, 1);
  return head;
}

function wireValue(value: string | number | null): string | null {
  return value === null ? null : String(value);
}
